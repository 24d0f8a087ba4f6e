// The XML bodies of rest-xml.
#include "aws/protocol_request.h"
#include "aws/protocol_text.h"
#include "aws/protocol_time.h"

namespace hm::aws {

namespace {

struct Namespace {
  std::string_view uri;
  std::string_view prefix;
};

class XmlWriter {
 public:
  explicit XmlWriter(std::string& out) : out_(out) {}

  // Only members of the body. `params` is an object; what the model does not know was refused before.
  void structure(std::string_view name, const Shape& shape, const Json& params, const Namespace& space) {
    open(name, space);
    for (const auto& [key, item] : params.get_object()) {
      const auto member = shape.find(key);
      if (!member || item.is_null() || !member->xml_attribute()) continue;
      attribute(member->wire_name(), scalar_text(item));
    }
    const size_t inside = out_.size();
    out_ += '>';
    for (const auto& [key, item] : params.get_object()) {
      const auto member = shape.find(key);
      if (!member || item.is_null() || member->xml_attribute() || member->location() != Location::body)
        continue;
      value(member->wire_name(), *member, item);
    }
    close(name, inside);
  }

  void value(std::string_view name, const Member& member, const Json& value) {
    const Shape shape = member.shape();
    switch (shape.kind()) {
      case ShapeKind::structure:
        return structure(name, shape, value, space_of(member));
      case ShapeKind::list:
        return list(name, member, value);
      case ShapeKind::map:
        return map(name, member, value);
      case ShapeKind::timestamp:
        return leaf(name, wire_time_text(value, member.timestamp_format(), TimestampFormat::iso8601),
                    space_of(member));
      default:
        return leaf(name, scalar_text(value), space_of(member));
    }
  }

  static Namespace space_of(const Member& member) { return {member.xml_namespace(), member.xml_prefix()}; }

 private:
  void list(std::string_view name, const Member& member, const Json& value) {
    const Member element = member.shape().element();
    if (member.flattened()) {
      for (const Json& item : value.get_array()) this->value(name, element, item);
      return;
    }
    open(name, space_of(member));
    const size_t inside = out_.size();
    out_ += '>';
    const std::string_view inner = element.location_name().empty() ? "member" : element.location_name();
    for (const Json& item : value.get_array()) this->value(inner, element, item);
    close(name, inside);
  }

  void map(std::string_view name, const Member& member, const Json& value) {
    const Shape shape = member.shape();
    const bool flattened = member.flattened();
    size_t inside = 0;
    if (!flattened) {
      open(name, space_of(member));
      inside = out_.size();
      out_ += '>';
    }
    for (const auto& [key, item] : value.get_object()) {
      const std::string_view entry = flattened ? name : "entry";
      open(entry, {});
      const size_t entry_inside = out_.size();
      out_ += '>';
      const std::string_view key_name = shape.key().location_name();
      const std::string_view value_name = shape.value().location_name();
      this->value(key_name.empty() ? "key" : key_name, shape.key(), Json(key));
      this->value(value_name.empty() ? "value" : value_name, shape.value(), item);
      close(entry, entry_inside);
    }
    if (!flattened) close(name, inside);
  }

  void leaf(std::string_view name, std::string_view text, const Namespace& space) {
    open(name, space);
    const size_t inside = out_.size();
    out_ += '>';
    append_escaped(text, false);
    close(name, inside);
  }

  void open(std::string_view name, const Namespace& space) {
    out_ += '<';
    out_ += name;
    if (space.uri.empty()) return;
    attribute(space.prefix.empty() ? "xmlns" : "xmlns:" + std::string(space.prefix), space.uri);
  }

  // `inside` is where the '>' of the opening tag stands: nothing after it makes the tag an empty one.
  void close(std::string_view name, size_t inside) {
    if (out_.size() == inside + 1) {
      out_.resize(inside);
      out_ += " />";
      return;
    }
    out_ += "</";
    out_ += name;
    out_ += '>';
  }

  void attribute(std::string_view name, std::string_view value) {
    out_ += ' ';
    out_ += name;
    out_ += "=\"";
    append_escaped(value, true);
    out_ += '"';
  }

  void append_escaped(std::string_view text, bool in_attribute) {
    for (const char c : text) {
      switch (c) {
        case '&':
          out_ += "&amp;";
          break;
        case '<':
          out_ += "&lt;";
          break;
        case '>':
          out_ += "&gt;";
          break;
        case '"':
          out_ += in_attribute ? "&quot;" : "\"";
          break;
        case '\r':
          out_ += "&#13;";  // a bare one would be read as a line end
          break;
        case '\n':
          out_ += in_attribute ? "&#10;" : "\n";
          break;
        default:
          out_ += c;
      }
    }
  }

  std::string& out_;
};

}  // namespace

std::string xml_body(const Operation& operation, const Json& params) {
  const Shape input = *operation.input();
  const std::string_view given = operation.input_location_name();
  std::string body;
  XmlWriter(body).structure(given.empty() ? input.name() : given, input, params,
                            {operation.input_xml_namespace(), operation.input_xml_prefix()});
  return body;
}

std::string xml_payload(const Member& member, const Json& value) {
  // A structure without a name of its own goes by its shape's.
  std::string_view name = member.location_name();
  if (name.empty()) name = member.shape().name();
  if (name.empty()) name = member.name();
  std::string body;
  XmlWriter(body).value(name, member, value);
  return body;
}

}  // namespace hm::aws
