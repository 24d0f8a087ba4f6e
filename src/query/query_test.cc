#include "query/query.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/crypto.h"
#include "base/encoding.h"

namespace hm::query {
namespace {

const std::string kA = "111111111111";
const std::string kB = "222222222222";
constexpr char kSecret[] = "jewel-of-b";

std::vector<TableSpec> specs() {
  TableSpec volume{.name = "aws_ebs_volume",
                   .title = "EBS volume",
                   .columns = {{"account_id", ColumnType::text, ""},
                               {"region", ColumnType::text, ""},
                               {"name", ColumnType::text, ""},
                               {"size", ColumnType::integer, ""},
                               {"place", ColumnType::text, "", true},
                               {"last_seen", ColumnType::time, "", false,
                                "select s.swept_at from {sweep} s where s.account_id = t.account_id"}}};
  TableSpec sweep{.name = "sweep",
                  .title = "Sweeps",
                  .columns = {{"account_id", ColumnType::text, ""},
                              {"region", ColumnType::text, ""},
                              {"swept_at", ColumnType::time, ""}}};
  TableSpec tag{.name = "tag",
                .title = "Tags",
                .columns = {{"account_id", ColumnType::text, ""},
                            {"region", ColumnType::text, ""},
                            {"key", ColumnType::text, ""}},
                .many = true};
  TableSpec account{
      .name = "account", .title = "Accounts", .columns = {{"account_id", ColumnType::text, ""}}};
  account.select = "select distinct t.account_id from {sweep} t where {scope}";
  return {volume, sweep, tag, account};
}

class QueryTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() / ("hm-query-" + hex(random_bytes(8)));
    open();
    fill();
  }
  void TearDown() override {
    database_.reset();
    std::filesystem::remove_all(directory_);
  }
  void open() {
    auto opened = QueryDatabase::open(directory_.string(), specs());
    ASSERT_TRUE(opened.has_value()) << opened.error().text();
    database_ = std::move(*opened);
  }
  void fill() {
    const Status filled = database_->write([](Writer& writer) -> Status {
      for (int i = 0; i < 50; ++i)
        HM_DO(writer.put("aws_ebs_volume", i, {kA, "eu-west-1", "a-" + std::to_string(i), i, "p"}));
      HM_DO(writer.put("aws_ebs_volume", 100, {kB, "eu-west-1", kSecret, 77, "p"}));
      HM_DO(writer.put("aws_ebs_volume", 101, {kA, "us-east-1", "far", 5, "p"}));
      HM_DO(writer.put("sweep", 1, {kA, "eu-west-1", "2026-11-23T12:00:00Z"}));
      HM_DO(writer.put("sweep", 2, {kB, "eu-west-1", "2026-11-23T13:00:00Z"}));
      HM_DO(writer.put_many("tag", 1, {{kA, "eu-west-1", "one"}, {kA, "eu-west-1", "two"}}));
      HM_DO(writer.put_many("tag", 1, {{kA, "eu-west-1", "three"}}));
      return writer.set_position({"db", 5});
    });
    ASSERT_TRUE(filled.has_value()) << filled.error().text();
  }
  Result<Answer> run(std::string_view sql, const Scope& scope = Scope::everything(),
                     const Limits& limits = {}) {
    return database_->run(sql, scope, limits);
  }
  std::string text(std::string_view sql, const Scope& scope = Scope::everything()) {
    auto answer = run(sql, scope);
    if (!answer.has_value()) return answer.error().code + ": " + answer.error().text();
    JsonArray rows;
    for (const auto& row : answer->rows) rows.push_back(JsonArray(row.begin(), row.end()));
    return to_json(rows);
  }
  static Scope only_a() { return {.accounts = std::set<std::string>{kA}, .regions = std::nullopt}; }

  std::filesystem::path directory_;
  std::unique_ptr<QueryDatabase> database_;
};

TEST_F(QueryTest, AnswersWithTypesAndTheTablesItRead) {
  auto answer = run(
      "select name, size, null as absent, 1.5 as real, x'00ff' as bytes from AWS_EBS_Volume where size = 7");
  ASSERT_TRUE(answer.has_value()) << answer.error().text();
  EXPECT_EQ(answer->columns, (std::vector<std::string>{"name", "size", "absent", "real", "bytes"}));
  ASSERT_EQ(answer->rows.size(), 1u);
  EXPECT_EQ(to_json(JsonArray(answer->rows[0].begin(), answer->rows[0].end())),
            R"(["a-7",7,null,1.5E0,"00ff"])");
  EXPECT_EQ(answer->tables, std::vector<std::string>{"aws_ebs_volume"});
  EXPECT_FALSE(answer->truncated);
  EXPECT_EQ(run("select count(*) from tag")->tables, std::vector<std::string>{"tag"});
  EXPECT_EQ(text("select key from tag"), R"([["three"]])") << "the rows of an owner are replaced together";
  EXPECT_EQ(text("select last_seen from aws_ebs_volume where size = 77"), R"([["2026-11-23T13:00:00Z"]])");
  EXPECT_NE(text("select place from aws_ebs_volume").find("no such column"), std::string::npos);
}

TEST_F(QueryTest, JoinsWindowsJsonAndCommentsWork) {
  EXPECT_EQ(text("/* all */ with big as (select * from aws_ebs_volume where size > 48) select count(*) from "
                 "big b join "
                 "sweep s on s.account_id = b.account_id -- end"),
            "[[2]]");
  EXPECT_EQ(text("select value from json_each('[1,2]')"), "[[1],[2]]");
  EXPECT_EQ(text("select max(row_number) from (select row_number() over (order by size) row_number from "
                 "aws_ebs_volume)"),
            "[[52]]");
  EXPECT_EQ(text("select account_id from account order by 1"), "[[\"" + kA + "\"],[\"" + kB + "\"]]");
  EXPECT_EQ(text("select 1;"), "[[1]]");
}

// Everything a viewer of A may try in order to learn of B. None may show B's rows, names, counts or
// existence.
TEST_F(QueryTest, AViewerOfALearnsNothingOfB) {
  const Scope a = only_a();
  EXPECT_EQ(text("select count(*) from aws_ebs_volume", a), "[[51]]");
  EXPECT_EQ(text("select distinct account_id from aws_ebs_volume", a), "[[\"" + kA + "\"]]");
  EXPECT_EQ(text("select account_id from account", a), "[[\"" + kA + "\"]]");
  EXPECT_EQ(text("select count(*) from sweep", a), "[[1]]");
  EXPECT_EQ(text("select (select count(*) from (select * from aws_ebs_volume)) + 0", a), "[[51]]");
  EXPECT_EQ(text("with x as (select * from aws_ebs_volume) select count(*) from x", a), "[[51]]");
  EXPECT_EQ(
      text("with aws_ebs_volume as (select * from aws_ebs_volume) select count(*) from aws_ebs_volume", a)
          .find("77"),
      std::string::npos);
  EXPECT_EQ(text("with aws_ebs_volume as (select 1 as one) select count(*) from aws_ebs_volume", a), "[[1]]");
  EXPECT_EQ(text("select sum(size) from temp.aws_ebs_volume where account_id <> '" + kA + "'", a),
            "[[null]]");
  EXPECT_EQ(text("select count(*) from aws_ebs_volume v, aws_ebs_volume w where w.name = 'jewel-of-b'", a),
            "[[0]]");
  EXPECT_EQ(text("select count(*) from aws_ebs_volume union all select count(*) from aws_ebs_volume", a),
            "[[51],[51]]");
  EXPECT_EQ(text("select count(*) from aws_ebs_volume where 1 or account_id = '" + kB + "'", a), "[[51]]");
  EXPECT_EQ(text("select name from aws_ebs_volume where name like 'jewel%' or exists (select 1 from "
                 "aws_ebs_volume where "
                 "size = 77)",
                 a),
            "[]");
  EXPECT_EQ(text("select count(*) from aws_ebs_volume left join sweep on sweep.account_id <> "
                 "aws_ebs_volume.account_id "
                 "where sweep.account_id is not null",
                 a),
            "[[0]]");
}

// An expression that fails on B's values alone must not fail: it would tell that they are there.
TEST_F(QueryTest, NoExpressionIsEvaluatedOnRowsOutOfScope) {
  const std::string bomb = "case when name like 'jewel%' then abs(-9223372036854775808) else 1 end";
  for (const std::string& sql : std::vector<std::string>{
           "select count(*) from aws_ebs_volume where " + bomb + " = 1",
           "select sum(" + bomb + ") from aws_ebs_volume",
           "select count(*) from (select * from aws_ebs_volume) where " + bomb + " = 1",
           "select count(*) from aws_ebs_volume v join aws_ebs_volume w on w.size = v.size and w.region = "
           "v.region and case when "
           "v.name like 'jewel%' then abs(-9223372036854775808) else 1 end",
           "select count(*) from (select 1 from aws_ebs_volume order by " + bomb + ")",
           "select count(*) from (select 1 from aws_ebs_volume group by size, region having max(" + bomb +
               ") = 1)",
           "with v as (select * from aws_ebs_volume) select count(*) from v where " + bomb + " = 1",
           "select sum(c) from (select count(*) c from aws_ebs_volume where " + bomb +
               " = 1 union all select 0)",
       })
    EXPECT_EQ(text(sql, only_a()), "[[51]]") << sql;
  EXPECT_EQ(text("select count(*) from aws_ebs_volume where " + bomb + " = 1").substr(0, 13), "query_invalid")
      << "the bomb works where B is in scope";
}

// The same where no index leads past the rows out of scope.
TEST_F(QueryTest, NoExpressionIsEvaluatedOnRowsOfOtherRegions) {
  const Scope far{.accounts = std::nullopt, .regions = std::set<std::string>{"us-east-1"}};
  const std::string bomb = "case when name like 'jewel%' then abs(-9223372036854775808) else 1 end";
  EXPECT_EQ(text("select count(*) from aws_ebs_volume where " + bomb + " = 1", far), "[[1]]");
  EXPECT_EQ(
      text("select count(*) from (select * from aws_ebs_volume) where " + bomb + " = 1 and size > 0", far),
      "[[1]]");
  EXPECT_EQ(
      text("select sum(" + bomb + ") from aws_ebs_volume v join account a on a.account_id <> " + bomb, far),
      "[[null]]");
}

TEST_F(QueryTest, RegionsAndEmptyScopesHoldToo) {
  EXPECT_EQ(text("select name from aws_ebs_volume",
                 {.accounts = std::set<std::string>{kA}, .regions = std::set<std::string>{"us-east-1"}}),
            R"([["far"]])");
  EXPECT_EQ(text("select count(*) from aws_ebs_volume",
                 {.accounts = std::set<std::string>{}, .regions = std::nullopt}),
            "[[0]]");
  EXPECT_EQ(text("select count(*) from aws_ebs_volume",
                 {.accounts = std::set<std::string>{"x') or ('1'='1"}, .regions = std::nullopt}),
            "[[0]]");
}

TEST_F(QueryTest, WhatIsNotReadingIsRefused) {
  const std::vector<std::string> statements = {
      "select * from hm_base_aws_ebs_volume",
      "select * from main.\"hm_base_aws_ebs_volume\"",
      "select * from HM_BASE_aws_ebs_volume",
      "select 'hm_base_' as x",
      "with aws_ebs_volume as (select * from hm_base_aws_ebs_volume) select * from aws_ebs_volume",
      "explain select 1",
      "explain query plan select 1 from aws_ebs_volume",
      "pragma table_list",
      "pragma query_only=off",
      "attach ':memory:' as x",
      "attach '/etc/passwd' as x",
      "detach temp",
      "insert into aws_ebs_volume values (1)",
      "delete from aws_ebs_volume",
      "update aws_ebs_volume set size = 1",
      "create table x (y)",
      "create temp table x (y)",
      "create temp view x as select 1",
      "create temp trigger x instead of insert on aws_ebs_volume begin select 1; end",
      "drop view aws_ebs_volume",
      "vacuum",
      "vacuum into '/tmp/hm-stolen.db'",
      "reindex",
      "analyze",
      "begin",
      "commit",
      "savepoint x",
      "select 1; select 2",
      "select 1; drop view aws_ebs_volume",
      "select load_extension('x')",
      "select fts3_tokenizer('simple')",
      "select * from sqlite_master",
      "select * from sqlite_schema",
      "select * from main.sqlite_schema",
      "select * from temp.sqlite_schema",
      "select * from sqlite_temp_schema",
      "select * from sqlite_temp_master",
      "select count(*) from sqlite_master",
      "select * from sqlite_sequence",
      "select * from pragma_table_list",
      "select * from pragma_table_list()",
      "select * from pragma_table_info('aws_ebs_volume')",
      "select * from pragma_database_list",
      "select * from pragma_compile_options",
      "select * from dbstat",
      "select * from sqlite_dbpage",
      "select * from sqlite_stmt",
      "select * from bytecode('select 1')",
      "select (select sql from sqlite_master limit 1)",
      "with sqlite_master2 as (select * from sqlite_master) select * from sqlite_master2",
      "select * from aws_ebs_volume where exists (select 1 from sqlite_master)",
      "select sqlite_source_id()",
      "values (1), (load_extension('x'))",
  };
  for (const std::string& sql : statements) {
    for (const Scope& scope : {Scope::everything(), only_a()}) {
      auto answer = run(sql, scope);
      ASSERT_FALSE(answer.has_value()) << sql;
      EXPECT_TRUE(answer.error().code == "query_refused" || answer.error().code == "query_invalid") << sql;
      EXPECT_EQ(answer.error().text().find(kSecret), std::string::npos) << sql;
    }
  }
  EXPECT_EQ(text("select count(*) from aws_ebs_volume"), "[[52]]") << "nothing was changed";
  EXPECT_FALSE(std::filesystem::exists("/tmp/hm-stolen.db"));
}

TEST_F(QueryTest, ParametersAreBoundByNameAndNeverRead) {
  const auto together = database_->run_together(
      {{"select count(*) from aws_ebs_volume where size >= :least and name <> :name",
        {{"least", 40}, {"name", "a-45' or 1=1 --"}, {"unused", 1}},
        {}},
       {"select group_concat(value) from json_each(:list)", {{"list", R"(["x","y"])"}}, {}}},
      Scope::everything());
  ASSERT_TRUE(together.has_value()) << together.error().text();
  EXPECT_EQ(together->answers[0].rows[0][0], Json(11));
  EXPECT_EQ(together->answers[1].rows[0][0], Json("x,y"));
  EXPECT_EQ(together->position.source, "db");
  EXPECT_EQ(together->position.seq, 5);
  EXPECT_NE(text("select :none").find("the parameter :none, and there is no value"), std::string::npos);
}

TEST_F(QueryTest, StatementsTogetherSeeOneScopeAndOneSnapshot) {
  const auto together = database_->run_together({{"select count(*) from aws_ebs_volume", {}, {}},
                                                 {"select count(*) from aws_ebs_volume", {}, {.rows = 1}},
                                                 {"select name from aws_ebs_volume", {}, {.rows = 2}}},
                                                only_a());
  ASSERT_TRUE(together.has_value()) << together.error().text();
  EXPECT_EQ(together->answers[0].rows, together->answers[1].rows);
  EXPECT_TRUE(together->answers[2].truncated);
  EXPECT_EQ(together->answers[2].tables, std::vector<std::string>{"aws_ebs_volume"});
  const auto refused =
      database_->run_together({{"select 1", {}, {}}, {"delete from aws_ebs_volume", {}, {}}}, only_a());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "query_invalid");
}

TEST_F(QueryTest, DescribingNamesTheColumnsThatAreReadAndRunsNothing) {
  const auto shape = database_->describe(
      "with big as (select name, account_id from aws_ebs_volume where size > :least) "
      "select b.name as found, (select count(*) from tag) as tags from big b join sweep s on s.account_id = "
      "b.account_id");
  ASSERT_TRUE(shape.has_value()) << shape.error().text();
  EXPECT_EQ(shape->columns, (std::vector<std::string>{"found", "tags"}));
  EXPECT_EQ(shape->parameters, std::vector<std::string>{"least"});
  EXPECT_EQ(shape->reads.at("aws_ebs_volume"), (std::set<std::string>{"account_id", "name", "size"}));
  EXPECT_EQ(shape->reads.at("sweep"), std::set<std::string>{"account_id"});
  EXPECT_TRUE(shape->reads.at("tag").empty());
  const auto all = database_->describe("select * from aws_ebs_volume");
  ASSERT_TRUE(all.has_value());
  EXPECT_TRUE(all->reads.at("aws_ebs_volume").contains("last_seen"));
  EXPECT_EQ(database_->describe("select nothing from aws_ebs_volume").error().code, "query_invalid");
  EXPECT_EQ(database_->describe("pragma user_version").error().code, "query_refused");
}

TEST_F(QueryTest, MistakesAreExplained) {
  EXPECT_NE(text("select nme from aws_ebs_volume").find("no such column: nme"), std::string::npos);
  EXPECT_NE(text("select * from aws_s3_bucket").find("no such table: aws_s3_bucket"), std::string::npos);
  EXPECT_NE(text("selec 1").find("syntax error"), std::string::npos);
  EXPECT_NE(text("").find("no statement"), std::string::npos);
  EXPECT_NE(text("-- nothing").find("no statement"), std::string::npos);
  EXPECT_NE(text("select ?1").find("parameters"), std::string::npos);
  EXPECT_EQ(text(std::string("select 1\0, 2", 12)).substr(0, 13), "query_refused");
  EXPECT_EQ(text("select '" + std::string(100'000, 'x') + "'").substr(0, 11), "query_limit");
}

TEST_F(QueryTest, WhatWouldEatTimeOrMemoryIsStopped) {
  Limits limits;
  limits.time = std::chrono::seconds(20);
  limits.steps = 3'000'000;
  limits.memory_bytes = 20 << 20;
  for (const char* sql : {
           "select hex(zeroblob(1000000000))",
           "select length(zeroblob(1000000001))",
           "with recursive x(n) as (select 1 union all select n + 1 from x) select count(*) from x",
           "with recursive x(n) as (select 1 union select n + 1 from x) select count(*) from x",
           "with recursive x(s) as (select 'a' union all select s || s from x) select max(length(s)) from x",
           "select count(*) from aws_ebs_volume a, aws_ebs_volume b, aws_ebs_volume c, aws_ebs_volume d",
           "with recursive x(n) as (select 1 union all select n + 1 from x limit 400) select "
           "group_concat(hex(zeroblob(400000))) from x",
           "with recursive x(n) as (select 1 union all select n + 1 from x limit 400) select "
           "json_group_array(hex(zeroblob(400000))) from x",
           "with recursive x(n) as (select 1 union all select n + 1 from x limit 4000) select count(*) from "
           "(select "
           "hex(zeroblob(400000)) || n as v from x order by v)",
           "with recursive x(n) as (select 1 union all select n + 1 from x limit 4000) select count(distinct "
           "hex(zeroblob(400000)) || n) from x",
           "with recursive x(n) as materialized (select hex(zeroblob(400000)) union all select n from x "
           "limit 4000) select count(*) "
           "from x a, x b",
           // Doubled at each level while the statement is prepared, before anything runs.
           "with a as (select 1 x), b as (select 1 x from a, a c), d as (select 1 x from b, b c), "
           "e as (select 1 x from d, d c), f as (select 1 x from e, e c), g as (select 1 x from f, f c), "
           "h as (select 1 x from g, g c), i as (select 1 x from h, h c), j as (select 1 x from i, i c), "
           "k as (select 1 x from j, j c), l as (select 1 x from k, k c), m as (select 1 x from l, l c), "
           "n as (select 1 x from m, m c), o as (select 1 x from n, n c), p as (select 1 x from o, o c), "
           "q as (select 1 x from p, p c), r as (select 1 x from q, q c), s as (select 1 x from r, r c), "
           "t as (select 1 x from s, s c), u as (select 1 x from t, t c), v as (select 1 x from u, u c) "
           "select 1 from v limit 0",
       }) {
    auto answer = run(sql, Scope::everything(), limits);
    ASSERT_FALSE(answer.has_value()) << sql;
    EXPECT_EQ(answer.error().code, "query_limit") << sql << ": " << answer.error().text();
  }
  limits.time = std::chrono::milliseconds(1);
  limits.steps = int64_t{1} << 60;
  EXPECT_EQ(run("with recursive x(n) as (select 1 union all select n + 1 from x) select count(*) from x",
                Scope::everything(), limits)
                .error()
                .code,
            "query_limit");
}

// Nothing can be stopped within one function, so none may take the product of its arguments' lengths.
TEST_F(QueryTest, FunctionsOfLongValuesAreQuick) {
  const std::string a = "replace(hex(zeroblob(490000)), '0', 'a')",
                    b = "replace(hex(zeroblob(245000)), '0', 'a')";
  EXPECT_EQ(text("select instr(" + a + ", " + b + " || 'b')"), "[[0]]");
  EXPECT_EQ(text("select length(replace(" + a + ", " + b + " || 'b', ''))"), "[[980000]]");
  EXPECT_EQ(text("select length(trim(" + a + ", hex(zeroblob(400000)) || 'a'))"), "[[0]]");
  EXPECT_EQ(text("select " + a + " like '%" + std::string(300, 'a') + "b'").substr(0, 13), "query_invalid");
  EXPECT_EQ(text("select json_patch('{}', '{}')").substr(0, 13), "query_invalid");
  EXPECT_EQ(text("select length(replace(" + a + ", 'a', 'bb'))").substr(0, 11), "query_limit");
}

TEST_F(QueryTest, OurTextFunctionsAnswerAsSqlitesOwn) {
  EXPECT_EQ(
      text("select instr('añb', 'b'), instr('abc', ''), instr('abc', 'd'), instr(null, 'a'), instr(x'00ff', "
           "x'ff'), instr(1234, 34)"),
      "[[3,1,0,null,2,3]]");
  EXPECT_EQ(text("select replace('banana', 'an', '<>'), replace('aaa', 'aa', 'b'), replace('abc', '', 'x'), "
                 "replace('a', 'a', null), replace(121, 1, 'x')"),
            R"([["b<><>a","ba","abc",null,"x2x"]])");
  EXPECT_EQ(text("select trim('  a b '), ltrim('xxaxx', 'x'), rtrim('xxaxx', 'x'), trim('éaé', 'é'), "
                 "trim('éa', 'ê'), "
                 "trim('abc', 'cba'), trim(' a', ''), trim(null), trim('a', null)"),
            R"([["a b","axx","xxa","a","éa",""," a",null,null]])");
}

TEST_F(QueryTest, LikeAndGlobAreOursAndAnswerAsSqlitesOwn) {
  EXPECT_EQ(
      text("select 'ÄbC' like 'Äb%', 'äbc' like 'Äb%', 'abc' like 'A_C', 'a%c' like 'a\\%c' escape '\\', "
           "'abc' like 'a\\%c' escape '\\', null like 'a', 'a' like null, 12 like '1%', x'6162' like 'ab'"),
      "[[1,0,1,1,0,null,null,1,1]]");
  EXPECT_EQ(
      text("select 'abc' glob 'a*', 'abc' glob 'A*', 'a-c' glob 'a[-x]c', 'abc' glob '[^a]*', null glob 'a'"),
      "[[1,0,1,0,null]]");
  EXPECT_EQ(text("select 'a' like 'a' escape 'ab'").substr(0, 13), "query_invalid");
  EXPECT_EQ(text("select 'a' like 'a' escape null"), "[[null]]");
  EXPECT_EQ(text("select count(*) from aws_ebs_volume where name like 'A-1%'"), "[[11]]");
}

// SQLite looks at no clock within one function, and many calls fit between two of its looks.
TEST_F(QueryTest, AFunctionLooksAtTheClockItself) {
  Limits limits;
  limits.time = std::chrono::milliseconds(20);
  std::string sum = "0";
  for (int i = 0; i < 90; ++i) sum += " + (s like '%" + std::string(240, 'a') + "xy')";
  const auto answer = run(
      "with v(s) as materialized (select replace(hex(zeroblob(490000)), '0', 'a')) select " + sum + " from v",
      Scope::everything(), limits);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, "query_limit") << answer.error().text();
  EXPECT_NE(answer.error().message.find("longer than is allowed"), std::string::npos)
      << answer.error().text();
  EXPECT_NE(text("with recursive x(n) as (select 1 union all select n + 1 from x limit 2000) "
                 "select trim('a', (select group_concat(char(n + 19968), '') from x))")
                .find("at most 1000 different characters"),
            std::string::npos);
}

// What one statement takes is not counted against another.
TEST_F(QueryTest, OneGluttonDoesNotStopTheOthers) {
  Limits narrow;
  narrow.memory_bytes = 24 << 20;
  std::atomic<bool> ended = false;
  std::jthread glutton([&] {
    EXPECT_EQ(run("with recursive x(n) as (select 1 union all select n + 1 from x) select count(*) from "
                  "(select hex(zeroblob(400000)) || n as v from x order by v)")
                  .error()
                  .code,
              "query_limit");
    ended = true;
  });
  while (!ended) {
    auto answer = run("select count(*) from (select name from aws_ebs_volume order by size)", {}, narrow);
    ASSERT_TRUE(answer.has_value()) << answer.error().text();
  }
}

TEST_F(QueryTest, RowsAndBytesOfTheAnswerAreBounded) {
  Limits limits;
  limits.rows = 10;
  auto answer = run("select name from aws_ebs_volume", Scope::everything(), limits);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->rows.size(), 10u);
  EXPECT_TRUE(answer->truncated);
  limits.rows = 52;
  EXPECT_FALSE(run("select name from aws_ebs_volume", Scope::everything(), limits)->truncated)
      << "exactly all";
  limits.rows = 1'000'000;
  limits.result_bytes = 1'000'000;
  answer = run("select hex(zeroblob(200000)) from aws_ebs_volume", Scope::everything(), limits);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->rows.size(), 2u);
  EXPECT_TRUE(answer->truncated);
}

TEST_F(QueryTest, AStopIsHeeded) {
  std::stop_source source;
  std::jthread stopper([&] { source.request_stop(); });
  const auto answer =
      database_->run("with recursive x(n) as (select 1 union all select n + 1 from x) select count(*) from x",
                     Scope::everything(), {}, source.get_token());
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::cancelled);
}

TEST_F(QueryTest, AWriteThatFailsChangesNothingAndThePositionStays) {
  const Status failed = database_->write([](Writer& writer) -> Status {
    HM_DO(writer.remove("aws_ebs_volume", 1));
    HM_DO(writer.set_position({"db", 9}));
    return make_error(ErrorKind::invalid, "no", "no");
  });
  EXPECT_FALSE(failed.has_value());
  EXPECT_EQ(text("select count(*) from aws_ebs_volume"), "[[52]]");
  EXPECT_EQ(database_->position()->seq, 5);
  database_.reset();
  open();
  EXPECT_EQ(database_->position()->seq, 5) << "a restart goes on from there";
  EXPECT_EQ(database_->position()->source, "db");
  ASSERT_TRUE(database_->write([](Writer& writer) { return writer.clear(); }).has_value());
  EXPECT_EQ(database_->position()->seq, 0);
  EXPECT_EQ(text("select count(*) from aws_ebs_volume"), "[[0]]");
}

TEST_F(QueryTest, TheFileIsPrivateAndMadeAnewWhenDamaged) {
  std::string path;
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    struct stat found {};
    ASSERT_EQ(stat(entry.path().c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 077, 0u) << entry.path();
    if (entry.path().extension() == ".db") path = entry.path().string();
  }
  ASSERT_FALSE(path.empty());
  database_.reset();
  std::ofstream(path, std::ios::trunc) << std::string(9000, 'x');
  open();
  EXPECT_EQ(database_->position()->seq, 0);
  EXPECT_EQ(text("select count(*) from aws_ebs_volume"), "[[0]]");
}

TEST_F(QueryTest, DamageMetWhileRunningIsMendedByTheNextWriter) {
  ASSERT_TRUE(
      database_
          ->write([](Writer& writer) -> Status {
            for (int i = 1000; i < 3000; ++i)
              HM_DO(writer.put("aws_ebs_volume", i, {kA, "eu-west-1", std::string(200, 'x'), i, "p"}));
            return ok();
          })
          .has_value());
  // Everything into the file, then rubbish over all but its first pages.
  database_.reset();
  open();
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    if (entry.path().extension() != ".db") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(entry.path()));
    ASSERT_GT(size, 100'000);
    file.seekp(60'000);
    file << std::string(static_cast<size_t>(size) - 60'000, 'x');
  }
  auto broken = run("select sum(length(name)) from aws_ebs_volume");
  ASSERT_FALSE(broken.has_value());
  EXPECT_EQ(broken.error().kind, ErrorKind::corrupt) << broken.error().text();
  EXPECT_EQ(database_->position()->seq, 0) << "made anew: it starts from the whole";
  EXPECT_EQ(text("select count(*) from aws_ebs_volume"), "[[0]]");
}

TEST_F(QueryTest, AFileThatSomebodyRemovedEmptiedOrOverwroteIsMadeAnew) {
  const auto each_file = [&](const std::function<void(const std::filesystem::path&)>& f) {
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) f(entry.path());
  };
  const std::function<void(const std::filesystem::path&)> harms[] = {
      [](const auto& path) { std::filesystem::remove(path); },
      [](const auto& path) {
        if (path.extension() == ".db") std::filesystem::resize_file(path, 0);
      },
      [](const auto& path) {
        if (path.extension() == ".db")
          std::fstream(path, std::ios::in | std::ios::out | std::ios::binary) << std::string(8192, 'x');
      }};
  for (const auto& harm : harms) {
    fill();
    // Everything out of the log and into the file.
    database_.reset();
    open();
    each_file(harm);
    EXPECT_EQ(run("select count(*) from aws_ebs_volume").error().kind, ErrorKind::corrupt);
    EXPECT_EQ(database_->position()->seq, 0);
    EXPECT_EQ(text("select count(*) from aws_ebs_volume"), "[[0]]");
  }
}

// Made anew, it would be empty until everything was read again.
TEST_F(QueryTest, ALackOfFileDescriptorsIsNoDamage) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{3, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto answer = run("select count(*) from aws_ebs_volume");
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::unavailable) << answer.error().text();
  EXPECT_EQ(database_->position()->seq, 5);
  EXPECT_EQ(text("select count(*) from aws_ebs_volume"), "[[52]]");
}

TEST_F(QueryTest, ATemporaryOneVanishes) {
  auto temporary = QueryDatabase::open_temporary(directory_.string(), specs());
  ASSERT_TRUE(temporary.has_value());
  const auto count = [&] {
    return std::distance(std::filesystem::directory_iterator(directory_),
                         std::filesystem::directory_iterator{});
  };
  const auto with_it = count();
  ASSERT_TRUE((*temporary)->run("select count(*) from aws_ebs_volume", Scope::everything()).has_value());
  temporary->reset();
  EXPECT_EQ(count(), with_it - 1);
}

}  // namespace
}  // namespace hm::query
