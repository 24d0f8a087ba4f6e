// XML, both ways: the answers of EC2, query and REST XML services, and the bodies that S3 is sent.
#include <pugixml.hpp>

#include "base/encoding.h"
#include "sim/wire/wire.h"
#include "sim/wire/xml_writer.h"

namespace hm::sim {

using aws::Member;
using aws::Protocol;
using aws::Shape;
using aws::ShapeKind;

namespace {

constexpr int kMaxDepth = 48;

std::string_view member_name(const Member& member) {
  return member.location_name().empty() ? member.name() : member.location_name();
}

class OutputWriter {
 public:
  OutputWriter(Protocol protocol, XmlWriter& xml)
      : element_name_(protocol == Protocol::ec2 ? "item" : "member"), xml_(xml) {}

  void members(Shape shape, const JsonObject& object) {
    for (const auto& member : shape.members()) {
      if (member.location() != aws::Location::body || member.xml_attribute()) continue;
      const auto* value = object.if_contains(member.name());
      if (value == nullptr || value->is_null()) continue;
      this->member(member, *value);
    }
  }

  void value(std::string_view name, Shape shape, aws::TimestampFormat format, const Json& value) {
    switch (shape.kind()) {
      case ShapeKind::structure:
        if (!value.is_object()) return;
        xml_.open(name, {}, attributes(shape, value.get_object()));
        members(shape, value.get_object());
        xml_.close(name);
        break;
      case ShapeKind::list:
        xml_.open(name);
        elements(element_name(shape), shape, value);
        xml_.close(name);
        break;
      case ShapeKind::map:
        xml_.open(name);
        entries("entry", shape, value);
        xml_.close(name);
        break;
      case ShapeKind::string:
      case ShapeKind::blob:
        if (value.is_string()) {
          xml_.text(name, as_text(value));
          break;
        }
        [[fallthrough]];
      default:
        xml_.text(name, scalar_text(shape, format, value));
    }
  }

 private:
  void member(const Member& member, const Json& value) {
    const auto shape = member.shape();
    const bool flat = member.flattened() || shape.flattened();
    if (shape.kind() == ShapeKind::list && flat) {
      const auto element = shape.element().location_name();
      elements(member.location_name().empty() && !element.empty() ? element : member_name(member), shape,
               value);
    } else if (shape.kind() == ShapeKind::map && flat) {
      entries(member_name(member), shape, value);
    } else {
      this->value(member_name(member), shape, member.timestamp_format(), value);
    }
  }

  std::string_view element_name(Shape list) const {
    const auto name = list.element().location_name();
    return name.empty() ? std::string_view(element_name_) : name;
  }

  void elements(std::string_view name, Shape list, const Json& value) {
    if (!value.is_array()) return;
    const auto element = list.element();
    for (const auto& item : value.get_array()) {
      this->value(name, element.shape(), element.timestamp_format(), item);
    }
  }

  void entries(std::string_view name, Shape map, const Json& value) {
    if (!value.is_object()) return;
    const auto key = map.key(), element = map.value();
    for (const auto& [k, item] : value.get_object()) {
      xml_.open(name);
      xml_.text(key.location_name().empty() ? "key" : key.location_name(), k);
      this->value(element.location_name().empty() ? "value" : element.location_name(), element.shape(),
                  element.timestamp_format(), item);
      xml_.close(name);
    }
  }

  static std::string attributes(Shape shape, const JsonObject& object) {
    std::string text;
    for (const auto& member : shape.members()) {
      if (!member.xml_attribute()) continue;
      const auto* value = object.if_contains(member.name());
      if (value == nullptr || !value->is_string()) continue;
      text += " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" ";
      text += member_name(member);
      text += "=\"";
      XmlWriter::escape(text, as_text(*value));
      text += '"';
    }
    return text;
  }

  std::string_view element_name_;
  XmlWriter& xml_;
};

std::string_view local_name(std::string_view name) {
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

Result<Json> read_node(Shape shape, bool flattened, const std::vector<pugi::xml_node>& nodes, int depth);

Result<Json> read_structure(Shape shape, const pugi::xml_node& node, int depth) {
  JsonObject object;
  for (const auto& member : shape.members()) {
    if (member.xml_attribute()) {
      for (const auto& attribute : node.attributes()) {
        if (local_name(attribute.name()) == local_name(member_name(member))) {
          object[member.name()] = attribute.value();
        }
      }
      continue;
    }
    std::vector<pugi::xml_node> found;
    for (const auto& child : node.children()) {
      if (local_name(child.name()) == member_name(member)) found.push_back(child);
    }
    if (found.empty()) continue;
    const bool flat = member.flattened() || member.shape().flattened();
    HM_TRY(object[member.name()], read_node(member.shape(), flat, found, depth + 1));
  }
  return Json(std::move(object));
}

Result<Json> read_node(Shape shape, bool flattened, const std::vector<pugi::xml_node>& nodes, int depth) {
  if (depth > kMaxDepth) return refusal(400, "MalformedXML", "The XML you provided is nested too deeply");
  if (shape.kind() == ShapeKind::structure) return read_structure(shape, nodes.front(), depth);
  if (shape.kind() == ShapeKind::list) {
    JsonArray array;
    const auto element = shape.element();
    const auto add = [&](const pugi::xml_node& node) -> Status {
      HM_TRY(auto item, read_node(element.shape(), false, {node}, depth + 1));
      array.push_back(std::move(item));
      return ok();
    };
    for (const auto& node : nodes) {
      if (flattened) {
        HM_DO(add(node));
        continue;
      }
      for (const auto& child : node.children()) HM_DO(add(child));
    }
    return Json(std::move(array));
  }
  auto value =
      read_text(shape, aws::TimestampFormat::none, nodes.front().child_value(), nodes.front().name());
  if (!value) {
    return refusal(
        400, "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema");
  }
  return value;
}

}  // namespace

std::string write_xml_output(const Wire& wire, const Json& document, const std::string& request_id) {
  XmlWriter xml;
  OutputWriter writer(wire.protocol, xml);
  const auto shape = wire.operation.output();
  const auto root = std::string(wire.operation.name()) + "Response";
  if (wire.protocol == Protocol::ec2) {
    const auto space = "http://ec2.amazonaws.com/doc/" + std::string(wire.service.api_version()) + "/";
    xml.open(root, space);
    xml.text("requestId", request_id);
    if (shape && document.is_object()) writer.members(*shape, document.get_object());
  } else {
    xml.open(root, wire.service.xml_namespace());
    const auto wrapper = wire.operation.result_wrapper();
    if (!wrapper.empty()) xml.open(wrapper);
    if (shape && document.is_object()) writer.members(*shape, document.get_object());
    if (!wrapper.empty()) xml.close(wrapper);
    xml.open("ResponseMetadata");
    xml.text("RequestId", request_id);
    xml.close("ResponseMetadata");
  }
  xml.close(root);
  return xml.take();
}

std::string write_xml_root(std::string_view name, Shape shape, std::string_view xml_namespace,
                           const Json& document) {
  XmlWriter xml;
  OutputWriter writer(Protocol::rest_xml, xml);
  xml.open(name, xml_namespace);
  if (document.is_object()) writer.members(shape, document.get_object());
  xml.close(name);
  return xml.take();
}

Result<Json> parse_xml_body(Shape shape, std::string_view body) {
  pugi::xml_document document;
  // No DTD is ever processed: pugixml has no entities but the five of XML.
  const auto parsed =
      document.load_buffer(body.data(), body.size(), pugi::parse_minimal | pugi::parse_escapes);
  if (!parsed || !document.document_element()) {
    return refusal(
        400, "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema");
  }
  return read_structure(shape, document.document_element(), 0);
}

}  // namespace hm::sim
