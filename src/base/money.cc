#include "base/money.h"

#include <algorithm>
#include <charconv>

#include "base/check.h"

namespace hm {

namespace {

__extension__ using Int = __int128;
__extension__ using Unsigned = unsigned __int128;

constexpr Int power_of_ten(int exponent) {
  Int power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}
constexpr Int kOne = power_of_ten(Money::kPlaces);

Error bad_money(std::string_view text) {
  return make_error(ErrorKind::invalid, "bad_money",
                    "\"" + std::string(text.substr(0, 64)) + "\" is no amount of money");
}

std::string digits_of(Unsigned value) {
  std::string digits;
  do {
    digits += static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  std::reverse(digits.begin(), digits.end());
  return digits;
}

Unsigned magnitude(Int value) { return value < 0 ? Unsigned(0) - Unsigned(value) : Unsigned(value); }

// The quotient, half away from zero.
Unsigned divide_rounded(Unsigned value, Unsigned by) {
  const Unsigned quotient = value / by;
  const Unsigned rest = value % by;
  return quotient + (rest >= by - rest ? 1 : 0);
}

// a * b / kOne, half away from zero, through the 256-bit product in four 64-bit limbs.
Unsigned multiply_scaled(Unsigned a, Unsigned b) {
  constexpr Unsigned kLow = ~uint64_t{0};
  const Unsigned low = (a & kLow) * (b & kLow);
  const Unsigned mid1 = (a >> 64) * (b & kLow);
  const Unsigned mid2 = (a & kLow) * (b >> 64);
  const Unsigned high = (a >> 64) * (b >> 64);
  const Unsigned carry = (low >> 64) + (mid1 & kLow) + (mid2 & kLow);
  uint64_t limbs[4] = {static_cast<uint64_t>(low), static_cast<uint64_t>(carry), 0, 0};
  const Unsigned top = high + (mid1 >> 64) + (mid2 >> 64) + (carry >> 64);
  limbs[2] = static_cast<uint64_t>(top);
  limbs[3] = static_cast<uint64_t>(top >> 64);
  // Divided by 10^20 as twice by 10^10, which fits a limb; the second remainder decides the rounding.
  constexpr uint64_t kStep = 10'000'000'000;
  uint64_t rest[2] = {0, 0};
  for (uint64_t& step_rest : rest) {
    for (int i = 3; i >= 0; --i) {
      const Unsigned part = (Unsigned(step_rest) << 64) | limbs[i];
      limbs[i] = static_cast<uint64_t>(part / kStep);
      step_rest = static_cast<uint64_t>(part % kStep);
    }
  }
  HM_CHECK(limbs[2] == 0 && limbs[3] == 0);
  const Unsigned quotient = (Unsigned(limbs[1]) << 64) | limbs[0];
  return quotient + (rest[1] >= kStep / 2 ? 1 : 0);
}

Int with_sign(Unsigned value, bool negative) {
  HM_CHECK(value <= Unsigned(~Unsigned(0) >> 1));
  return negative ? -static_cast<Int>(value) : static_cast<Int>(value);
}

struct Parts {
  bool negative = false;
  std::string digits;  // without the point
  int places = 0;      // how many of them stand behind it; negative for 1E5
};

Result<Parts> split(std::string_view text) {
  Parts parts;
  std::string_view rest = text;
  if (rest.starts_with('-') || rest.starts_with('+')) {
    parts.negative = rest[0] == '-';
    rest.remove_prefix(1);
  }
  if (const auto e = rest.find_first_of("eE"); e != std::string_view::npos) {
    std::string_view power = rest.substr(e + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    int exponent = 0;
    const auto [end, failure] = std::from_chars(power.data(), power.data() + power.size(), exponent);
    if (failure != std::errc() || end != power.data() + power.size() || exponent < -99 || exponent > 99) {
      return bad_money(text);
    }
    parts.places = -exponent;
    rest = rest.substr(0, e);
  }
  bool point = false;
  for (const char c : rest) {
    if (c == '.' && !point) {
      point = true;
    } else if (c >= '0' && c <= '9') {
      parts.digits += c;
      if (point) ++parts.places;
    } else {
      return bad_money(text);
    }
  }
  if (parts.digits.empty() || parts.digits.size() > 128) return bad_money(text);
  return parts;
}

}  // namespace

Result<Money> Money::parse(std::string_view text) {
  HM_TRY(Parts parts, split(text));
  while (parts.places > kPlaces) {
    if (!parts.digits.ends_with('0')) return bad_money(text);
    parts.digits.pop_back();
    --parts.places;
    if (parts.digits.empty()) parts.digits = "0";
  }
  const Unsigned most = Unsigned(kMaxWhole) * Unsigned(kOne);
  Unsigned units = 0;
  for (const char c : parts.digits) {
    units = units * 10 + Unsigned(c - '0');
    if (units > most) return bad_money(text);
  }
  for (int i = parts.places; i < kPlaces && units != 0; ++i) {
    units *= 10;
    if (units > most) return bad_money(text);
  }
  return Money(with_sign(units, parts.negative));
}

Money Money::of(int64_t count, int places) {
  HM_CHECK(places >= 0 && places <= kPlaces);
  Int units = 0;
  HM_CHECK(!__builtin_mul_overflow(Int(count), power_of_ten(kPlaces - places), &units));
  return Money(units);
}

std::string Money::text() const {
  std::string text = rounded(kPlaces);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string Money::rounded(int places) const {
  HM_CHECK(places >= 0 && places <= kPlaces);
  const Unsigned value = divide_rounded(magnitude(units_), Unsigned(power_of_ten(kPlaces - places)));
  std::string digits = digits_of(value);
  const size_t behind = static_cast<size_t>(places);
  if (digits.size() <= behind) digits.insert(0, behind + 1 - digits.size(), '0');
  if (places > 0) digits.insert(digits.size() - behind, 1, '.');
  return units_ < 0 && value != 0 ? "-" + digits : digits;
}

double Money::approximate() const { return static_cast<double>(units_) / static_cast<double>(kOne); }

Money Money::operator+(Money other) const {
  Int sum = 0;
  HM_CHECK(!__builtin_add_overflow(units_, other.units_, &sum));
  return Money(sum);
}

Money Money::operator-(Money other) const {
  Int difference = 0;
  HM_CHECK(!__builtin_sub_overflow(units_, other.units_, &difference));
  return Money(difference);
}

Money Money::operator*(int64_t times) const {
  Int product = 0;
  HM_CHECK(!__builtin_mul_overflow(units_, Int(times), &product));
  return Money(product);
}

Money Money::times(Money factor) const {
  const bool negative = (units_ < 0) != (factor.units_ < 0);
  return Money(with_sign(multiply_scaled(magnitude(units_), magnitude(factor.units_)), negative));
}

Money Money::divided_by(int64_t by) const {
  HM_CHECK(by != 0);
  const bool negative = (units_ < 0) != (by < 0);
  return Money(with_sign(divide_rounded(magnitude(units_), magnitude(by)), negative));
}

}  // namespace hm
