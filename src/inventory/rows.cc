// Stored states as rows of the query database.
#include <algorithm>
#include <array>
#include <charconv>

#include "inventory/projection.h"

namespace hm::inventory {
namespace {

using store::Params;
using store::Value;

// A row of many columns must fit the query database's limit on a record.
constexpr size_t kMostTextBytes = 200'000;

Value text_or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }
Value time_or_null(const std::optional<Time>& time) {
  return time.has_value() ? Value(format_iso(*time)) : Value();
}

template <class T>
Value parsed(std::string_view text) {
  T number{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

Value integer_of(const Json& json) {
  if (json.is_int64()) return json.get_int64();
  if (json.is_uint64()) return static_cast<double>(json.get_uint64());
  if (json.is_double()) return json.get_double();
  if (json.is_bool()) return json.get_bool() ? 1 : 0;
  return json.is_string() ? parsed<int64_t>(as_text(json)) : Value();
}

Value real_of(const Json& json) {
  if (json.is_double()) return json.get_double();
  if (json.is_string()) return parsed<double>(as_text(json));
  return integer_of(json);
}

Value boolean_of(const Json& json) {
  if (json.is_bool()) return json.get_bool() ? 1 : 0;
  if (json.is_string() && (as_text(json) == "true" || as_text(json) == "false"))
    return as_text(json) == "true" ? 1 : 0;
  return {};
}

Value time_of(const Json& json) {
  if (!json.is_string()) return {};
  auto time = parse_iso(as_text(json));
  return time.has_value() ? Value(format_iso(*time)) : Value(as_text(json));
}

// AWS gives some documents, policies above all, as text: the column holds what they say, so that SQL can ask.
Value json_of(const Json& json) {
  if (json.is_string() && (as_text(json).starts_with('{') || as_text(json).starts_with('['))) {
    if (auto inside = parse_json(as_text(json))) return to_json(*inside);
  }
  return to_json(json);
}

Value value_of(const Json& json, catalog::ColumnType type) {
  if (json.is_null()) return {};
  switch (type) {
    case catalog::ColumnType::integer:
      return integer_of(json);
    case catalog::ColumnType::real:
      return real_of(json);
    case catalog::ColumnType::boolean:
      return boolean_of(json);
    case catalog::ColumnType::time:
      return time_of(json);
    case catalog::ColumnType::text:
      return json.is_string() ? Value(as_text(json)) : Value(to_json(json));
    case catalog::ColumnType::json:
      return json_of(json);
  }
  return {};
}

bool is_too_long(const Value& value) {
  const auto* text = std::get_if<std::string>(&value.held());
  return text != nullptr && text->size() > kMostTextBytes;
}

bool has_column(const catalog::ResourceType& type, std::string_view name) {
  return std::any_of(type.columns.begin(), type.columns.end(),
                     [&](const catalog::Column& column) { return column.name == name; });
}

bool is_ours(std::string_view name) {
  constexpr std::array<std::string_view, 9> kOurs = {"account_id", "region",       "resource_id",
                                                     "arn",        "tags",         "unknown",
                                                     "first_seen", "place_region", "last_seen"};
  return std::find(kOurs.begin(), kOurs.end(), name) != kOurs.end();
}

// A type of which no tags are read has none that are known: that is not the same as bearing none.
Value tags_or_null(const catalog::ResourceType* type, const State& state) {
  return type != nullptr && !type->tags ? Value() : Value(to_json(tags_json(state.tags)));
}

}  // namespace

TypedRows::TypedRows(const catalog::ResourceType& type, const std::set<std::string>* only) : type_(type) {
  const auto stored = [only](const std::string& name) { return only == nullptr || only->contains(name); };
  for (const catalog::Column& column : type.columns)
    if (!is_ours(column.name) && stored(column.name)) own_.push_back(&column);
  const auto add_path = [this](bool has, const char* name, const std::unique_ptr<JsonPath>& path) {
    if (has && path != nullptr) paths_.emplace_back(name, path.get());
  };
  const bool has_name = !has_column(type, "name"), has_state = !has_column(type, "state");
  const bool has_created_at = !has_column(type, "created_at");
  add_path(has_name, "name", type.name);
  add_path(has_state, "state", type.state);
  add_path(has_created_at, "created_at", type.created_at);
  add_path(!has_column(type, "tags"), "tags", type.tags);
  resource_id_ = stored("resource_id");
  arn_ = stored("arn");
  name_ = has_name && stored("name");
  state_ = has_state && stored("state");
  created_at_ = has_created_at && stored("created_at");
  tags_ = stored("tags");
  first_seen_ = stored("first_seen");
}

void TypedRows::add_unknown_ours(const State& state, JsonArray& unknown) const {
  for (const auto& [name, path] : paths_)
    if (reads_unknown(*path, state.unknown)) unknown.emplace_back(name);
}

Params TypedRows::row(const RowFacts& facts, const State& state) const {
  Params row;
  row.reserve(own_.size() + 12);
  row.emplace_back(facts.place.account_id);
  row.emplace_back(state.region);
  if (resource_id_) row.emplace_back(resource_id(facts.number));
  if (arn_) row.push_back(text_or_null(state.arn));
  if (name_) row.push_back(text_or_null(state.name));
  if (state_) row.push_back(text_or_null(state.state));
  if (created_at_) row.push_back(time_or_null(state.created_at));
  JsonArray unknown;
  if (!state.unknown.empty()) add_unknown_ours(state, unknown);
  Json made;
  for (const catalog::Column* column : own_) {
    Value value = value_of(column->path.look(state.document, made), column->type);
    const bool too_long = is_too_long(value);
    if (too_long || reads_unknown(column->path, state.unknown)) unknown.emplace_back(column->name);
    row.push_back(too_long ? Value() : std::move(value));
  }
  if (tags_) row.push_back(tags_or_null(&type_, state));
  row.push_back(unknown.empty() ? Value("[]") : Value(to_json(unknown)));
  if (first_seen_) row.emplace_back(format_iso(facts.first_seen));
  row.emplace_back(facts.place.region);
  return row;
}

Params resource_row(const catalog::ResourceType* type, const RowFacts& facts, const State& state) {
  JsonArray unknown;
  for (const auto& [part, why] : state.unknown) unknown.emplace_back(part);
  return {resource_id(facts.number),
          facts.place.type,
          facts.key,
          text_or_null(state.arn),
          text_or_null(state.name),
          facts.place.account_id,
          state.region,
          text_or_null(state.state),
          time_or_null(state.created_at),
          format_iso(facts.first_seen),
          time_or_null(facts.gone_at),
          tags_or_null(type, state),
          to_json(unknown),
          facts.place.region};
}

std::vector<Params> tag_rows(const RowFacts& facts, const State& state) {
  std::vector<Params> rows;
  for (const auto& [key, value] : state.tags)
    rows.push_back(
        {resource_id(facts.number), facts.place.type, facts.place.account_id, state.region, key, value});
  return rows;
}

std::vector<Params> relation_rows(const RowFacts& facts, const State& state) {
  std::vector<Params> rows;
  for (const ObservedRelation& relation : state.relations)
    rows.push_back({resource_id(facts.number), facts.place.type, facts.place.account_id, state.region,
                    relation.name, relation.type, relation.target});
  return rows;
}

Params sweep_row(const Place& place, const store::Row& row) {
  Json error = JsonObject{};
  if (auto parsed_error = parse_json(row.text(4)); parsed_error.has_value()) error = std::move(*parsed_error);
  return {place.account_id,
          place.region,
          place.type,
          row.string(3),
          text_or_null(std::string(member_text(error, "code"))),
          text_or_null(std::string(member_text(error, "message"))),
          format_iso(row.time(5)),
          static_cast<double>(row.integer(6)) / 1000,
          row.integer(7),
          time_or_null(row.maybe_time(8)),
          row.maybe_integer(9)};
}

}  // namespace hm::inventory
