// Rows made up from an output shape, over two pages, for operations that nothing models: enough to try a
// client or a catalog file on any service.
#include "base/json_path.h"
#include "sim/state/engine.h"

namespace hm::sim {

namespace {

constexpr int kMaxDepth = 6;

Json value_of(const Call& call, aws::Shape shape, std::string_view name, int row, int depth) {
  using aws::ShapeKind;
  switch (shape.kind()) {
    case ShapeKind::structure: {
      JsonObject object;
      if (depth > kMaxDepth) return object;
      for (const auto& member : shape.members()) {
        object[member.name()] = value_of(call, member.shape(), member.name(), row, depth + 1);
        if (shape.is_union()) break;
      }
      return object;
    }
    case ShapeKind::list:
      if (depth > kMaxDepth) return JsonArray{};
      return JsonArray{value_of(call, shape.element().shape(), name, row, depth + 1)};
    case ShapeKind::map:
      if (depth > kMaxDepth) return JsonObject{};
      return JsonObject{
          {"key-" + std::to_string(row), value_of(call, shape.value().shape(), name, row, depth + 1)}};
    case ShapeKind::boolean:
      return row % 2 == 0;
    case ShapeKind::timestamp:
      return Json(format_iso(call.world.plan().observed_at - std::chrono::hours(row)));
    case ShapeKind::blob:
      return "c2ltdWxhdGVk";
    case ShapeKind::string:
      break;
    default:
      return row;
  }
  if (const auto words = shape.enumeration(); !words.empty())
    return Json(words[static_cast<size_t>(row) % words.size()]);
  if (name.ends_with("Arn") || name.ends_with("ARN")) {
    return Json("arn:aws:" + std::string(call.wire.service.signing_name()) + ":" + call.region + ":" +
                call.account_id + ":" + std::string(name) + "/" + std::to_string(row));
  }
  return Json(std::string(name) + "-" + std::to_string(row));
}

}  // namespace

Result<Json> synthesized(const Call& call) {
  const auto shape = call.wire.operation.output();
  if (!shape) return Json(JsonObject{});
  std::string input_token, output_token;
  if (const auto paginator = call.wire.operation.paginator(); paginator && !paginator->input_tokens.empty()) {
    input_token = paginator->input_tokens.front();
    output_token = paginator->output_tokens.front();
  }
  const bool second = !input_token.empty() && call.text(input_token) == "synthesized-2";
  const int half = input_token.empty() ? call.synthesize : (call.synthesize + 1) / 2;
  JsonObject answer;
  for (const auto& member : shape->members()) {
    if (member.name() == output_token || member.name() == "IsTruncated") continue;
    if (member.shape().kind() != aws::ShapeKind::list) {
      answer[member.name()] = value_of(call, member.shape(), member.name(), 0, 0);
      continue;
    }
    JsonArray rows;
    for (int row = second ? half : 0; row < (second ? call.synthesize : half); ++row) {
      rows.push_back(value_of(call, member.shape().element().shape(), member.name(), row, 1));
    }
    answer[member.name()] = std::move(rows);
  }
  if (shape->find("IsTruncated")) answer["IsTruncated"] = !second && !input_token.empty();
  if (!second && !output_token.empty() && shape->find(output_token)) answer[output_token] = "synthesized-2";
  return Json(std::move(answer));
}

}  // namespace hm::sim
