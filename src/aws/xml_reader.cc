#include "aws/xml_reader.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "aws/protocol_scalar.h"
#include "aws/protocol_text.h"

namespace hm::aws {

namespace {

constexpr int kMaxDepth = 128;

std::string_view without_prefix(const char* name) {
  const std::string_view text(name);
  const size_t colon = text.find(':');
  return colon == std::string_view::npos ? text : text.substr(colon + 1);
}

// Prefixes are gone by now, see drop_prefixes.
bool is(const pugi::xml_node& node, std::string_view name) {
  const char* text = node.name();
  return std::strncmp(text, name.data(), name.size()) == 0 && text[name.size()] == '\0';
}

// Namespaces mean nothing here: "x:Name" becomes "Name" once, instead of at every comparison.
void drop_prefixes(const pugi::xml_node& root) {
  for (pugi::xml_node node = root.first_child(); node;) {
    if (const char* colon = std::strchr(node.name(), ':')) node.set_name(std::string(colon + 1).c_str());
    if (node.first_child()) {
      node = node.first_child();
      continue;
    }
    while (node != root && !node.next_sibling()) node = node.parent();
    if (node == root) break;
    node = node.next_sibling();
  }
}

// What a structure's elements are called, roughly: most members are absent, and this says so without a
// search.
class Names {
 public:
  explicit Names(const pugi::xml_node& parent) {
    for (pugi::xml_node node = parent.first_child(); node; node = node.next_sibling()) {
      bits_ |= bit(node.name());
      ++count_;
    }
  }
  bool may_have(std::string_view name) const { return (bits_ & bit(name)) != 0; }
  size_t count() const { return count_; }

 private:
  // Of the first two letters.
  static uint64_t bit(std::string_view name) {
    const unsigned first = name.empty() ? 0 : static_cast<unsigned char>(name[0]);
    const unsigned second = name.size() < 2 ? 0 : static_cast<unsigned char>(name[1]);
    return uint64_t{1} << ((first * 7 + second) & 63);
  }

  uint64_t bits_ = 0;
  size_t count_ = 0;
};

pugi::xml_node child(const pugi::xml_node& parent, std::string_view name) {
  for (pugi::xml_node node = parent.first_child(); node; node = node.next_sibling()) {
    if (is(node, name)) return node;
  }
  return {};
}

pugi::xml_node next_element(pugi::xml_node node) {
  while (node && node.type() != pugi::node_element) node = node.next_sibling();
  return node;
}

// The text between an element's tags: mostly one piece.
Json with_text(const pugi::xml_node& node, const Member& member,
               Result<Json> (*read)(const Member&, std::string_view), Error* failure) {
  const pugi::xml_node first = node.first_child();
  std::string joined;
  std::string_view text = first.value();
  if (first.next_sibling()) {
    for (const pugi::xml_node part : node.children()) joined += part.value();
    text = joined;
  }
  auto value = read(member, text);
  if (value.has_value()) return *std::move(value);
  *failure = std::move(value.error());
  return nullptr;
}

class Reader {
 public:
  bool failed() const { return failed_; }
  Error take_error() { return std::move(error_); }

  JsonObject structure(const Shape& shape, const pugi::xml_node& node, int depth);
  Json value(const Member& member, const pugi::xml_node& node, int depth);

 private:
  Json list(const Member& member, const pugi::xml_node& node, int depth);
  Json flattened_list(const Member& member, pugi::xml_node node, int depth);
  Json map(const Member& member, const pugi::xml_node& node, int depth);
  Json flattened_map(const Member& member, pugi::xml_node node, int depth);
  void entry(const Member& member, const pugi::xml_node& node, int depth, JsonObject& result);
  Json scalar(const Member& member, const pugi::xml_node& node);

  bool failed_ = false;
  Error error_;
};

// The name under which the first element of a member stands. A flattened list goes by its elements' name, and
// services differ on whether that is the element's or the member's own.
pugi::xml_node find_member(const Member& member, const pugi::xml_node& parent, const Names& names,
                           pugi::xml_node& hint) {
  const Shape shape = member.shape();
  std::string_view name = member.wire_name();
  if (shape.kind() == ShapeKind::list && member.flattened() && !shape.element().location_name().empty()) {
    if (const auto found = child(parent, shape.element().location_name())) return found;
  }
  // Answers mostly follow the model's order, so the next one is looked at first.
  if (hint && is(hint, name)) {
    const pugi::xml_node found = hint;
    hint = next_element(hint.next_sibling());
    return found;
  }
  if (!names.may_have(name)) return {};
  const pugi::xml_node found = child(parent, name);
  if (found) hint = next_element(found.next_sibling());
  return found;
}

std::string_view attribute_text(const pugi::xml_node& node, std::string_view name) {
  const pugi::xml_attribute exact = node.attribute(std::string(name).c_str());
  if (exact) return exact.value();
  for (const pugi::xml_attribute one : node.attributes()) {
    if (without_prefix(one.name()) == without_prefix(std::string(name).c_str())) return one.value();
  }
  return {};
}

JsonObject Reader::structure(const Shape& shape, const pugi::xml_node& node, int depth) {
  const Members members = shape.members();
  const Names names(node);
  JsonObject result;
  result.reserve(std::min(members.size(), names.count()));
  pugi::xml_node hint = next_element(node.first_child());
  const pugi::xml_node first = hint;
  for (const Member member : members) {
    if (failed_) break;
    if (member.location() != Location::body) continue;
    if (member.xml_attribute()) {
      const std::string_view text = attribute_text(node, member.wire_name());
      if (!text.empty() && is_utf8(text)) result.emplace(member.name(), text);
      continue;
    }
    if (!first) continue;
    if (const pugi::xml_node found = find_member(member, node, names, hint)) {
      result.emplace(member.name(), value(member, found, depth + 1));
    }
  }
  if (shape.is_union() && result.empty() && first && is_utf8(first.name())) {
    result.emplace("SDK_UNKNOWN_MEMBER", JsonObject{{"name", first.name()}});
  }
  return result;
}

Json Reader::value(const Member& member, const pugi::xml_node& node, int depth) {
  if (depth > kMaxDepth) {
    failed_ = true;
    error_ = make_error(ErrorKind::corrupt, "xml", "the answer is nested too deeply");
    return nullptr;
  }
  const Shape shape = member.shape();
  switch (shape.kind()) {
    case ShapeKind::structure:
      return structure(shape, node, depth);
    case ShapeKind::list:
      return member.flattened() ? flattened_list(member, node, depth) : list(member, node, depth);
    case ShapeKind::map:
      return member.flattened() ? flattened_map(member, node, depth) : map(member, node, depth);
    default:
      return scalar(member, node);
  }
}

Json Reader::list(const Member& member, const pugi::xml_node& node, int depth) {
  const Member element = member.shape().element();
  JsonArray result;
  for (pugi::xml_node item = next_element(node.first_child()); item && !failed_;
       item = next_element(item.next_sibling())) {
    result.push_back(value(element, item, depth + 1));
  }
  return result;
}

Json Reader::flattened_list(const Member& member, pugi::xml_node node, int depth) {
  const Member element = member.shape().element();
  const std::string_view name = node.name();
  JsonArray result;
  for (; node && !failed_; node = node.next_sibling()) {
    if (is(node, name)) result.push_back(value(element, node, depth + 1));
  }
  return result;
}

void Reader::entry(const Member& member, const pugi::xml_node& node, int depth, JsonObject& result) {
  const Shape shape = member.shape();
  const Member key = shape.key();
  const Member item = shape.value();
  const pugi::xml_node key_node = child(node, key.location_name().empty() ? "key" : key.location_name());
  const pugi::xml_node value_node =
      child(node, item.location_name().empty() ? "value" : item.location_name());
  if (!key_node) return;
  const Json name = scalar(key, key_node);
  if (!name.is_string()) return;
  result.insert_or_assign(as_text(name), value_node ? value(item, value_node, depth + 1) : Json(nullptr));
}

Json Reader::map(const Member& member, const pugi::xml_node& node, int depth) {
  JsonObject result;
  for (pugi::xml_node item = next_element(node.first_child()); item && !failed_;
       item = next_element(item.next_sibling())) {
    entry(member, item, depth, result);
  }
  return result;
}

Json Reader::flattened_map(const Member& member, pugi::xml_node node, int depth) {
  const std::string_view name = node.name();
  JsonObject result;
  for (; node && !failed_; node = node.next_sibling()) {
    if (is(node, name)) entry(member, node, depth, result);
  }
  return result;
}

Json Reader::scalar(const Member& member, const pugi::xml_node& node) {
  Error failure;
  failure.code.clear();
  Json result = with_text(node, member, scalar_of_text, &failure);
  if (!failure.code.empty()) {
    failed_ = true;
    error_ = std::move(failure);
  }
  return result;
}

}  // namespace

XmlAnswer::XmlAnswer()
    : text_(std::make_unique<std::string>()), document_(std::make_unique<pugi::xml_document>()) {}
XmlAnswer::XmlAnswer(XmlAnswer&&) noexcept = default;
XmlAnswer& XmlAnswer::operator=(XmlAnswer&&) noexcept = default;
XmlAnswer::~XmlAnswer() = default;

Result<XmlAnswer> XmlAnswer::parse(std::string text) {
  XmlAnswer answer;
  *answer.text_ = std::move(text);
  if (answer.text_->find_first_not_of(" \t\r\n") == std::string::npos) return answer;
  constexpr unsigned kOptions =
      pugi::parse_escapes | pugi::parse_cdata | pugi::parse_eol | pugi::parse_ws_pcdata_single;
  const auto parsed = answer.document_->load_buffer_inplace(answer.text_->data(), answer.text_->size(),
                                                            kOptions, pugi::encoding_utf8);
  if (!parsed) {
    return make_error(
        ErrorKind::corrupt, "xml",
        fmt::format("the answer is no XML: {} at byte {}", parsed.description(), parsed.offset));
  }
  drop_prefixes(*answer.document_);
  return answer;
}

bool XmlAnswer::empty() const { return !document_->document_element(); }
std::string_view XmlAnswer::root_name() const { return document_->document_element().name(); }

std::string_view XmlAnswer::text_at(std::initializer_list<std::string_view> path) const {
  pugi::xml_node node = document_->document_element();
  for (const std::string_view name : path) node = child(node, name);
  return node.child_value();
}

Result<Json> XmlAnswer::read_structure(const Shape& shape, std::string_view wrapper) const {
  pugi::xml_node start = document_->document_element();
  if (!wrapper.empty() && !is(start, wrapper)) start = child(start, wrapper);
  Reader reader;
  Json result = reader.structure(shape, start, 0);
  if (reader.failed()) return reader.take_error();
  return result;
}

Result<Json> XmlAnswer::read_error(const Shape& shape) const {
  Reader reader;
  Json result = reader.structure(shape, error_node(), 0);
  if (reader.failed()) return reader.take_error();
  return result;
}

Result<Json> XmlAnswer::read_payload(const Member& member) const {
  Reader reader;
  Json result = reader.value(member, document_->document_element(), 0);
  if (reader.failed()) return reader.take_error();
  return result;
}

// <ErrorResponse><Error>, <Response><Errors><Error>, or <Error> itself.
pugi::xml_node XmlAnswer::error_node() const {
  const pugi::xml_node root = document_->document_element();
  if (const auto errors = child(root, "Errors")) {
    if (const auto error = child(errors, "Error")) return error;
  }
  if (const auto error = child(root, "Error")) return error;
  return root;
}

XmlAnswer::ErrorText XmlAnswer::error_text() const {
  const pugi::xml_node root = document_->document_element();
  const pugi::xml_node error = error_node();
  ErrorText result{child(error, "Code").child_value(),
                   child(error, "Message").child_value(),
                   child(error, "Type").child_value(),
                   {},
                   child(error, "Region").child_value()};
  if (result.message.empty()) result.message = child(error, "message").child_value();
  for (const pugi::xml_node& parent : {root, error}) {
    for (const std::string_view name : {"RequestId", "RequestID", "requestId"}) {
      if (result.request_id.empty()) result.request_id = child(parent, name).child_value();
    }
  }
  return result;
}

}  // namespace hm::aws
