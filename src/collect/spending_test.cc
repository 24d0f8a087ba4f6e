#include "collect/spending.h"

#include <gtest/gtest.h>

#include "collect/spending_report.h"
#include "store/test_database.h"

namespace hm::collect {
namespace {

class SpendingTest : public store::DatabaseTest {
 protected:
  std::unique_ptr<SpendingBook> open(std::optional<Money> budget = std::nullopt) {
    return std::move(*SpendingBook::open(database(), clock_, {.budget_usd = budget}));
  }
  static Status ask_cost_explorer(SpendingBook& book) {
    const Json params = JsonObject{};
    return book.meter().before({"111111111111", "us-east-1", "ce", "GetCostAndUsage", params, 1});
  }
};

TEST_P(SpendingTest, CountsGoOnAfterARestart) {
  {
    const auto book = open();
    ASSERT_TRUE(ask_cost_explorer(*book).has_value());
    ASSERT_TRUE(book->save().has_value());
  }
  const auto book = open();
  EXPECT_EQ(book->of_account("111111111111").calls, 1);
  EXPECT_EQ(book->of_account("111111111111").cost_usd, Money::of(1, 2));
}

TEST_P(SpendingTest, ABudgetHoldsOverARestartAndEndsWithTheMonth) {
  const Money two_cents = Money::of(2, 2);
  {
    const auto book = open(two_cents);
    ASSERT_TRUE(ask_cost_explorer(*book).has_value());
    ASSERT_TRUE(book->save().has_value());
  }
  const auto book = open(two_cents);
  ASSERT_TRUE(ask_cost_explorer(*book).has_value());
  const auto refused = ask_cost_explorer(*book);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "budget_exceeded");
  clock_.set(*parse_iso("2026-12-01T00:00:00Z"));
  EXPECT_TRUE(ask_cost_explorer(*book).has_value());
}

TEST_P(SpendingTest, CallsOfTheLastDayAreCountedByTheHour) {
  const auto sees = [](const std::string& id) { return id == "111111111111"; };
  EXPECT_FALSE(read_day_spending(database(), sees)->since) << "nothing was counted, which is not 0";
  const auto book = open();
  const Time first = std::chrono::floor<std::chrono::hours>(clock_.now());
  ASSERT_OK(ask_cost_explorer(*book));
  ASSERT_OK(book->save());
  ASSERT_OK(ask_cost_explorer(*book));
  ASSERT_OK(book->save());
  clock_.advance(std::chrono::hours(20));
  ASSERT_OK(ask_cost_explorer(*book));
  ASSERT_OK(book->save());
  auto day = read_day_spending(database(), sees);
  ASSERT_OK(day);
  EXPECT_EQ(day->since, first);
  EXPECT_EQ(day->calls,
            (std::map<std::pair<std::string, std::string>, int64_t>{{{"111111111111", "ce"}, 3}}));
  EXPECT_TRUE(read_day_spending(database(), [](const std::string&) { return false; })->calls.empty());
  clock_.advance(std::chrono::hours(10));
  EXPECT_EQ((read_day_spending(database(), sees)->calls[{"111111111111", "ce"}]), 1)
      << "the others are older than a day";
  clock_.advance(std::chrono::hours(60));
  ASSERT_OK(ask_cost_explorer(*book));
  ASSERT_OK(book->save());
  const auto kept = database().read(
      "test", [](store::Reader& reader) { return reader.number("select count(*) from spending_hour"); });
  EXPECT_EQ(*kept, 1) << "two days are kept";
}

// A server and a scan by hand.
TEST_P(SpendingTest, TwoProcessesAddToOneAnother) {
  const auto server = open(Money::of(3, 2));
  const auto scan = open(Money::of(3, 2));
  ASSERT_TRUE(ask_cost_explorer(*server).has_value());
  ASSERT_TRUE(ask_cost_explorer(*scan).has_value());
  ASSERT_OK(scan->save());
  ASSERT_OK(server->save());
  ASSERT_TRUE(ask_cost_explorer(*scan).has_value());
  ASSERT_OK(scan->save());
  EXPECT_EQ(scan->of_account("111111111111").calls, 3);
  EXPECT_EQ(open()->of_account("111111111111").cost_usd, Money::of(3, 2));
  EXPECT_FALSE(ask_cost_explorer(*scan).has_value()) << "the budget is for both";
  ASSERT_OK(server->save());
  EXPECT_FALSE(ask_cost_explorer(*server).has_value());
}

TEST_P(SpendingTest, IsReportedByAccountAndCallWithWhatItWillBe) {
  clock_.set(*parse_iso("2026-11-01T00:00:00Z"));
  const auto book = open();
  ASSERT_TRUE(ask_cost_explorer(*book).has_value());
  ASSERT_OK(book->save());
  clock_.set(*parse_iso("2026-11-03T00:00:00Z"));
  ASSERT_TRUE(ask_cost_explorer(*book).has_value());
  const Json none = JsonObject{};
  ASSERT_OK(book->meter().before({"222222222222", "us-east-1", "ec2", "DescribeVpcs", none, 1}));
  ASSERT_OK(book->save());
  const auto report = read_spending(database(), [](const std::string&) { return true; });
  ASSERT_OK(report);
  ASSERT_EQ(report->accounts.size(), 2U);
  const auto& dearest = report->accounts[0];
  EXPECT_EQ(dearest.account_id, "111111111111");
  EXPECT_EQ(dearest.rows.at(0).operation, "GetCostAndUsage");
  EXPECT_EQ(dearest.cost_usd, Money::of(2, 2));
  // Two cents in two of thirty days.
  EXPECT_EQ(*dearest.projected_usd, Money::of(30, 2));
  EXPECT_EQ(report->accounts[1].cost_usd, Money());
  clock_.set(*parse_iso("2026-12-05T00:00:00Z"));
  const auto later = read_spending(database(), [](const std::string& id) { return id == "111111111111"; });
  ASSERT_OK(later);
  EXPECT_TRUE(later->accounts.empty());
  EXPECT_FALSE(later->as_of.has_value());
  ASSERT_EQ(later->months.size(), 1U);
  EXPECT_EQ(later->months[0].cost_usd, Money::of(2, 2));
}

HM_ON_BOTH_STORES(SpendingTest);

}  // namespace
}  // namespace hm::collect
