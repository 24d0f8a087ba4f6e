// Paths into documents, as the catalog and AWS's paginators write them: the part of JMESPath that they use.
//
//   State.Name            members
//   Attachments[0].Id     an index; [-1] is the last
//   Reservations[].Instances[]   every item, lists of lists made flat
//   Dimensions[?Name=='Zone'][].Value   every item whose member is that text, lists of lists made flat
//   a || b                the first that is not null, empty or absent
//
// An absent member gives null, which is JMESPath's answer too.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"

namespace hm {

class JsonPath {
 public:
  static Result<JsonPath> parse(std::string_view text);

  Json eval(const Json& document) const;
  // As eval(), but without a copy where the value stands in the document as it is: `made` holds it where it
  // does not.
  const Json& look(const Json& document, Json& made) const;
  // As eval(), but moves the values out of the document, which is left without them.
  Json take(Json&& document) const;
  // True where the path can yield several values (it has a `[]`): eval then gives an array.
  bool is_list() const;
  const std::string& text() const { return text_; }

  struct Member {
    std::string name;
  };
  struct Index {
    int at;
  };
  struct Flatten {
    std::string member, is;  // only items whose member is that text; empty: all
    bool takes(const Json& item) const { return member.empty() || member_text(item, member) == is; }
  };
  using Step = std::variant<Member, Index, Flatten>;
  // One list of steps for each side of `||`.
  const std::vector<std::vector<Step>>& alternatives() const { return alternatives_; }

 private:
  std::string text_;
  std::vector<std::vector<Step>> alternatives_;
};

}  // namespace hm
