#include "inventory/search_text.h"

#include <algorithm>
#include <array>

namespace hm::inventory {
namespace {

using query::TextField;

// Nobody searches for the five hundredth address of one thing, and a value of this length is no name.
constexpr size_t kMostAddresses = 50;
constexpr size_t kMostValueBytes = 1000;
constexpr int kDeepest = 8;

// A column's name is one of these or ends in "_" and one of these.
constexpr std::array kAddressNames = std::to_array<std::string_view>({"ip",
                                                                      "ips",
                                                                      "address",
                                                                      "addresses",
                                                                      "addrs",
                                                                      "dns_name",
                                                                      "dns_names",
                                                                      "dns_entries",
                                                                      "domain",
                                                                      "endpoint",
                                                                      "endpoints",
                                                                      "hostname",
                                                                      "host_name",
                                                                      "domain_name",
                                                                      "cname",
                                                                      "fqdn",
                                                                      "url",
                                                                      "urls",
                                                                      "uri",
                                                                      "uris",
                                                                      "aliases",
                                                                      "name_servers",
                                                                      "network_interfaces",
                                                                      "cidr_block",
                                                                      "cidr_blocks",
                                                                      "cidr_ipv4",
                                                                      "cidr_ipv6",
                                                                      "records",
                                                                      "alias_target",
                                                                      "server_name",
                                                                      "hosted_zone_name",
                                                                      "endpoint_details",
                                                                      "domain_name_configurations",
                                                                      "subject_alternative_names"});

// No longer than that, and no character is cut in two.
std::string_view cut(std::string_view value) {
  if (value.size() <= kMostValueBytes) return value;
  size_t end = kMostValueBytes;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xc0) == 0x80) --end;
  return value.substr(0, end);
}

void add(std::vector<TextField>& fields, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  const TextField field{std::string(name), std::string(cut(value))};
  const bool known = std::any_of(fields.begin(), fields.end(),
                                 [&](const TextField& other) { return other.value == field.value; });
  if (!known && fields.size() < kMostAddresses) fields.push_back(field);
}

void add_addresses(std::vector<TextField>& fields, const std::string& column, const Json& value, int depth) {
  if (depth > kDeepest) return;
  if (value.is_string() && looks_like_address(as_text(value))) add(fields, column, as_text(value));
  if (value.is_array())
    for (const Json& one : value.get_array()) add_addresses(fields, column, one, depth + 1);
  if (value.is_object())
    for (const auto& [name, one] : value.get_object()) add_addresses(fields, column, one, depth + 1);
}

}  // namespace

bool holds_addresses(const catalog::Column& column) {
  if (column.type != catalog::ColumnType::text && column.type != catalog::ColumnType::json) return false;
  const std::string_view name = column.name;
  return std::any_of(kAddressNames.begin(), kAddressNames.end(), [&](std::string_view ending) {
    if (!name.ends_with(ending)) return false;
    return name.size() == ending.size() || name[name.size() - ending.size() - 1] == '_';
  });
}

bool looks_like_address(std::string_view text) {
  if (text.size() < 3 || text.size() > kMostValueBytes || text.starts_with("arn:")) return false;
  if (text.find_first_of(" \t\r\n{}\"") != std::string_view::npos) return false;
  return text.find_first_of(".:") != std::string_view::npos && !parse_iso(text).has_value();
}

query::TextDocument text_document(const catalog::ResourceType* type, const RowFacts& facts,
                                  const State& state) {
  query::TextDocument document;
  document.number = facts.number;
  document.account_id = facts.place.account_id;
  document.region = state.region;
  document.gone = facts.gone_at.has_value();
  document.label = state.name.empty() ? facts.key : state.name;
  add(document.names, "name", state.name);
  add(document.names, "id", facts.key);
  add(document.addresses, "arn", state.arn);
  if (type != nullptr) {
    for (const catalog::Column& column : type->columns)
      if (holds_addresses(column))
        add_addresses(document.addresses, column.name, column.path.eval(state.document), 0);
  }
  for (const auto& [key, value] : state.tags)
    document.tags.push_back({"tag:" + key, std::string(cut(value))});
  document.shown = to_json(JsonArray{facts.place.type, facts.key, document.label, state.state,
                                     facts.gone_at ? Json(to_micros(*facts.gone_at)) : Json(nullptr)});
  return document;
}

std::string searched_columns(const catalog::Catalog& catalog) {
  std::string all;
  for (const catalog::ResourceType& type : catalog.resources())
    for (const catalog::Column& column : type.columns)
      if (holds_addresses(column)) all += type.id + " " + column.name + " " + column.path.text() + "\n";
  return all;
}

Result<Shown> shown_from(std::string_view text) {
  HM_TRY(const Json json, parse_json(text));
  if (!json.is_array() || json.get_array().size() != 5)
    return make_error(ErrorKind::corrupt, "corrupt_file", "the search index holds what nobody wrote");
  const JsonArray& parts = json.get_array();
  Shown shown{std::string(as_text(parts[0])), std::string(as_text(parts[1])), std::string(as_text(parts[2])),
              std::string(as_text(parts[3])), std::nullopt};
  if (parts[4].is_int64()) shown.gone_at = from_micros(parts[4].get_int64());
  return shown;
}

}  // namespace hm::inventory
