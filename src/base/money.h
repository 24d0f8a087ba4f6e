// Money, exactly: a 128-bit decimal with 20 places, since bills carry as many and totals must be exact. It
// has no currency; what is AWS's is in US dollars. On the wire and in the stores it is a decimal text.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hm {

class Money {
 public:
  static constexpr int kPlaces = 20;
  // The largest amount that is read, either sign: a trillion. A million such amounts still add up.
  static constexpr int64_t kMaxWhole = 1'000'000'000'000;

  constexpr Money() = default;

  // "12.5", "-0.00000000000000000001", "1.5E-7". Over 20 places is read where the rest is zeros, else it is
  // an error (code "bad_money"), as anything that is no number and anything beyond kMaxWhole.
  static Result<Money> parse(std::string_view text);
  // `count` times 10^-places: Money::of(1, 2) is a cent. places is between 0 and kPlaces.
  static Money of(int64_t count, int places = 0);

  // Without needless zeros: "12.5", "0", "-3".
  std::string text() const;
  // With exactly `places` places, half away from zero: what a person reads.
  std::string rounded(int places) const;
  double approximate() const;

  // Overflow is a bug and stops the program.
  Money operator+(Money other) const;
  Money operator-(Money other) const;
  Money operator-() const { return Money() - *this; }
  Money& operator+=(Money other) { return *this = *this + other; }
  Money& operator-=(Money other) { return *this = *this - other; }
  Money operator*(int64_t times) const;
  // Rounded to 20 places, half away from zero: price times quantity, or a share of an amount.
  Money times(Money factor) const;
  // Rounded to 20 places, half away from zero. `by` is not zero.
  Money divided_by(int64_t by) const;

  auto operator<=>(const Money&) const = default;

 private:
  __extension__ using Int = __int128;
  constexpr explicit Money(Int units) : units_(units) {}
  Int units_ = 0;  // 10^-20
};

}  // namespace hm
