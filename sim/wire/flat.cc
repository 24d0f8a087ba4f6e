// EC2's and the query services' requests: flat names such as Filter.1.Value.2, read back along the model.
#include <map>
#include <optional>
#include <set>

#include "base/json.h"
#include "sim/wire/wire.h"

namespace hm::sim {

using aws::Member;
using aws::Protocol;
using aws::Shape;
using aws::ShapeKind;

namespace {

constexpr int kMaxDepth = 24;
constexpr int kMaxItems = 10'000;

class FlatReader {
 public:
  FlatReader(Protocol protocol, const Fields& fields) : ec2_(protocol == Protocol::ec2) {
    for (const auto& [name, value] : fields) values_.emplace(name, value);
  }

  // Nothing where no field begins with `name`.
  Result<std::optional<Json>> read(Shape shape, const std::string& name, bool flattened, int depth) {
    if (depth > kMaxDepth) return std::optional<Json>();
    switch (shape.kind()) {
      case ShapeKind::structure:
        return read_structure(shape, name, depth);
      case ShapeKind::list:
        return read_list(shape, name, flattened || shape.flattened(), depth);
      case ShapeKind::map:
        return read_map(shape, name, flattened || shape.flattened(), depth);
      default:
        break;
    }
    const auto found = values_.find(name);
    if (found == values_.end()) return std::optional<Json>();
    used_.insert(found->first);
    HM_TRY(auto value, read_text(shape, aws::TimestampFormat::none, found->second, name));
    return std::optional<Json>(std::move(value));
  }

  Result<std::optional<Json>> read_structure(Shape shape, const std::string& prefix, int depth) {
    if (!prefix.empty() && !present(prefix)) return std::optional<Json>();
    JsonObject object;
    for (const auto& member : shape.members()) {
      const auto name = prefix.empty() ? wire_name(member) : prefix + "." + wire_name(member);
      HM_TRY(auto value, read(member.shape(), name, member.flattened(), depth + 1));
      if (value) object[member.name()] = std::move(*value);
    }
    return std::optional<Json>(std::move(object));
  }

  // The first field that nothing in the model asked for.
  const std::string* unknown() const {
    for (const auto& [name, value] : values_) {
      if (!used_.contains(name) && name != "Action" && name != "Version" && !name.starts_with("X-Amz-")) {
        return &name;
      }
    }
    return nullptr;
  }

 private:
  bool present(const std::string& name) const {
    if (values_.contains(name)) return true;
    const auto next = values_.lower_bound(name + ".");
    return next != values_.end() && next->first.starts_with(name + ".");
  }

  std::string wire_name(const Member& member) const {
    if (ec2_) {
      if (!member.query_name().empty()) return std::string(member.query_name());
      std::string name(member.location_name().empty() ? member.name() : member.location_name());
      if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') name[0] = static_cast<char>(name[0] - 'a' + 'A');
      return name;
    }
    // A flattened list bears the name of its elements.
    if (member.shape().kind() == ShapeKind::list && (member.flattened() || member.shape().flattened())) {
      const auto element = member.shape().element().location_name();
      if (!element.empty()) return std::string(element);
    }
    return std::string(member.location_name().empty() ? member.name() : member.location_name());
  }

  Result<std::optional<Json>> read_list(Shape shape, const std::string& name, bool flattened, int depth) {
    if (!present(name)) return std::optional<Json>();
    const auto element = shape.element();
    auto prefix = name;
    if (!ec2_ && !flattened) {
      prefix += "." + std::string(element.location_name().empty() ? "member" : element.location_name());
    }
    JsonArray array;
    for (int i = 1; i <= kMaxItems; ++i) {
      HM_TRY(auto item, read(element.shape(), prefix + "." + std::to_string(i), false, depth + 1));
      if (!item) break;
      array.push_back(std::move(*item));
    }
    // "Name=" is how the query protocol says an empty list.
    if (const auto bare = values_.find(name); bare != values_.end()) used_.insert(bare->first);
    return std::optional<Json>(std::move(array));
  }

  Result<std::optional<Json>> read_map(Shape shape, const std::string& name, bool flattened, int depth) {
    if (!present(name)) return std::optional<Json>();
    const auto key = shape.key(), value = shape.value();
    const std::string key_name(key.location_name().empty() ? "key" : key.location_name());
    const std::string value_name(value.location_name().empty() ? "value" : value.location_name());
    JsonObject object;
    for (int i = 1; i <= kMaxItems; ++i) {
      const auto entry = name + (flattened ? "." : ".entry.") + std::to_string(i) + ".";
      HM_TRY(auto k, read(key.shape(), entry + key_name, false, depth + 1));
      if (!k) break;
      HM_TRY(auto v, read(value.shape(), entry + value_name, false, depth + 1));
      object[k->as_string()] = v ? std::move(*v) : Json();
    }
    return std::optional<Json>(std::move(object));
  }

  bool ec2_;
  std::map<std::string, std::string> values_;
  std::set<std::string, std::less<>> used_;
};

}  // namespace

Result<Json> parse_flat(const Wire& wire, const Fields& fields) {
  FlatReader reader(wire.protocol, fields);
  const auto input = wire.operation.input();
  if (!input) return Json(JsonObject{});
  auto read = reader.read_structure(*input, "", 0);
  if (!read) {
    auto error = std::move(read.error());
    error.code = wire.protocol == Protocol::ec2 ? "InvalidParameterValue" : "MalformedInput";
    return error;
  }
  // Query services pass over what they do not know; EC2 does not.
  if (const auto* name = reader.unknown(); name != nullptr && wire.protocol == Protocol::ec2) {
    return refusal(400, "UnknownParameter", "The parameter " + *name + " is not recognized");
  }
  return std::move(**read);
}

}  // namespace hm::sim
