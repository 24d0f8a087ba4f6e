#include "document.h"

#include <algorithm>
#include <cmath>

#include <pugixml.hpp>

#include "aws/protocol_time.h"
#include "base/encoding.h"

namespace hm::conformance {

namespace {

using aws::Shape;
using aws::ShapeKind;

template <class Leaf>
Json convert(const Shape& shape, const Json& value, const Leaf& leaf) {
  if (shape.document() || value.is_null()) return value;
  if (const JsonObject* object = value.if_object()) {
    JsonObject result;
    for (const auto& [key, item] : *object) {
      if (shape.kind() == ShapeKind::map) {
        result.emplace(key, convert(shape.value().shape(), item, leaf));
      } else {
        const auto member = shape.find(key);
        result.emplace(key, member ? convert(member->shape(), item, leaf) : item);
      }
    }
    return result;
  }
  if (const JsonArray* array = value.if_array(); array != nullptr && shape.kind() == ShapeKind::list) {
    JsonArray result;
    for (const Json& item : *array) result.push_back(convert(shape.element().shape(), item, leaf));
    return result;
  }
  return leaf(shape, value);
}

struct XmlText {
  std::string name;
  std::vector<std::string> attributes;
  std::string text;
  std::vector<XmlText> children;
  bool operator==(const XmlText&) const = default;
};

XmlText tree(const pugi::xml_node& node) {
  XmlText result{node.name(), {}, node.child_value(), {}};
  for (const auto& attribute : node.attributes()) {
    result.attributes.push_back(std::string(attribute.name()) + "=" + attribute.value());
  }
  std::sort(result.attributes.begin(), result.attributes.end());
  for (const auto& child : node.children()) {
    if (child.type() == pugi::node_element) result.children.push_back(tree(child));
  }
  if (!result.children.empty()) result.text.clear();
  // Members of a structure may stand in any order.
  std::stable_sort(result.children.begin(), result.children.end(),
                   [](const XmlText& a, const XmlText& b) { return a.name < b.name; });
  return result;
}

}  // namespace

Json params_of_vector(const Shape& shape, const Json& params) {
  return convert(shape, params, [](const Shape& at, const Json& value) {
    if (at.kind() == ShapeKind::blob && value.is_string()) return Json(base64(as_text(value)));
    return value;
  });
}

Json result_for_vector(const Shape& shape, const Json& result) {
  return convert(shape, result, [](const Shape& at, const Json& value) {
    if (!value.is_string()) return value;
    if (at.kind() == ShapeKind::timestamp) {
      if (const auto time = aws::read_any_time(as_text(value))) {
        return Json(static_cast<double>(time->seconds) + time->nanos / 1e9);
      }
    }
    if (at.kind() == ShapeKind::blob) {
      if (const auto bytes = unbase64(as_text(value))) return Json(*bytes);
    }
    return value;
  });
}

bool same(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) {
    if (!a.is_double() && !b.is_double()) return a == b;
    const auto x = a.to_number<double>();
    const auto y = b.to_number<double>();
    return x == y || std::abs(x - y) <= 1e-6;
  }
  if (a.kind() != b.kind()) return false;
  if (const JsonObject* object = a.if_object()) {
    const JsonObject& other = b.get_object();
    if (object->size() != other.size()) return false;
    return std::all_of(object->begin(), object->end(), [&](const auto& entry) {
      const Json* found = other.if_contains(entry.key());
      return found != nullptr && same(entry.value(), *found);
    });
  }
  if (const JsonArray* array = a.if_array()) {
    return std::equal(array->begin(), array->end(), b.get_array().begin(), b.get_array().end(), same);
  }
  return a == b;
}

bool same_xml(const std::string& a, const std::string& b) {
  pugi::xml_document left;
  pugi::xml_document right;
  if (!left.load_buffer(a.data(), a.size()) || !right.load_buffer(b.data(), b.size())) return a == b;
  return tree(left.document_element()) == tree(right.document_element());
}

}  // namespace hm::conformance
