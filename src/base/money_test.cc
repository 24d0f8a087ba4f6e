#include "base/money.h"

#include <gtest/gtest.h>

namespace hm {
namespace {

Money money(std::string_view text) {
  auto parsed = Money::parse(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(Money());
}

TEST(Money, ReadsAndWritesEveryPlace) {
  const std::pair<const char*, const char*> cases[] = {
      {"0", "0"},
      {"-0.0", "0"},
      {"12.50", "12.5"},
      {"+7", "7"},
      {".5", "0.5"},
      {"5.", "5"},
      {"0.00000000000000000001", "0.00000000000000000001"},
      {"-123456789012.12345678901234567890", "-123456789012.1234567890123456789"},
      {"1.5E-7", "0.00000015"},
      {"2e3", "2000"},
      {"0.1000000000000000000000000", "0.1"},
      {"1000000000000", "1000000000000"},
  };
  for (const auto& [in, out] : cases) EXPECT_EQ(money(in).text(), out) << in;
}

TEST(Money, RefusesWhatIsNoAmount) {
  for (const char* bad : {"", "-", ".", "1,5", "0x1", " 1", "1 ", "1.2.3", "nan", "1e", "1e400", "1--",
                          "1000000000000.01", "0.000000000000000000001", "-1e13"}) {
    const auto parsed = Money::parse(bad);
    ASSERT_FALSE(parsed.has_value()) << bad;
    EXPECT_EQ(parsed.error().code, "bad_money");
  }
}

TEST(Money, AddsExactly) {
  Money sum;
  for (int i = 0; i < 10; ++i) sum += money("0.1");
  EXPECT_EQ(sum, money("1"));
  Money tiny;
  for (int i = 0; i < 1000; ++i) tiny += money("0.00000000000000000001");
  EXPECT_EQ(tiny.text(), "0.00000000000000001");
  EXPECT_EQ(money("1000000000000") - money("0.00000000000000000001"),
            money("999999999999.99999999999999999999"));
}

TEST(Money, MultipliesAndDividesWithOneRounding) {
  EXPECT_EQ(money("0.0000004") * 250, money("0.0001"));
  EXPECT_EQ(money("123456789.123456789").times(money("0.5")), money("61728394.5617283945"));
  EXPECT_EQ(money("1000000000000").times(money("1000000")).rounded(0), "1000000000000000000");
  EXPECT_EQ(money("0.00000000000000000001").times(money("0.5")), money("0.00000000000000000001"));
  EXPECT_EQ(money("0.00000000000000000001").times(money("0.49")), Money());
  EXPECT_EQ(money("-0.3").times(money("0.3")), money("-0.09"));
  EXPECT_EQ(money("1").divided_by(3).text(), "0.33333333333333333333");
  EXPECT_EQ(money("2").divided_by(-3).text(), "-0.66666666666666666667");
}

TEST(Money, RoundsForPeople) {
  EXPECT_EQ(money("2.345").rounded(2), "2.35");
  EXPECT_EQ(money("-2.345").rounded(2), "-2.35");
  EXPECT_EQ(money("2.344999").rounded(2), "2.34");
  EXPECT_EQ(money("-0.001").rounded(2), "0.00");
  EXPECT_EQ(money("0.999").rounded(2), "1.00");
  EXPECT_EQ(money("1234").rounded(0), "1234");
}

TEST(Money, Compares) {
  EXPECT_LT(money("-1"), money("0.5"));
  EXPECT_EQ(Money::of(150, 2), money("1.5"));
  EXPECT_EQ(Money::of(-3), money("-3"));
  EXPECT_DOUBLE_EQ(money("2.5").approximate(), 2.5);
}

}  // namespace
}  // namespace hm
