// The names by which the inventory is known outside its tables.
#include <array>
#include <charconv>

#include "base/crypto.h"
#include "inventory/inventory.h"

namespace hm::inventory {
namespace {

constexpr std::array<std::pair<Outcome, std::string_view>, 6> kOutcomes = {{{Outcome::ok, "ok"},
                                                                            {Outcome::denied, "denied"},
                                                                            {Outcome::throttled, "throttled"},
                                                                            {Outcome::failed, "failed"},
                                                                            {Outcome::skipped, "skipped"},
                                                                            {Outcome::pending, "pending"}}};

}  // namespace

std::string_view to_string(Outcome outcome) {
  for (const auto& [known, text] : kOutcomes)
    if (known == outcome) return text;
  return "failed";
}

std::optional<Outcome> outcome_from(std::string_view text) {
  for (const auto& [outcome, known] : kOutcomes)
    if (known == text) return outcome;
  return std::nullopt;
}

int64_t resource_number(const Place& place, std::string_view key) {
  // 63 bits: among a million resources two collide with a chance of one in ten million, and then the unique
  // key of the table refuses the second instead of mixing them up.
  std::string text = place.account_id;
  for (const std::string_view part : {std::string_view(place.region), std::string_view(place.type), key}) {
    text += '\0';
    text += part;
  }
  const Digest digest = sha256(text);
  uint64_t number = 0;
  for (size_t i = 0; i < 8; ++i) number = number << 8 | digest[i];
  return static_cast<int64_t>(number >> 1);
}

std::string resource_id(int64_t number) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(16, '0');
  auto rest = static_cast<uint64_t>(number);
  for (size_t i = 16; i-- > 0; rest >>= 4) text[i] = kDigits[rest & 15];
  return text;
}

std::optional<int64_t> resource_number(std::string_view id) {
  uint64_t number = 0;
  const auto [end, failed] = std::from_chars(id.data(), id.data() + id.size(), number, 16);
  if (id.size() != 16 || failed != std::errc() || end != id.data() + id.size() || number >> 63 != 0)
    return std::nullopt;
  if (resource_id(static_cast<int64_t>(number)) != id) return std::nullopt;
  return static_cast<int64_t>(number);
}

std::string place_id(const Place& place) { return place.account_id + "/" + place.region + "/" + place.type; }

std::optional<Place> place_from(std::string_view id) {
  const size_t first = id.find('/');
  const size_t second = first == std::string_view::npos ? first : id.find('/', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  return Place{std::string(id.substr(0, first)), std::string(id.substr(first + 1, second - first - 1)),
               std::string(id.substr(second + 1))};
}

}  // namespace hm::inventory
