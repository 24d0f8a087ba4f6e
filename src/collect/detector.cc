#include "collect/detector.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace hm::collect {

namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_base64(char c) {
  return is_upper(c) || is_lower(c) || is_digit(c) || c == '+' || c == '/' || c == '=' || c == '-' ||
         c == '_';
}

// Shannon's bits a character.
double entropy(std::string_view text) {
  std::array<int, 256> counts{};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  double bits = 0;
  for (const int count : counts) {
    if (count == 0) continue;
    const double share = static_cast<double>(count) / static_cast<double>(text.size());
    bits -= share * std::log2(share);
  }
  return bits;
}

// AKIA… for keys that last, ASIA… for those of a session: four letters and sixteen of A-Z2-7.
bool is_access_key_id(std::string_view text) {
  if (text.size() != 20 || !(text.starts_with("AKIA") || text.starts_with("ASIA"))) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return is_upper(c) || is_digit(c); });
}

bool mixes_kinds(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_upper) && std::any_of(text.begin(), text.end(), is_lower) &&
         std::any_of(text.begin(), text.end(), is_digit);
}

// AWS's secret keys are 40 characters of base64.
bool is_secret_key(std::string_view text) {
  return text.size() == 40 && std::all_of(text.begin(), text.end(), is_base64) && mixes_kinds(text) &&
         entropy(text) > 4.0;
}

bool is_jwt(std::string_view text) {
  return text.starts_with("eyJ") && std::count(text.begin(), text.end(), '.') == 2 && text.size() > 30;
}

// scheme://user:password@host
bool has_password_in_url(std::string_view text) {
  const auto scheme = text.find("://");
  if (scheme == std::string_view::npos) return false;
  const auto authority = text.substr(scheme + 3, text.find_first_of("/?#", scheme + 3) - scheme - 3);
  const auto at = authority.rfind('@');
  return at != std::string_view::npos && authority.substr(0, at).find(':') != std::string_view::npos;
}

bool names_a_secret(std::string_view name) {
  std::string small(name);
  for (char& c : small) c = is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  constexpr std::string_view kWords[] = {"password",   "passwd",    "secret",  "token",
                                         "apikey",     "api_key",   "private", "credent",
                                         "access_key", "accesskey", "auth",    "pwd"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](std::string_view word) { return small.find(word) != std::string::npos; });
}

bool is_random(std::string_view text) {
  return text.size() >= 20 && text.find(' ') == std::string_view::npos && mixes_kinds(text) &&
         entropy(text) > 3.8;
}

}  // namespace

std::string_view looks_like(std::string_view name, std::string_view value) {
  if (is_access_key_id(value)) return "aws_access_key_id";
  if (value.find("-----BEGIN") != std::string_view::npos &&
      value.find("PRIVATE KEY") != std::string_view::npos)
    return "private_key";
  for (const auto start : {"ghp_", "gho_", "ghs_", "ghu_", "github_pat_"}) {
    if (value.starts_with(start)) return "github_token";
  }
  if (value.starts_with("xoxb-") || value.starts_with("xoxp-") || value.starts_with("xoxa-"))
    return "slack_token";
  if (value.starts_with("sk_live_") || value.starts_with("rk_live_")) return "stripe_key";
  if (is_jwt(value)) return "jwt";
  if (has_password_in_url(value)) return "url_with_password";
  if (is_secret_key(value)) return "aws_secret_key";
  if (!value.empty() && names_a_secret(name)) return "password_like";
  if (is_random(value)) return "random_text";
  return "plain";
}

}  // namespace hm::collect
