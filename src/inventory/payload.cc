#include "inventory/payload.h"

namespace hm::inventory {
namespace {

// No AWS item comes near; what claims more is damaged.
constexpr size_t kMostBytes = size_t{64} << 20;

Json time_json(Time time) { return to_micros(time); }

Time time_from(const Json* json) {
  return from_micros(json != nullptr && json->is_int64() ? json->get_int64() : 0);
}

std::string string_of(const Json& json, std::string_view key) { return std::string(member_text(json, key)); }

}  // namespace

Json tags_json(const std::map<std::string, std::string>& tags) {
  JsonObject object;
  for (const auto& [key, value] : tags) object[key] = value;
  return object;
}

std::map<std::string, std::string> tags_from(const Json& json) {
  std::map<std::string, std::string> tags;
  if (!json.is_object()) return tags;
  for (const auto& [key, value] : json.get_object())
    if (value.is_string()) tags.emplace(std::string(key), std::string(as_text(value)));
  return tags;
}

Json unknown_json(const std::map<std::string, UnknownPart>& unknown) {
  JsonObject object;
  for (const auto& [part, why] : unknown)
    object[part] = JsonObject{{"code", why.code}, {"message", why.message}, {"since", time_json(why.since)}};
  return object;
}

std::map<std::string, UnknownPart> unknown_from(const Json& json) {
  std::map<std::string, UnknownPart> unknown;
  if (!json.is_object()) return unknown;
  for (const auto& [part, why] : json.get_object())
    unknown.emplace(std::string(part), UnknownPart{string_of(why, "code"), string_of(why, "message"),
                                                   time_from(member(why, "since"))});
  return unknown;
}

bool reads_unknown(const JsonPath& path, const std::map<std::string, UnknownPart>& unknown) {
  if (unknown.empty()) return false;
  for (const auto& steps : path.alternatives()) {
    if (steps.empty()) continue;
    const auto* first = std::get_if<JsonPath::Member>(&steps.front());
    if (first != nullptr && unknown.contains(first->name)) return true;
  }
  return false;
}

Json to_json_value(const State& state) {
  JsonObject object;
  object["document"] = state.document;
  object["region"] = state.region;
  object["arn"] = state.arn;
  object["name"] = state.name;
  object["state"] = state.state;
  if (state.created_at.has_value()) object["created_at"] = time_json(*state.created_at);
  if (!state.tags.empty()) object["tags"] = tags_json(state.tags);
  if (!state.relations.empty()) {
    JsonArray relations;
    for (const ObservedRelation& relation : state.relations)
      relations.push_back(JsonArray{Json(relation.name), Json(relation.type), Json(relation.target)});
    object["relations"] = std::move(relations);
  }
  if (!state.unknown.empty()) object["unknown"] = unknown_json(state.unknown);
  if (!state.read_at.empty()) {
    JsonObject read_at;
    for (const auto& [part, time] : state.read_at) read_at[part] = time_json(time);
    object["read_at"] = std::move(read_at);
  }
  return object;
}

State state_from(Json json, StateParts parts) {
  auto* object = json.if_object();
  auto* document = object != nullptr ? object->if_contains("document") : nullptr;
  // Made with it, since what is assigned to is copied into its own memory.
  State state{.document = document != nullptr ? std::move(*document) : Json(JsonObject{})};
  state.region = string_of(json, "region");
  state.arn = string_of(json, "arn");
  state.name = string_of(json, "name");
  state.state = string_of(json, "state");
  if (const Json* created = member(json, "created_at")) state.created_at = time_from(created);
  if (const Json* tags = parts.tags ? member(json, "tags") : nullptr) state.tags = tags_from(*tags);
  if (const Json* unknown = member(json, "unknown")) state.unknown = unknown_from(*unknown);
  if (const Json* relations = parts.relations ? member(json, "relations") : nullptr;
      relations != nullptr && relations->is_array()) {
    for (const Json& relation : relations->get_array()) {
      if (!relation.is_array() || relation.get_array().size() != 3) continue;
      const JsonArray& three = relation.get_array();
      state.relations.push_back(
          {std::string(as_text(three[0])), std::string(as_text(three[1])), std::string(as_text(three[2]))});
    }
  }
  if (const Json* read_at = member(json, "read_at"); read_at != nullptr && read_at->is_object())
    for (const auto& [part, time] : read_at->get_object())
      state.read_at.emplace(std::string(part), time_from(&time));
  return state;
}

Status PayloadCodec::learn(store::Reader& reader) {
  HM_TRY(latest_, dictionaries_.read(reader));
  return ok();
}

Status PayloadCodec::unpack_to(std::string& text, std::string_view payload) {
  HM_TRY(const ZstdFrame frame, zstd_frame(payload));
  if (frame.dictionary == 0) return zstd_.unpack_to(text, payload, kMostBytes);
  if (!last_ || last_->id() != frame.dictionary) last_ = dictionaries_.find(frame.dictionary);
  if (!last_)
    return make_error(ErrorKind::corrupt, "no_dictionary",
                      "it is packed with dictionary " + std::to_string(frame.dictionary) +
                          ", which is missing or damaged in the store: restore document_dictionary from a "
                          "backup");
  return zstd_.unpack_to(text, payload, kMostBytes, last_.get());
}

Result<std::string> PayloadCodec::unpack_text(std::string_view payload) {
  std::string text;
  HM_DO(unpack_to(text, payload));
  return text;
}

Result<Json> PayloadCodec::unpack(std::string_view payload) {
  HM_TRY(const std::string text, unpack_text(payload).context("reading a stored document"));
  return parse_json(text).context("reading a stored document");
}

Result<Json> PayloadCodec::unpack(std::string_view payload, JsonArena& arena) {
  HM_DO(unpack_to(text_, payload).context("reading a stored document"));
  return parse_json(text_, arena).context("reading a stored document");
}

Result<Json> PayloadCodec::unpack(store::Reader& reader, std::string_view payload) {
  const auto frame = zstd_frame(payload);
  if (frame && frame->dictionary != 0 && !dictionaries_.find(frame->dictionary)) HM_DO(learn(reader));
  return unpack(payload);
}

}  // namespace hm::inventory
