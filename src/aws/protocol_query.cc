// ec2 and query: parameters flattened to a form. The two differ in how they name things and in empty lists.
#include <fmt/format.h>

#include "aws/protocol_request.h"
#include "aws/protocol_text.h"
#include "aws/protocol_time.h"

namespace hm::aws {

namespace {

class FormWriter {
 public:
  FormWriter(bool ec2, std::string& out) : ec2_(ec2), out_(out) {}

  void field(std::string_view name, std::string_view value) {
    if (!out_.empty()) out_ += '&';
    append_encoded(name);
    out_ += '=';
    append_encoded(value);
  }

  void structure(const Shape& shape, const Json& value, const std::string& prefix) {
    for (const auto& [key, item] : value.get_object()) {
      const auto member = shape.find(key);
      if (!member || item.is_null()) continue;
      const std::string name = name_of(*member);
      this->value(*member, item, prefix.empty() ? name : prefix + "." + name);
    }
  }

 private:
  // Form encoding: a space is a plus.
  void append_encoded(std::string_view text) {
    for (const char c : text) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                         c == '-' || c == '_' || c == '.' || c == '~';
      if (plain) {
        out_ += c;
      } else if (c == ' ') {
        out_ += '+';
      } else {
        constexpr std::string_view kHex = "0123456789ABCDEF";
        const auto byte = static_cast<unsigned char>(c);
        out_ += {'%', kHex[byte >> 4], kHex[byte & 15]};
      }
    }
  }

  std::string name_of(const Member& member) const {
    if (!ec2_) return std::string(member.wire_name());
    if (!member.query_name().empty()) return std::string(member.query_name());
    std::string name(member.location_name());
    if (name.empty()) name = member.name();
    if (name[0] >= 'a' && name[0] <= 'z') name[0] = static_cast<char>(name[0] - 'a' + 'A');
    return name;
  }

  void list(const Member& member, const Json& value, const std::string& prefix) {
    const JsonArray& items = value.get_array();
    const Member element = member.shape().element();
    std::string base = prefix;
    if (!ec2_) {
      if (items.empty()) return field(prefix, "");
      if (!member.flattened()) {
        base += fmt::format(".{}", element.location_name().empty() ? "member" : element.location_name());
      } else if (member.location_name().empty() && !element.location_name().empty()) {
        // A flattened list without a name of its own goes by its elements'.
        const size_t dot = prefix.rfind('.');
        base = (dot == std::string::npos ? "" : prefix.substr(0, dot + 1)) +
               std::string(element.location_name());
      }
    }
    for (size_t i = 0; i < items.size(); ++i)
      this->value(element, items[i], fmt::format("{}.{}", base, i + 1));
  }

  void map(const Member& member, const Json& value, const std::string& prefix) {
    const Shape shape = member.shape();
    const Member key = shape.key();
    const Member item = shape.value();
    const std::string base = member.flattened() ? prefix : prefix + ".entry";
    size_t number = 0;
    for (const auto& [name, entry] : value.get_object()) {
      const std::string here = fmt::format("{}.{}.", base, ++number);
      this->value(key, Json(name),
                  here + (key.location_name().empty() ? "key" : std::string(key.location_name())));
      this->value(item, entry,
                  here + (item.location_name().empty() ? "value" : std::string(item.location_name())));
    }
  }

  void value(const Member& member, const Json& value, const std::string& prefix) {
    if (value.is_null()) return;
    const Shape shape = member.shape();
    switch (shape.kind()) {
      case ShapeKind::structure:
        return structure(shape, value, prefix);
      case ShapeKind::list:
        return list(member, value, prefix);
      case ShapeKind::map:
        return map(member, value, prefix);
      case ShapeKind::timestamp:
        return field(prefix, wire_time_text(value, member.timestamp_format(), TimestampFormat::iso8601));
      default:
        // A blob is base64 in parameters and in the form alike.
        return field(prefix, scalar_text(value));
    }
  }

  bool ec2_;
  std::string& out_;
};

}  // namespace

void write_query_request(const Service& service, const Operation& operation, const Json& params,
                         WireRequest& request) {
  request.path = "/";
  request.headers.set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  FormWriter form(service.protocol() == Protocol::ec2, request.body);
  form.field("Action", operation.name());
  form.field("Version", service.api_version());
  if (const auto input = operation.input()) form.structure(*input, params, "");
}

}  // namespace hm::aws
