#include "app/querying.h"

#include "base/log.h"
#include "rules/projection.h"

namespace hm::app {

namespace {

constexpr std::chrono::seconds kLookAgain{1};
constexpr std::chrono::seconds kAfterFailure{5};

api::QueryAnswer answer_of(inventory::Answered answered) {
  query::Answer& found = answered.answer;
  api::QueryAnswer answer;
  answer.columns = std::move(found.columns);
  for (auto& row : found.rows) answer.rows.emplace_back(JsonArray(row.begin(), row.end()));
  answer.truncated = found.truncated;
  answer.elapsed_ms = static_cast<double>(found.elapsed.count()) / 1000;
  answer.trust = std::move(answered.trust);
  return answer;
}

}  // namespace

Querying::Querying(const Config& config, const catalog::Catalog& catalog, store::Database& database,
                   Clock& clock, std::unique_ptr<query::QueryDatabase> query)
    : directory_(config.data_dir),
      catalog_(catalog),
      database_(database),
      clock_(clock),
      query_(std::move(query)),
      thread_([this](const std::stop_token& stop) { follow(stop); }) {}

Result<std::unique_ptr<Querying>> Querying::start(const Config& config, const catalog::Catalog& catalog,
                                                  store::Database& database, Clock& clock) {
  HM_TRY(auto query, query::QueryDatabase::open(
                         config.data_dir, inventory::table_specs(catalog, {rules::findings_projection()})));
  return std::unique_ptr<Querying>(new Querying(config, catalog, database, clock, std::move(query)));
}

Querying::~Querying() { stop(); }

void Querying::stop() {
  stopping_.request_stop();
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Querying::follow(const std::stop_token& stop) {
  inventory::Follower follower(database_, *query_, catalog_, {rules::findings_projection()});
  while (!stop.stop_requested()) {
    if (auto applied = follower.catch_up(stop); !applied) {
      // Answers say how old they are meanwhile.
      log_warning("query", applied.error().text());
      clock_.sleep_for(kAfterFailure, stop);
      continue;
    }
    auto position = query_->position();
    database_.wait_for_change(position ? position->seq : 0, kLookAgain, stop);
  }
}

Result<api::QueryAnswer> Querying::run(const identity::Scope& scope, const std::string& sql,
                                       std::optional<Time> at, const std::stop_token& stop) {
  // It ends when whoever asked says so, or when the program stops.
  std::stop_source either;
  const auto end = [&] { either.request_stop(); };
  const std::stop_callback when_cancelled(stop, end);
  const std::stop_callback when_stopping(stopping_.get_token(), end);
  HM_TRY(auto found,
         at ? inventory::query_at(database_, catalog_, directory_, sql, scope, *at, {}, either.get_token())
            : inventory::query_now(database_, *query_, catalog_, sql, scope, {}, either.get_token()));
  return answer_of(std::move(found));
}

Result<inventory::QuotaList> Querying::quotas(const identity::Scope& scope) {
  return inventory::quota_list(database_, *query_, catalog_, scope, stopping_.get_token());
}

Result<rules::Evaluation> Querying::try_rule(const rules::ActiveRule& rule) {
  HM_TRY(const auto shape, query_->describe(rule.rule->sql));
  return rules::evaluate(*query_, catalog_, rule, shape, clock_.now(), stopping_.get_token());
}

JsonArray Querying::tables() const {
  JsonArray items;
  for (const query::TableSpec& table : query_->tables()) {
    JsonArray columns;
    for (const query::ColumnSpec& column : table.columns) {
      if (column.hidden) continue;
      columns.push_back(JsonObject{
          {"name", column.name}, {"type", to_string(column.type)}, {"description", column.description}});
    }
    items.push_back(
        JsonObject{{"name", table.name}, {"title", table.title}, {"columns", std::move(columns)}});
  }
  return items;
}

}  // namespace hm::app
