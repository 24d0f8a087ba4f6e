#include "inventory/projection.h"

#include <filesystem>

#include "inventory/read.h"
#include "store/test_database.h"

namespace hm::inventory {
namespace {

const std::string kA = "111111111111";
const std::string kB = "222222222222";

catalog::Column column(const std::string& name, const std::string& path, catalog::ColumnType type) {
  return {.name = name, .path = *JsonPath::parse(path), .type = type, .description = ""};
}

catalog::Catalog small_catalog(const std::string& size_path = "Size") {
  std::vector<catalog::ResourceType> types(2);
  types[0].id = "ec2/volume";
  types[0].table = "aws_ebs_volume";
  types[0].title = "EBS volume";
  types[0].key = *JsonPath::parse("VolumeId");
  types[0].columns.push_back(column("volume_id", "VolumeId", catalog::ColumnType::text));
  types[0].columns.push_back(column("state", "State", catalog::ColumnType::text));
  types[0].columns.push_back(column("size", size_path, catalog::ColumnType::integer));
  types[0].columns.push_back(column("encrypted", "Encrypted", catalog::ColumnType::boolean));
  types[0].columns.push_back(column("create_time", "CreateTime", catalog::ColumnType::time));
  types[0].columns.push_back(column("attachments", "Attachments", catalog::ColumnType::json));
  types[0].columns.push_back(column("policy", "Policy.Text", catalog::ColumnType::text));
  types[0].tags = std::make_unique<JsonPath>(JsonPath::parse("Tags").value());
  types[1].id = "s3/bucket";
  types[1].table = "aws_s3_bucket";
  types[1].title = "S3 bucket";
  types[1].scope = catalog::Scope::account;
  return catalog::Catalog(std::move(types));
}

class ProjectionTest : public store::DatabaseTest {
 protected:
  void SetUp() override {
    store::DatabaseTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    directory_ = std::filesystem::temp_directory_path() / ("hm-projection-" + hex(random_bytes(8)));
    auto opened = query::QueryDatabase::open(directory_.string(), table_specs(catalog_));
    ASSERT_OK(opened);
    query_ = std::move(*opened);
  }
  void TearDown() override {
    query_.reset();
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
    store::DatabaseTest::TearDown();
  }

  static Observed volume(const std::string& id, int64_t size) {
    Observed item;
    item.id = id;
    item.region = "eu-west-1";
    item.arn = "arn:" + id;
    item.name = id == "vol-1" ? "first" : "";
    item.state = "in-use";
    item.document = JsonObject{{"VolumeId", id},
                               {"State", "in-use"},
                               {"Size", size},
                               {"Encrypted", true},
                               {"CreateTime", "2026-11-01T10:00:00+00:00"},
                               {"Attachments", JsonArray{"i-1"}}};
    item.tags = {{"env", "prod"}};
    item.relations = {{"instance", "ec2/instance", "i-1"}};
    item.hash = id + std::to_string(size);
    return item;
  }
  void record(const std::string& account, std::vector<Observed> items, Outcome outcome = Outcome::ok,
              const std::string& type = "ec2/volume") {
    clock_.advance(std::chrono::minutes(5));
    Inventory inventory(database(), clock_);
    Sweep sweep;
    sweep.place = {account, "eu-west-1", type};
    sweep.outcome = outcome;
    if (outcome != Outcome::ok) sweep.error = make_error(ErrorKind::denied, "AccessDenied", "no");
    sweep.started_at = clock_.now();
    ASSERT_OK(inventory.record(sweep, std::move(items)));
  }
  int64_t follow() {
    Follower follower(database(), *query_, catalog_);
    auto applied = follower.catch_up();
    EXPECT_TRUE(applied.has_value()) << applied.error().text();
    return applied.value_or(-1);
  }
  static std::string rows_of(const query::Answer& answer) {
    JsonArray rows;
    for (const auto& row : answer.rows) rows.push_back(JsonArray(row.begin(), row.end()));
    return to_json(rows);
  }
  std::string ask(std::string_view sql, const Scope& scope = Scope::everything()) {
    auto answer = query_->run(sql, scope);
    return answer.has_value() ? rows_of(*answer) : answer.error().text();
  }
  Result<Trust> trust_of(std::string_view sql, const Scope& scope = Scope::everything()) {
    follow();
    HM_TRY(auto answered, query_now(database(), *query_, catalog_, sql, scope));
    return std::move(answered.trust);
  }
  Result<Answered> ask_at(std::string_view sql, Time at, const Scope& scope = Scope::everything()) {
    return query_at(database(), catalog_, directory_.string(), sql, scope, at);
  }

  const catalog::Catalog catalog_ = small_catalog();
  std::filesystem::path directory_;
  std::unique_ptr<query::QueryDatabase> query_;
};

TEST_P(ProjectionTest, WhatIsRecordedCanBeAskedFor) {
  record(kA, {volume("vol-1", 8), volume("vol-2", 16)});
  follow();
  EXPECT_EQ(
      ask("select volume_id, size, encrypted, create_time, attachments, name, state, account_id, region, "
          "arn, "
          "tags, first_seen = last_seen, unknown, created_at from aws_ebs_volume order by size limit 1"),
      R"([["vol-1",8,1,"2026-11-01T10:00:00Z","[\"i-1\"]","first","in-use","111111111111","eu-west-1","arn:vol-1",)"
      R"("{\"env\":\"prod\"}",1,"[]",null]])");
  EXPECT_EQ(ask("select count(*), count(name), min(key), count(gone_at) from resource"),
            R"([[2,1,"vol-1",0]])");
  EXPECT_EQ(
      ask("select count(*) from tag join resource on resource.id = tag.resource_id where tag.value = 'prod'"),
      "[[2]]");
  EXPECT_EQ(ask("select distinct name, target_type, target from relation"),
            R"([["instance","ec2/instance","i-1"]])");
  EXPECT_EQ(ask("select outcome, resources, account_id from sweep"), R"([["ok",2,"111111111111"]])");
  EXPECT_EQ(ask("select account_id, places, ok from account"), R"([["111111111111",1,1]])");
}

// The catalog reads no tags of the bucket type here.
TEST_P(ProjectionTest, TagsThatAreNotReadAreNotNone) {
  auto bare = volume("vol-1", 8);
  bare.tags.clear();
  auto bucket = volume("b", 1);
  bucket.tags.clear();
  record(kA, {bare});
  record(kA, {bucket}, Outcome::ok, "s3/bucket");
  follow();
  const char* kTags = "select type, tags from resource order by type";
  EXPECT_EQ(ask(kTags), R"([["ec2/volume","{}"],["s3/bucket",null]])");
  EXPECT_EQ(ask("select tags from aws_s3_bucket"), "[[null]]");
  clock_.advance(std::chrono::minutes(5));
  const auto past = ask_at(kTags, clock_.now());
  ASSERT_OK(past);
  EXPECT_EQ(rows_of(past->answer), R"([["ec2/volume","{}"],["s3/bucket",null]])");
}

TEST_P(ProjectionTest, ChangesAreFollowedFromTheStoredPosition) {
  record(kA, {volume("vol-1", 8), volume("vol-2", 16)});
  follow();
  EXPECT_EQ(follow(), 0);
  record(kA, {volume("vol-1", 9)});
  record(kA, {volume("vol-1", 9)});
  EXPECT_EQ(follow(), 1 + 1 + 1 + 1) << "vol-1 changed, vol-2 gone, two sweeps";
  EXPECT_EQ(ask("select volume_id, size from aws_ebs_volume"), R"([["vol-1",9]])");
  EXPECT_EQ(ask("select key from resource where gone_at is not null"), R"([["vol-2"]])");
  EXPECT_EQ(ask("select count(*) from tag"), "[[1]]");
  EXPECT_EQ(ask("select last_seen > first_seen from aws_ebs_volume"), "[[1]]");
}

TEST_P(ProjectionTest, ACorrectedPathReachesTheRowsThatAreThere) {
  Observed item = volume("vol-1", 8);
  item.document.as_object()["Capacity"] = 80;
  record(kA, {item});
  follow();
  EXPECT_EQ(ask("select size from aws_ebs_volume"), "[[8]]");
  const catalog::Catalog corrected = small_catalog("Capacity");
  auto opened = query::QueryDatabase::open(directory_.string(), table_specs(corrected));
  ASSERT_OK(opened);
  ASSERT_OK(Follower(database(), **opened, corrected).catch_up());
  const auto answer = (*opened)->run("select size from aws_ebs_volume", Scope::everything());
  ASSERT_OK(answer);
  EXPECT_EQ(rows_of(*answer), "[[80]]");
}

TEST_P(ProjectionTest, EveryPathOfATypeIsPartOfWhatItsRowsAreMadeOf) {
  const auto made_of = [](const std::function<void(catalog::ResourceType&)>& change) {
    std::vector<catalog::ResourceType> types(1);
    types[0].id = "ec2/volume";
    types[0].table = "aws_ebs_volume";
    types[0].columns.push_back(column("size", "Size", catalog::ColumnType::integer));
    types[0].relations.push_back(
        {.name = "key", .path = *JsonPath::parse("KmsKeyId"), .type = "kms/key", .contains = ""});
    change(types[0]);
    return table_specs(catalog::Catalog(std::move(types))).front().made_of;
  };
  const auto path = [] { return std::make_unique<JsonPath>(*JsonPath::parse("Other")); };
  std::set<std::string> all = {made_of([](auto&) {})};
  all.insert(made_of([](auto& type) { type.arn = "other"; }));
  all.insert(made_of([&](auto& type) { type.name = path(); }));
  all.insert(made_of([&](auto& type) { type.tags = path(); }));
  all.insert(made_of([&](auto& type) { type.created_at = path(); }));
  all.insert(made_of([&](auto& type) { type.state = path(); }));
  all.insert(made_of([&](auto& type) { type.columns[0].path = *path(); }));
  all.insert(made_of([&](auto& type) { type.relations[0].path = *path(); }));
  all.insert(made_of([&](auto& type) { type.relations[0].type = "ec2/other"; }));
  EXPECT_EQ(all.size(), 9u);
}

TEST_P(ProjectionTest, AnAccountsRowsAreFoundByTheirKey) {
  const auto specs = table_specs(catalog_);
  const auto key_of = [&](const std::string& table) {
    const auto found =
        std::find_if(specs.begin(), specs.end(), [&](const auto& one) { return one.name == table; });
    return found == specs.end() ? "no such table" : found->key_column;
  };
  EXPECT_EQ(key_of("aws_ebs_volume"), "volume_id");
  EXPECT_EQ(key_of("resource"), "");
}

TEST_P(ProjectionTest, AFollowerLeftBehindStartsFromTheWhole) {
  record(kA, {volume("vol-1", 8)});
  follow();
  record(kA, {volume("vol-1", 8), volume("vol-2", 16)});
  clock_.advance(std::chrono::hours(100));
  record(kA, {volume("vol-1", 8), volume("vol-2", 16)});
  ASSERT_OK(database().trim_changes(std::chrono::hours(1)));
  follow();
  EXPECT_EQ(ask("select count(*) from aws_ebs_volume"), "[[2]]");
  EXPECT_EQ(query_->position()->seq, *database().last_change());
}

TEST_P(ProjectionTest, AnUnknownPartIsNamedByItsColumns) {
  Observed item = volume("vol-1", 8);
  item.unknown.emplace("Policy", make_error(ErrorKind::denied, "AccessDenied", "no"));
  record(kA, {item, volume("vol-2", 1)});
  follow();
  EXPECT_EQ(ask("select volume_id, unknown from aws_ebs_volume order by size"),
            R"([["vol-2","[]"],["vol-1","[\"policy\"]"]])");
  EXPECT_EQ(ask("select unknown from resource where key = 'vol-1'"), R"([["[\"Policy\"]"]])");
}

TEST_P(ProjectionTest, AValueTooLongForAQueryIsUnknownAndNotCut) {
  Observed item = volume("vol-1", 8);
  item.document.as_object()["VolumeId"] = std::string(300'000, 'x');
  record(kA, {item});
  follow();
  EXPECT_EQ(ask("select volume_id, unknown from aws_ebs_volume"), R"([[null,"[\"volume_id\"]"]])");
}

TEST_P(ProjectionTest, TheScopeHoldsInEveryView) {
  record(kA, {volume("vol-1", 8)});
  record(kB, {volume("vol-b", 8)});
  record(kB, {}, Outcome::denied, "s3/bucket");
  follow();
  const Scope a{.accounts = std::set<std::string>{kA}, .regions = std::nullopt};
  for (const char* table : {"aws_ebs_volume", "resource", "tag", "relation", "sweep", "account"}) {
    EXPECT_EQ(
        ask("select count(*), count(distinct account_id), min(account_id) from " + std::string(table), a),
        "[[1,1,\"" + kA + "\"]]")
        << table;
    EXPECT_EQ(ask("select count(*) from " + std::string(table),
                  {.accounts = std::nullopt, .regions = std::set<std::string>{"us-east-1"}}),
              "[[0]]")
        << table;
  }
  auto trust = trust_of("select * from resource", a);
  ASSERT_OK(trust);
  EXPECT_EQ(trust->gap_count, 0) << "the gaps of others are theirs";
  EXPECT_TRUE(trust->gaps.empty());
  EXPECT_EQ(trust->unknown_types, std::vector<std::string>{"s3/bucket"});
  EXPECT_EQ(trust_of("select * from resource")->gap_count, 1);
  EXPECT_EQ(trust_of("select * from aws_ebs_volume", a)->unknown_types.size(), 0u);
}

TEST_P(ProjectionTest, WhatWasNeverReadIsNamedBeforeWhatIsOld) {
  record(kA, {volume("vol-1", 8)});
  const Time read = clock_.now();
  record(kA, {}, Outcome::throttled);
  record(kB, {}, Outcome::denied);
  auto trust = trust_of("select * from aws_ebs_volume");
  ASSERT_OK(trust);
  EXPECT_TRUE(trust->unknown_types.empty()) << "one account is known";
  EXPECT_EQ(trust->gap_count, 2);
  EXPECT_EQ(trust->unread_count, 1);
  ASSERT_EQ(trust->gaps.size(), 2u);
  EXPECT_EQ(trust->gaps[0].place.account_id, kB);
  EXPECT_EQ(trust->gaps[0].outcome, Outcome::denied);
  EXPECT_EQ(trust->gaps[0].code, "AccessDenied");
  EXPECT_EQ(trust->gaps[0].ok_at, std::nullopt);
  EXPECT_EQ(trust->gaps[1].outcome, Outcome::throttled);
  EXPECT_EQ(trust->gaps[1].ok_at, read);
  EXPECT_EQ(trust_of("select * from aws_s3_bucket")->gap_count, 0) << "only what the statement reads";
}

TEST_P(ProjectionTest, WhatIsToBeSweptAndWasNeverReachedIsAGap) {
  Inventory inventory(database(), clock_);
  const Place reached{kA, "eu-west-1", "ec2/volume"};
  const Place missed{kA, "us-east-1", "ec2/volume"};
  record(kA, {volume("vol-1", 8)});
  ASSERT_OK(inventory.plan({reached, missed}));
  ASSERT_OK(inventory.plan({reached, missed}));
  follow();
  EXPECT_EQ(ask("select region, outcome, swept_at is null from sweep order by region"),
            R"([["eu-west-1","ok",0],["us-east-1","pending",1]])");
  const auto trust = trust_of("select * from aws_ebs_volume");
  ASSERT_OK(trust);
  EXPECT_EQ(trust->unread_count, 1);
  ASSERT_EQ(trust->gaps.size(), 1u);
  EXPECT_EQ(trust->gaps[0].place, missed);
  EXPECT_EQ(trust->gaps[0].outcome, Outcome::pending);
  EXPECT_EQ(trust->gaps[0].code, "not_swept");
  const auto past = ask_at("select count(*) from aws_ebs_volume", clock_.now());
  ASSERT_OK(past);
  EXPECT_EQ(past->trust.unread_count, 1) << "nor was it known then";
  Sweep late;
  late.place = missed;
  late.outcome = Outcome::ok;
  late.started_at = clock_.now() - std::chrono::minutes(1);
  ASSERT_OK(inventory.record(late, {}));  // planned after it had begun, by another process
  EXPECT_EQ(trust_of("select * from aws_ebs_volume")->gap_count, 0);
}

TEST_P(ProjectionTest, RegionsThatCouldNotBeAskedAreAGapOfEveryTypeThatLiesInRegions) {
  record(kA, {volume("vol-1", 8)});
  Inventory inventory(database(), clock_);
  Sweep regions;
  regions.place = {kA, "global", kRegionsType};
  regions.outcome = Outcome::denied;
  regions.error = make_error(ErrorKind::denied, "UnauthorizedOperation", "no");
  regions.started_at = clock_.now();
  ASSERT_OK(inventory.record(regions, {}));
  follow();
  EXPECT_EQ(ask("select count(*) from sweep"), "[[2]]");
  const auto of_volumes = trust_of("select * from aws_ebs_volume");
  ASSERT_OK(of_volumes);
  EXPECT_EQ(of_volumes->unread_count, 1);
  EXPECT_EQ(of_volumes->gaps.at(0).place, regions.place);
  EXPECT_EQ(trust_of("select * from aws_s3_bucket")->gap_count, 0) << "buckets are listed once an account";
  ASSERT_OK(inventory.drop(regions.place));
  follow();
  EXPECT_EQ(ask("select count(*) from sweep"), "[[1]]");
  EXPECT_EQ(trust_of("select * from aws_ebs_volume")->gap_count, 0);
}

TEST_P(ProjectionTest, ManyGapsAreCountedAndSomeNamed) {
  for (size_t i = 0; i < kMostGapsNamed + 5; ++i)
    record(std::to_string(300'000'000'000 + static_cast<int64_t>(i)), {}, Outcome::denied);
  auto trust = trust_of("select * from aws_ebs_volume");
  ASSERT_OK(trust);
  EXPECT_EQ(trust->gap_count, static_cast<int64_t>(kMostGapsNamed + 5));
  EXPECT_EQ(trust->unread_count, trust->gap_count);
  EXPECT_EQ(trust->gaps.size(), kMostGapsNamed);
  EXPECT_EQ(trust->unknown_types, std::vector<std::string>{"ec2/volume"});
}

TEST_P(ProjectionTest, RowsAndTrustAreOfOneMoment) {
  record(kA, {volume("vol-1", 8)});
  const auto now = [&] {
    return query_now(database(), *query_, catalog_, "select size from aws_ebs_volume", {});
  };
  const auto empty = now();
  ASSERT_FALSE(empty.has_value()) << "the tables were never filled";
  EXPECT_EQ(empty.error().kind, ErrorKind::unavailable);
  follow();
  const Time read = clock_.now();
  EXPECT_EQ(now()->trust.as_of, read);
  EXPECT_EQ(now()->trust.behind_changes, 0);
  // The store goes on, and the tables do not.
  record(kA, {volume("vol-1", 9)});
  record(kA, {}, Outcome::denied);
  const auto behind = now();
  ASSERT_OK(behind);
  EXPECT_EQ(rows_of(behind->answer), "[[8]]");
  EXPECT_EQ(behind->trust.as_of, read) << "the rows are of then";
  EXPECT_EQ(behind->trust.gap_count, 0) << "and so is what is said of them";
  EXPECT_EQ(behind->trust.behind_changes, 4) << "one volume, two sweeps, one of which ended otherwise";
  EXPECT_EQ(behind->trust.behind_since, read + std::chrono::minutes(5));
  follow();
  const auto after = now();
  ASSERT_OK(after);
  EXPECT_EQ(rows_of(after->answer), "[[9]]");
  EXPECT_EQ(after->trust.gap_count, 1);
  EXPECT_EQ(after->trust.behind_changes, 0);
  EXPECT_EQ(after->trust.behind_since, std::nullopt);
}

TEST_P(ProjectionTest, TablesOfAnotherStoreAreNoAnswer) {
  record(kA, {volume("vol-1", 8)});
  follow();
  ASSERT_OK(query_->write([](query::Writer& writer) { return writer.set_position({"another", 1}); }));
  const auto answer = query_now(database(), *query_, catalog_, "select * from aws_ebs_volume", {});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, "query_database_filling");
}

TEST_P(ProjectionTest, UnknownColumnsThatAStatementNamesAreTold) {
  Observed item = volume("vol-1", 8);
  item.unknown.emplace("Policy", make_error(ErrorKind::denied, "AccessDenied", "no"));
  record(kA, {item, volume("vol-2", 1)});
  record(kB, {item});
  const auto told = [&](std::string_view sql, const Scope& scope = Scope::everything()) {
    std::string text;
    const auto trust = trust_of(sql, scope);
    if (!trust.has_value()) return trust.error().text();
    for (const UnknownColumn& one : trust->unknown_columns)
      text += one.table + "." + one.column + " " + std::to_string(one.rows) + ";";
    return text;
  };
  EXPECT_EQ(told("select policy from aws_ebs_volume"), "aws_ebs_volume.policy 2;");
  EXPECT_EQ(told("select count(*) from aws_ebs_volume where policy is null"), "aws_ebs_volume.policy 2;");
  EXPECT_EQ(told("select size from aws_ebs_volume"), "") << "it does not name it";
  EXPECT_EQ(
      told("select * from aws_ebs_volume", {.accounts = std::set<std::string>{kB}, .regions = std::nullopt}),
      "aws_ebs_volume.policy 1;");
  const auto past = ask_at("select policy from aws_ebs_volume", clock_.now());
  ASSERT_OK(past);
  EXPECT_EQ(past->trust.unknown_columns.size(), 1u);
}

TEST_P(ProjectionTest, UnreadTagsAreToldOfEveryTableThatShowsThem) {
  std::vector<catalog::ResourceType> types(1);
  types[0].id = "s3/bucket";
  types[0].table = "aws_s3_bucket";
  types[0].tags = std::make_unique<JsonPath>(JsonPath::parse("TagSet").value());
  types[0].details.emplace_back();
  types[0].details[0].into = "TagSet";
  const catalog::Catalog catalog(std::move(types));
  auto opened = query::QueryDatabase::open(directory_.string(), table_specs(catalog));
  ASSERT_OK(opened);
  Observed item = volume("b", 1);
  item.unknown.emplace("TagSet", make_error(ErrorKind::denied, "AccessDenied", "no"));
  record(kA, {item}, Outcome::ok, "s3/bucket");
  ASSERT_OK(Follower(database(), **opened, catalog).catch_up());
  const auto told = [&](std::string_view sql) {
    std::string text;
    const auto answered = query_now(database(), **opened, catalog, sql, Scope::everything());
    if (!answered.has_value()) return answered.error().text();
    for (const UnknownColumn& one : answered->trust.unknown_columns)
      text += one.table + "." + one.column + ";";
    return text;
  };
  EXPECT_EQ(told("select tags from aws_s3_bucket"), "aws_s3_bucket.tags;");
  EXPECT_EQ(told("select tags from resource"), "resource.tags;");
  EXPECT_EQ(told("select value from tag"), "tag.value;");
  EXPECT_EQ(told("select key from resource"), "");
}

TEST_P(ProjectionTest, ThePastCanBeAskedFor) {
  const Time before = clock_.now();
  record(kA, {volume("vol-1", 8), volume("vol-2", 16)});
  const Time first = clock_.now();
  record(kA, {volume("vol-1", 9)});
  record(kA, {volume("vol-1", 9)});
  const Time last = clock_.now();
  const auto sizes = [&](Time at, const Scope& scope = Scope::everything()) {
    auto answer = ask_at("select volume_id, size from aws_ebs_volume order by size", at, scope);
    return answer.has_value() ? rows_of(answer->answer) : answer.error().text();
  };
  EXPECT_EQ(sizes(first), R"([["vol-1",8],["vol-2",16]])");
  EXPECT_EQ(sizes(last), R"([["vol-1",9]])");
  EXPECT_EQ(sizes(first, {.accounts = std::set<std::string>{kB}, .regions = std::nullopt}), "[]");
  auto early = ask_at("select count(*) from aws_ebs_volume", before);
  ASSERT_OK(early);
  EXPECT_EQ(early->trust.unknown_types, std::vector<std::string>{"ec2/volume"}) << "nobody had looked yet";
  EXPECT_EQ(early->trust.as_of, std::nullopt);
  auto late = ask_at("select count(*), min(last_seen) from aws_ebs_volume", last + std::chrono::hours(24));
  ASSERT_OK(late);
  EXPECT_EQ(late->trust.as_of, last);
  EXPECT_EQ(late->trust.gap_count, 1) << "nobody has looked since";
  EXPECT_EQ(late->trust.gaps.at(0).outcome, std::nullopt);
  EXPECT_EQ(late->trust.gaps.at(0).ok_at, last);
  // Filling the tables is a part of the statement.
  query::Limits none;
  none.time = std::chrono::milliseconds(-1);
  const auto ask_with = [&](const query::Limits& limits, const std::stop_token& stop) {
    return query_at(database(), catalog_, directory_.string(), "select * from aws_ebs_volume", {}, last,
                    limits, stop)
        .error();
  };
  EXPECT_NE(ask_with(none, {}).message.find("reading the past took longer"), std::string::npos);
  std::stop_source stopped;
  stopped.request_stop();
  EXPECT_EQ(ask_with({}, stopped.get_token()).kind, ErrorKind::cancelled);
  EXPECT_TRUE(ask_at("select 'aws_ebs_volume and tag' as words", last)->trust.unknown_types.empty());
  auto wrong = ask_at("select * from sqlite_master", last);
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().code, "query_refused");
}

HM_ON_BOTH_STORES(ProjectionTest);

}  // namespace
}  // namespace hm::inventory
