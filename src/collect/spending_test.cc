#include "collect/spending.h"

#include <gtest/gtest.h>

#include "store/test_database.h"

namespace hm::collect {
namespace {

class SpendingTest : public store::DatabaseTest {
 protected:
  std::unique_ptr<SpendingBook> open(std::optional<Money> budget = std::nullopt) {
    return std::move(*SpendingBook::open(database(), clock_, budget));
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

HM_ON_BOTH_STORES(SpendingTest);

}  // namespace
}  // namespace hm::collect
