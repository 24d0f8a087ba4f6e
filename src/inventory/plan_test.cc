// That what is asked most often is answered from an index: SQLite's own word for it.
#include "inventory/changes_sql.h"
#include "inventory/list_sql.h"
#include "inventory/meant_sql.h"
#include "inventory/trust.h"
#include "store/test_database.h"

namespace hm::inventory {
namespace {

using Field = Condition::Field;

class PlanTest : public store::DatabaseTest {
 protected:
  std::string plan(const std::string& sql, const store::Params& params) {
    std::string text;
    const auto read = database().read("test", [&](store::Reader& reader) {
      return reader.each("explain query plan " + sql, params, [&](const store::Row& row) {
        text += row.string(3) + "\n";
        return ok();
      });
    });
    EXPECT_TRUE(read.has_value()) << read.error().text() << sql;
    return text;
  }
  std::string page(const ListQuery& query, const Scope& scope = Scope::everything(),
                   ConditionOptions options = {}) {
    Where where;
    where.add_scope(scope, "r.account_id", "r.region");
    EXPECT_TRUE(where.add_conditions(query.conditions, store::Dialect::sqlite, options));
    const std::string sql = page_sql(query, scope, where, 100);
    return plan(sql, where.params());
  }
};

TEST_P(PlanTest, APageIsReadFromOneIndexWhateverItIsOrderedBy) {
  for (const Sort sort : {Sort::name, Sort::type, Sort::account, Sort::region, Sort::state, Sort::created_at,
                          Sort::first_seen}) {
    for (const bool descending : {false, true}) {
      ListQuery query;
      query.sort = sort;
      query.descending = descending;
      const std::string told = page(query);
      EXPECT_NE(told.find("INDEX resource_page_"), std::string::npos) << static_cast<int>(sort) << "\n"
                                                                      << told;
      EXPECT_EQ(told.find("USE TEMP B-TREE"), std::string::npos) << told;
    }
  }
}

TEST_P(PlanTest, FiltersAreAskedOfTheIndexTooAndTheTypeNarrowsMost) {
  ListQuery query;
  query.conditions.push_back(
      {.field = Field::type, .negated = false, .values = {"ec2/volume"}, .key = "", .at = {}});
  EXPECT_NE(page(query).find("INDEX resource_page_type (type=?)"), std::string::npos) << page(query);
  query.conditions.push_back(
      {.field = Field::region, .negated = false, .values = {"eu-west-1"}, .key = "", .at = {}});
  EXPECT_NE(page(query).find("INDEX resource_page_type (type=?)"), std::string::npos) << page(query);
  query.conditions.erase(query.conditions.begin());
  EXPECT_NE(page(query).find("INDEX resource_page_region (region=?)"), std::string::npos) << page(query);
  query.conditions.clear();
  const Scope one{std::set<std::string>{"111111111111"}, std::nullopt};
  EXPECT_NE(page(query, one).find("INDEX resource_page_account (account_id=?)"), std::string::npos);
  query.conditions.push_back(
      {.field = Field::tag, .negated = false, .values = {"prod"}, .key = "env", .at = {}});
  EXPECT_NE(page(query).find("COVERING INDEX tag_value (key=? AND value=?)"), std::string::npos)
      << page(query);
  const std::string each = page(query, one, {.tags_of_each = true});
  EXPECT_NE(each.find("CORRELATED SCALAR SUBQUERY"), std::string::npos) << each;
  EXPECT_NE(each.find("SEARCH t USING INDEX sqlite_autoindex_tag_1 (resource_id=? AND key=?)"),
            std::string::npos)
      << each;
}

TEST_P(PlanTest, WhatARelationMeansIsLookedForInThreeIndexes) {
  for (const Scope& scope :
       {Scope::everything(), Scope{std::set<std::string>{"111111111111"}, std::nullopt}}) {
    Where where;
    const std::string meant = meant_sql(where, scope);
    const std::string told = plan("select " + meant +
                                      " from (select l.type, l.target, s.account_id, s.region from relation "
                                      "l join resource s on s.id = "
                                      "l.resource_id where l.resource_id = 1 limit 500) rel",
                                  where.params());
    for (const char* index :
         {"resource_arn (arn=?)", "resource_type_key (type=? AND key=?)", "resource_label (label=?)"})
      EXPECT_NE(told.find(std::string("SEARCH o USING INDEX ") + index), std::string::npos) << index << "\n"
                                                                                            << told;
  }
}

TEST_P(PlanTest, WhatIsFewIsReadFromItsOwnIndex) {
  const std::string unread = plan(
      "select r.id, r.type, r.unknown from resource r where r.gone_at is null and "
      "r.unknown <> '{}' order by r.type, r.label, r.id",
      {});
  EXPECT_NE(unread.find("INDEX resource_unread"), std::string::npos) << unread;
  Where where;
  where.add("r.gone_at is null");
  where.add(where.without_tags({"ec2/volume", "s3/bucket"}));
  const std::string untagged = plan("select count(*) from resource r" + where.sql(), where.params());
  EXPECT_NE(untagged.find("COVERING INDEX resource_untagged"), std::string::npos) << untagged;
}

TEST_P(PlanTest, TheFeedOfALimitedScopeBeginsAtTheVersionsSinceThen) {
  const Scope one{std::set<std::string>{"111111111111"}, std::set<std::string>{"eu-west-1"}};
  const EventFilter filter{.from = clock_.now()};
  const auto where = events_where(store::Dialect::sqlite, one, filter, "");
  ASSERT_OK(where);
  for (const std::string& sql : {events_sql(store::Dialect::sqlite, filter, *where),
                                 event_counts_sql(store::Dialect::sqlite, filter, *where)}) {
    const std::string told = plan(sql, where->params());
    const auto versions = told.find("SEARCH v USING INDEX resource_version_from (valid_from>?)");
    EXPECT_NE(versions, std::string::npos) << told;
    EXPECT_LT(versions, told.find("SEARCH r USING INTEGER PRIMARY KEY")) << told;
  }
  // It stands in the order of the index: nothing is sorted.
  EXPECT_EQ(plan(events_sql(store::Dialect::sqlite, filter, *where), where->params()).find("ORDER BY"),
            std::string::npos);
}

TEST_P(PlanTest, SweepsAreTalliedFromAnIndex) {
  const std::string told = plan(
      "select account_id, region, outcome, count(*), min(ok_at), max(ok_at), sum(ok_count) "
      "from sweep group by account_id, region, outcome order by account_id, region, outcome",
      {});
  EXPECT_NE(told.find("COVERING INDEX sweep_tally"), std::string::npos) << told;
  EXPECT_EQ(told.find("TEMP B-TREE"), std::string::npos) << told;
}

INSTANTIATE_TEST_SUITE_P(Sqlite, PlanTest, testing::Values(store::Dialect::sqlite));

}  // namespace
}  // namespace hm::inventory
