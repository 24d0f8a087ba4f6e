#include "collect/spending.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "base/crypto.h"

namespace hm::collect {
namespace {

class SpendingTest : public testing::Test {
 protected:
  SpendingTest() : clock_(*parse_iso("2026-11-23T12:00:00Z")) {
    std::filesystem::create_directories(folder_);
    database_ = std::move(*store::Database::open(folder_ + "/hostmaster.db", clock_));
  }
  ~SpendingTest() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::unique_ptr<SpendingBook> open(std::optional<Money> budget = std::nullopt) {
    return std::move(*SpendingBook::open(*database_, clock_, budget));
  }
  static Status ask_cost_explorer(SpendingBook& book) {
    const Json params = JsonObject{};
    return book.meter().before({"111111111111", "us-east-1", "ce", "GetCostAndUsage", params, 1});
  }

  const std::string folder_ = testing::TempDir() + "spending-" + random_token(6);
  FakeClock clock_;
  std::unique_ptr<store::Database> database_;
};

TEST_F(SpendingTest, CountsGoOnAfterARestart) {
  {
    const auto book = open();
    ASSERT_TRUE(ask_cost_explorer(*book).has_value());
    ASSERT_TRUE(book->save().has_value());
  }
  const auto book = open();
  EXPECT_EQ(book->of_account("111111111111").calls, 1);
  EXPECT_EQ(book->of_account("111111111111").cost_usd, Money::of(1, 2));
}

TEST_F(SpendingTest, ABudgetHoldsOverARestartAndEndsWithTheMonth) {
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

}  // namespace
}  // namespace hm::collect
