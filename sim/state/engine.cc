#include "sim/state/engine.h"

#include <algorithm>
#include <map>

namespace hm::sim {

namespace {

// An index over the tables, made once: "ec2:DescribeVolumes" to the row.
struct Index {
  std::map<std::string, const ListSpec*, std::less<>> lists;
  std::map<std::string, const DetailSpec*, std::less<>> details;
  std::map<std::string, const ChangeSpec*, std::less<>> changes;
  std::map<std::string, const HandlerSpec*, std::less<>> handlers;
};

std::string key_of(std::string_view service, std::string_view operation) {
  return std::string(service) + ":" + std::string(operation);
}

const Index& index() {
  static const Index built = [] {
    Index made;
    for (const auto& row : list_specs()) made.lists[key_of(row.service, row.operation)] = &row;
    for (const auto& row : detail_specs()) made.details[key_of(row.service, row.operation)] = &row;
    for (const auto& row : change_specs()) made.changes[key_of(row.service, row.operation)] = &row;
    for (const auto& row : handler_specs()) made.handlers[key_of(row.service, row.operation)] = &row;
    return made;
  }();
  return built;
}

template <class Map>
auto lookup(const Map& map, const std::string& key) -> typename Map::mapped_type {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : found->second;
}

}  // namespace

std::string fill(std::string_view text, std::string_view id) {
  std::string out(text);
  if (const auto at = out.find("{}"); at != std::string::npos) out.replace(at, 2, id);
  return out;
}

Error no_such(std::string_view collection, std::string_view id) {
  const auto& spec = missing_spec(collection);
  return refusal(spec.status, spec.code, fill(spec.text, id));
}

namespace {

// Lambda and KMS take a name, an ARN or an alias for the same thing.
std::string plain_id(Place& place, std::string_view collection, std::string_view id) {
  if (collection == "kms/key") {
    if (const auto alias = id.find("alias/"); alias != std::string_view::npos) {
      const auto document = place.of("kms/alias").find(id.substr(alias));
      return document.is_null() ? std::string(id) : std::string(member_text(document, "TargetKeyId"));
    }
    if (id.starts_with("arn:")) return std::string(id.substr(id.rfind('/') + 1));
  }
  if (collection == "lambda/function" && id.starts_with("arn:")) {
    const auto marker = id.find(":function:");
    if (marker != std::string_view::npos) id.remove_prefix(marker + 10);
    return std::string(id.substr(0, id.find(':')));
  }
  return std::string(id);
}

}  // namespace

Result<Json> require(Place& place, std::string_view collection, std::string_view id) {
  auto document = place.of(collection).find(plain_id(place, collection, id));
  if (document.is_null()) return no_such(collection, id);
  return document;
}

bool is_read(std::string_view operation) {
  for (const std::string_view verb : {"Describe", "List", "Get", "BatchGet", "Head", "Lookup", "Search"}) {
    if (operation.starts_with(verb))
      return operation != "GetSessionToken" && operation != "GetCallerIdentity";
  }
  return false;
}

bool is_modelled(std::string_view service, std::string_view operation) {
  const auto key = key_of(service, operation);
  const auto& at = index();
  return at.lists.contains(key) || at.details.contains(key) || at.changes.contains(key) ||
         at.handlers.contains(key);
}

Json empty_answer(aws::Shape shape) {
  JsonObject document;
  if (shape.kind() != aws::ShapeKind::structure) return document;
  for (const auto& member : shape.members()) {
    if (member.shape().kind() == aws::ShapeKind::list) document[member.name()] = JsonArray{};
    if (member.name() == "IsTruncated") document[member.name()] = false;
  }
  return document;
}

Result<Json> answer_detail(const Call& call, const DetailSpec& spec) {
  const auto id = call.text(spec.id_param);
  HM_TRY(auto document,
         in_place(call, spec.global, [&](Place& place) { return require(place, spec.collection, id); }));
  const std::string_view source(spec.source);
  auto* part = source.empty() ? &document : document.get_object().if_contains(source);
  if (part == nullptr || part->is_null()) {
    if (*spec.absent != '\0') return refusal(spec.absent_status, spec.absent, fill(spec.absent_text, id));
    const auto shape = call.wire.operation.output();
    return shape ? empty_answer(*shape) : Json(JsonObject{});
  }
  if (*spec.output == '\0') return std::move(*part);
  JsonObject answer;
  // Fields such as IsTruncated belong to every page of IAM, also where there is one page only.
  if (const auto shape = call.wire.operation.output(); shape && shape->find("IsTruncated")) {
    answer["IsTruncated"] = false;
  }
  answer[spec.output] = std::move(*part);
  return Json(std::move(answer));
}

Result<Json> answer_change(const Call& call, const ChangeSpec& spec) {
  const auto id = call.text(spec.id_param);
  Json part;
  if (*spec.input != '\0') {
    if (const auto* given = call.find(spec.input)) part = *given;
    if (spec.wrap) part = JsonObject{{spec.input, std::move(part)}};
  }
  HM_DO(in_place(call, spec.global, [&](Place& place) -> Status {
    HM_TRY(auto document, require(place, spec.collection, id));
    place.patch(spec.collection, id, JsonObject{{spec.target, part}});
    return ok();
  }));
  return Json(JsonObject{});
}

Result<Json> answer(const Call& call) {
  const auto key = key_of(call.wire.service.name(), call.wire.operation.name());
  const auto& at = index();
  if (const auto* dry = call.find("DryRun"); dry != nullptr && dry->is_bool() && dry->get_bool()) {
    return refusal(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
  }
  if (const auto* row = lookup(at.handlers, key)) return row->run(call);
  if (const auto* row = lookup(at.lists, key)) return answer_list(call, *row);
  if (const auto* row = lookup(at.details, key)) return answer_detail(call, *row);
  if (const auto* row = lookup(at.changes, key)) return answer_change(call, *row);
  if (call.synthesize > 0 && is_read(call.wire.operation.name())) return synthesized(call);
  const auto shape = call.wire.operation.output();
  if (!is_read(call.wire.operation.name())) {
    return refusal(501, "NotImplemented", "The simulator does not serve " + key + ".");
  }
  return shape ? empty_answer(*shape) : Json(JsonObject{});
}

}  // namespace hm::sim
