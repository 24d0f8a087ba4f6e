// Rows made up from an output shape, over two pages, for lists that nothing models: enough to try a client or
// a catalog file on any service. The same account, region and operation always has the same rows.
#include <algorithm>
#include <charconv>

#include "base/crypto.h"
#include "sim/state/engine.h"

namespace hm::sim {

namespace {

using aws::Shape;
using aws::ShapeKind;

constexpr int kMaxDepth = 6;
constexpr std::string_view kSecondPage = "synthesized-2";
constexpr size_t kLongestToken = 1024;

bool ends_alike(std::string_view name, std::string_view ending) {
  return name.size() >= ending.size() && std::equal(ending.rbegin(), ending.rend(), name.rbegin(),
                                                    [](char a, char b) { return (a | 0x20) == (b | 0x20); });
}

// How the two pages follow one another: where the token goes in, and where the answer has it.
struct Paging {
  std::vector<std::string> in;
  std::vector<std::string> out;  // "FunctionList.NextMarker"
  std::string token;             // as long as the input wants it
  bool pages() const { return !in.empty() && !out.empty(); }
  bool has(std::string_view path) const { return std::find(out.begin(), out.end(), path) != out.end(); }
};

bool is_token(std::string_view name) {
  return ends_alike(name, "token") || ends_alike(name, "marker") || name == "position";
}

void tokens_of(Shape shape, const std::string& above, std::vector<std::string>& out) {
  for (const auto& member : shape.members()) {
    const std::string path = above + std::string(member.name());
    const auto kind = member.shape().kind();
    if (kind == ShapeKind::string && is_token(member.name())) out.push_back(path);
    if (kind == ShapeKind::structure && above.empty()) tokens_of(member.shape(), path + ".", out);
  }
}

bool is_path(std::string_view text) { return text.find_first_of("[|") == std::string_view::npos; }

Paging paging_of(const aws::Operation& operation) {
  Paging paging;
  const auto input = operation.input();
  const auto output = operation.output();
  if (const auto paginator = operation.paginator()) {
    paging.in.assign(paginator->input_tokens.begin(), paginator->input_tokens.end());
    for (const std::string_view path : paginator->output_tokens) {
      const std::string_view first = path.substr(0, path.find(" || "));
      if (is_path(first)) paging.out.emplace_back(first);
    }
    if (paging.in.size() != paging.out.size()) return {};
  } else if (input && output) {
    for (const auto& member : input->members()) {
      if (member.shape().kind() == ShapeKind::string && is_token(member.name()) &&
          !member.idempotency_token())
        paging.in.emplace_back(member.name());
      // DynamoDB's manner: the last name of the page before.
      const bool start = member.name().starts_with("ExclusiveStart");
      const std::string last =
          start ? "LastEvaluated" + std::string(member.name().substr(14)) : std::string();
      if (!start || !output->find(last)) continue;
      paging.in.emplace_back(member.name());
      paging.out.push_back(last);
    }
    tokens_of(*output, "", paging.out);
  }
  // A token that is a number, a date or a structure cannot be made up.
  const bool texts = input && std::all_of(paging.in.begin(), paging.in.end(), [&](const std::string& name) {
                       const auto found = input->find(name);
                       return found && found->shape().kind() == ShapeKind::string;
                     });
  if (!texts) return {};
  paging.token = kSecondPage;
  for (const auto& name : paging.in) {
    const std::string_view least = input->find(name)->shape().least();
    size_t length = 0;
    std::from_chars(least.data(), least.data() + least.size(), length);
    paging.token.resize(std::clamp(length, paging.token.size(), kLongestToken), '-');
  }
  return paging;
}

class Synthesis {
 public:
  explicit Synthesis(const Call& call)
      : call_(call), paging_(paging_of(call.wire.operation)), place_(place_of(call)) {
    const bool second = paging_.pages() && call.text(paging_.in.front()) == paging_.token;
    const int half = paging_.pages() ? (call.synthesize + 1) / 2 : call.synthesize;
    from_ = second ? half : 0;
    to_ = second ? call.synthesize : half;
    more_ = paging_.pages() && !second;
  }

  Json answer(Shape shape) {
    Json whole = structure(shape, 0);
    if (!more_) return whole;
    for (const auto& path : paging_.out) put(whole.get_object(), path);
    return whole;
  }

 private:
  static std::string place_of(const Call& call) {
    return sha256_hex(call.account_id + "/" + call.region + "/" + std::string(call.wire.service.name()) +
                      "/" + std::string(call.wire.operation.name()))
        .substr(0, 8);
  }

  void put(JsonObject& answer, const std::string& path) {
    const auto dot = path.find('.');
    if (dot == std::string::npos) {
      answer[path] = paging_.token;
    } else if (auto* inner = answer.if_contains(path.substr(0, dot)); inner && inner->is_object()) {
      inner->get_object()[path.substr(dot + 1)] = paging_.token;
    }
  }

  // What surrounds the lists: the answer, and a structure in it.
  Json structure(Shape shape, int depth) {
    JsonObject object;
    for (const auto& member : shape.members()) {
      const std::string name(member.name());
      const auto kind = member.shape().kind();
      if (kind == ShapeKind::string && (is_token(name) || paging_.has(name))) continue;
      if (kind == ShapeKind::list) {
        object[name] = rows(member.shape().element().shape(), name);
      } else if (kind == ShapeKind::structure && depth == 0 && !member.shape().document()) {
        object[name] = structure(member.shape(), depth + 1);
      } else if (kind == ShapeKind::boolean) {
        object[name] = more_;  // IsTruncated, HasMoreStreams and their like
      } else {
        object[name] = value(member.shape(), name, 0, depth + 1);
      }
    }
    return object;
  }

  Json rows(Shape element, const std::string& name) {
    JsonArray out;
    for (int row = from_; row < to_; ++row) out.push_back(value(element, name, row, 1));
    return out;
  }

  Json value(Shape shape, std::string_view name, int row, int depth) {
    if (shape.document()) return JsonObject{{"row", row}};
    switch (shape.kind()) {
      case ShapeKind::structure: {
        JsonObject object;
        // A union has exactly one member, however deep it lies.
        if (depth > kMaxDepth && !shape.is_union()) return object;
        for (const auto& member : shape.members()) {
          object[member.name()] = value(member.shape(), member.name(), row, depth + 1);
          if (shape.is_union()) break;
        }
        return object;
      }
      case ShapeKind::list:
        if (depth > kMaxDepth) return JsonArray{};
        return JsonArray{value(shape.element().shape(), name, row, depth + 1)};
      case ShapeKind::map:
        if (depth > kMaxDepth) return JsonObject{};
        return JsonObject{{key(shape, row), value(shape.value().shape(), name, row, depth + 1)}};
      case ShapeKind::boolean:
        return row % 2 == 0;
      case ShapeKind::timestamp:
        return Json(format_iso(call_.world.plan().observed_at - std::chrono::hours(row)));
      case ShapeKind::blob:
        return "c2ltdWxhdGVk";
      case ShapeKind::string:
        return text(shape, name, row);
      default:
        return row;
    }
  }

  std::string key(Shape map, int row) const {
    const auto words = map.key().shape().enumeration();
    if (!words.empty()) return std::string(words[static_cast<size_t>(row) % words.size()]);
    return "key-" + std::to_string(row);
  }

  Json text(Shape shape, std::string_view name, int row) const {
    if (const auto words = shape.enumeration(); !words.empty())
      return Json(words[static_cast<size_t>(row) % words.size()]);
    const std::string id = std::string(name) + "-" + place_ + "-" + std::to_string(row);
    if (!ends_alike(name, "arn") && !ends_alike(name, "arns")) return Json(id);
    return Json("arn:aws:" + std::string(call_.wire.service.signing_name()) + ":" + call_.region + ":" +
                call_.account_id + ":" + id);
  }

  const Call& call_;
  const Paging paging_;
  const std::string place_;
  int from_ = 0;
  int to_ = 0;
  bool more_ = false;
};

}  // namespace

Result<Json> synthesized(const Call& call) {
  const auto shape = call.wire.operation.output();
  if (!shape) return Json(JsonObject{});
  return Synthesis(call).answer(*shape);
}

}  // namespace hm::sim
