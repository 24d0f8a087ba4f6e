// The shape of a resource's document: an item of the list's answer, and under each detail's name the answer
// of that call. Paths of a resource file are checked against it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "aws/model.h"
#include "base/json_path.h"
#include "catalog/catalog.h"
#include "catalog/sensitive.h"

namespace hm::catalog {

// Where a path ends.
struct PathEnd {
  aws::Shape shape;
  bool several = false;        // behind a `[]`: a list of such values
  bool anything = false;       // inside a free-form document, about which the models say nothing
  bool sensitive = false;      // the models mark it, or what it stands in
  std::string_view name = {};  // of the last member on the way; empty: there was none
};

// Follows a path through a shape. The error says which step does not exist and what there is instead.
Result<PathEnd> follow(const JsonPath& path, aws::Shape from);

class ItemShape {
 public:
  ItemShape() = default;  // nothing is known of the item but the parts that are added
  explicit ItemShape(const PathEnd& item) : item_(item) {}
  // A member that does not come from the item's own shape: the answer of a detail, or what it belongs to.
  // `each`: the answers are a list. `keep`: the members that are kept of each; empty: all of them.
  void add_detail(const std::string& into, PathEnd answer, bool each, std::vector<std::string> keep = {});

  Result<PathEnd> follow(const JsonPath& path) const;
  // What of it must not be stored as it is. `open`: paths that the models mark although they are no secret.
  Sensitive sensitive(const std::set<std::string>& open) const;

 private:
  struct Answer {
    PathEnd end;
    bool list;
    std::vector<std::string> keep;
    bool keeps(std::string_view name) const;
  };
  std::string part_names() const;
  void add_sensitive(const std::string& into, const Answer& answer, const std::set<std::string>& open,
                     Sensitive& out) const;
  std::optional<PathEnd> item_;
  std::map<std::string, Answer, std::less<>> details_;
};

// The type that a column of that shape has unless the file says otherwise.
ColumnType natural_type(const PathEnd& end);
// Whether a value of that shape can be shown as `type`: text can hold a time or a number, JSON anything.
bool fits(const PathEnd& end, ColumnType type);

}  // namespace hm::catalog
