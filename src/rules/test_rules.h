// For tests: a store of either dialect with sweeps, its query database, and an engine over rules of the
// test's own beside the catalog's types.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "identity/audit.h"
#include "inventory/projection.h"
#include "rules/engine.h"
#include "rules/projection.h"
#include "rules/read.h"
#include "store/test_database.h"

namespace hm::rules {

inline constexpr const char* kUnattached = R"(title: Is every volume attached?
severity: low
description: It costs as much as one in use.
resource: ec2/volume
parameters:
  least: {type: integer, default: 1, description: Smaller ones do not count.}
sql: |
  select resource_id, volume_id || ' is attached to nothing' as reason, size,
         case when size > 100 then 'high' end as severity, case when size > 100 then '12.50' end as saving_usd
  from aws_ebs_volume where state = 'available' and size >= :least
fix: {console: Delete it there., cli: aws ec2 delete-volume, terraform: Remove it.}
cases:
  - given: {aws_ebs_volume: [{resource_id: a, state: available, size: 8}]}
    expect: [{resource_id: a}]
  - given: {aws_ebs_volume: [{resource_id: a, state: in-use, size: 8}]}
    expect: []
)";

class RulesTest : public store::DatabaseTest {
 protected:
  static constexpr const char* kA = "111111111111";
  static constexpr const char* kB = "222222222222";

  void SetUp() override {
    store::DatabaseTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    directory_ = std::filesystem::temp_directory_path() / ("hm-rules-" + hex(random_bytes(8)));
    use({{"unattached", kUnattached}});
  }
  void TearDown() override {
    engine_.reset();
    book_.reset();
    query_.reset();
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
    store::DatabaseTest::TearDown();
  }

  // These rules and no others, as a restart with another catalog would have them.
  void use(const std::vector<std::pair<std::string, std::string>>& rules,
           const std::vector<RuleSetting>& settings = {}) {
    auto files = catalog::embedded_files();
    std::erase_if(files, [](const catalog::CatalogFile& file) { return file.path.starts_with("rules/"); });
    for (const auto& [id, text] : rules)
      files.push_back({.path = "rules/cost/" + id + ".yaml", .text = text, .origin = "", .checked = false});
    auto loaded = catalog::load_catalog(files);
    ASSERT_OK(loaded);
    engine_.reset();
    book_.reset();
    catalog_ = *loaded;
    auto book = RuleBook::make(*catalog_, database(), settings);
    ASSERT_OK(book);
    book_ = std::move(*book);
    if (query_ == nullptr) {
      auto opened = query::QueryDatabase::open(directory_.string(),
                                               inventory::table_specs(*catalog_, {findings_projection()}));
      ASSERT_OK(opened);
      query_ = std::move(*opened);
    }
    engine_ = std::make_unique<Engine>(database(), *query_, *book_, clock_);
  }

  static inventory::Observed volume(const std::string& id, const std::string& state, int64_t size = 8) {
    inventory::Observed item;
    item.id = id;
    item.region = "eu-west-1";
    item.arn = "arn:" + id;
    item.name = "name of " + id;
    item.state = state;
    item.document = JsonObject{{"VolumeId", id}, {"State", state}, {"Size", size}};
    item.hash = id + state + std::to_string(size);
    return item;
  }
  void sweep(const std::string& type, std::vector<inventory::Observed> items,
             inventory::Outcome outcome = inventory::Outcome::ok, const std::string& account = kA,
             const std::string& region = "eu-west-1") {
    clock_.advance(std::chrono::minutes(1));
    inventory::Sweep made;
    made.place = {account, region, type};
    made.outcome = outcome;
    if (outcome != inventory::Outcome::ok)
      made.error = make_error(ErrorKind::denied, "UnauthorizedOperation", "no");
    made.started_at = clock_.now();
    for (auto& item : items) item.region = region;
    inventory::RecordOptions options;
    options.confirm_gone = [](const std::vector<std::string>& ids) {
      return std::set<std::string>(ids.begin(), ids.end());
    };
    ASSERT_OK(inventory::Inventory(database(), clock_).record(made, std::move(items), options));
  }
  void volumes(std::vector<inventory::Observed> items, inventory::Outcome outcome = inventory::Outcome::ok,
               const std::string& account = kA) {
    sweep("ec2/volume", std::move(items), outcome, account);
  }
  // The query database first, since the engine knows no more than that.
  EngineReport run() {
    inventory::Follower follower(database(), *query_, *catalog_, {findings_projection()});
    const auto followed = follower.catch_up();
    EXPECT_TRUE(followed.has_value()) << (followed ? "" : followed.error().text());
    auto report = engine_->step();
    EXPECT_TRUE(report.has_value()) << (report ? "" : report.error().text());
    const auto again = follower.catch_up();
    EXPECT_TRUE(again.has_value());
    return report.value_or(EngineReport());
  }
  static std::string id_of(const std::string& key, const std::string& account = kA) {
    return inventory::resource_id(inventory::resource_number({account, "eu-west-1", "ec2/volume"}, key));
  }
  std::optional<ListedFinding> finding_on(const std::string& key, const Scope& scope = {},
                                          const std::string& account = kA) {
    FindingQuery query;
    query.filter.resource = id_of(key, account);
    query.filter.states = {"pending", "open", "acknowledged", "snoozed", "excepted", "resolved"};
    auto page = list_findings(database(), scope, query);
    EXPECT_TRUE(page.has_value()) << (page ? "" : page.error().text());
    if (!page || page->items.empty()) return std::nullopt;
    return page->items.front();
  }
  // "open found", "resolved passed fixed"
  std::string life_of(const std::string& key) {
    const auto listed = finding_on(key);
    if (!listed) return "none";
    const Finding& finding = listed->finding;
    return std::string(to_string(finding.state)) + " " + std::string(to_string(finding.outcome)) +
           (finding.resolution.empty() ? "" : " " + finding.resolution);
  }
  std::string events_of(const std::string& key) {
    const auto listed = finding_on(key);
    if (!listed) return "none";
    const auto detail = get_finding(database(), {}, listed->id);
    EXPECT_TRUE(detail.has_value());
    std::string all;
    for (auto event = detail->events.rbegin(); event != detail->events.rend(); ++event)
      all += (all.empty() ? "" : " ") + event->event.kind;
    return all;
  }
  // "found passed unknown gaps" of a rule
  std::string counts_of(const std::string& rule, const Scope& scope = {}) {
    const auto statuses = rule_statuses(database(), scope);
    EXPECT_TRUE(statuses.has_value());
    const auto status = statuses->find(rule);
    if (status == statuses->end()) return "never run";
    if (!status->second.counts) return "nothing known";
    const auto& counts = *status->second.counts;
    return std::to_string(counts.found) + " " + std::to_string(counts.passed) + " " +
           std::to_string(counts.unknown) + " " + std::to_string(counts.gaps);
  }
  std::string ask(std::string_view sql, const Scope& scope = {}) {
    const auto answer = query_->run(sql, scope);
    if (!answer) return answer.error().text();
    JsonArray rows;
    for (const auto& row : answer->rows) rows.push_back(JsonArray(row.begin(), row.end()));
    return to_json(rows);
  }
  Result<Finding> decide(const std::string& key, Decision decision, const Scope& scope = {}) {
    decision.actor = "anna";
    return Keeper(database())
        .decide({"anna", identity::Via::session, "127.0.0.1"}, scope, finding_on(key)->id, decision);
  }

  std::shared_ptr<const catalog::Catalog> catalog_;  // shared as the app's is
  std::filesystem::path directory_;
  std::unique_ptr<query::QueryDatabase> query_;
  std::unique_ptr<RuleBook> book_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace hm::rules
