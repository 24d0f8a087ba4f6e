// XML answers of the ec2, query and rest-xml protocols, read as the model says. Namespaces are ignored,
// elements that the model does not know are dropped.
#pragma once

#include <memory>
#include <string>

#include "aws/model.h"
#include "base/json.h"

namespace pugi {
class xml_document;
class xml_node;
}  // namespace pugi

namespace hm::aws {

// One answer, parsed in place: it owns its text and its tree.
class XmlAnswer {
 public:
  // An error of kind corrupt where the text is no XML. No text at all is an empty answer.
  static Result<XmlAnswer> parse(std::string text);
  XmlAnswer(XmlAnswer&&) noexcept;
  XmlAnswer& operator=(XmlAnswer&&) noexcept;
  ~XmlAnswer();

  bool empty() const;
  std::string_view root_name() const;
  // The text of the element that is found by going down from the root by name, or empty.
  std::string_view text_at(std::initializer_list<std::string_view> path) const;

  // The body members of a structure: from the root, from the element `wrapper` below it (query), or, for
  // errors, from the element that holds code and message.
  Result<Json> read_structure(const Shape& shape, std::string_view wrapper = {}) const;
  Result<Json> read_error(const Shape& shape) const;
  // A member that is the whole body.
  Result<Json> read_payload(const Member& member) const;

  // What an error answer says of itself; each is empty where absent.
  struct ErrorText {
    std::string code;
    std::string message;
    std::string fault;
    std::string request_id;
    std::string region;  // where a bucket is, in the redirects of S3
  };
  ErrorText error_text() const;

 private:
  XmlAnswer();
  pugi::xml_node error_node() const;

  std::unique_ptr<std::string> text_;  // the tree points into it, so it must not move
  std::unique_ptr<pugi::xml_document> document_;
};

}  // namespace hm::aws
