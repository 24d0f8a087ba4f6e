#include "base/result.h"

#include <memory>

#include <gtest/gtest.h>

namespace hm {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return make_error(ErrorKind::invalid, "odd", "the number is odd");
  return n / 2;
}

Result<int> quarter(int n) {
  HM_TRY(int h, half(n).context("halving " + std::to_string(n)));
  HM_TRY(int q, half(h).context("halving " + std::to_string(h)));
  return q;
}

Status only_even(int n) {
  HM_DO(half(n));
  return ok();
}

TEST(Result, CarriesTheValue) { EXPECT_EQ(quarter(12).value(), 3); }

TEST(Result, CarriesTheErrorWithItsContext) {
  auto result = quarter(6).context("quartering");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, ErrorKind::invalid);
  EXPECT_EQ(result.error().text(), "quartering: halving 3: odd: the number is odd");
}

TEST(Result, StatusStopsAtTheFirstFailure) {
  EXPECT_TRUE(only_even(2).has_value());
  EXPECT_EQ(only_even(3).error().code, "odd");
}

TEST(Result, MovesOnlyTypesThrough) {
  auto make = []() -> Result<std::unique_ptr<int>> { return std::make_unique<int>(7); };
  auto pass = [&]() -> Result<std::unique_ptr<int>> {
    HM_TRY(auto p, make());
    return p;
  };
  EXPECT_EQ(*pass().value(), 7);
}

}  // namespace
}  // namespace hm
