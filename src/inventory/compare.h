// How one state of a resource differs from another, member by member, as the catalog declares it: what is
// volatile is left out, and a list that is a set has no order.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "catalog/catalog.h"
#include "inventory/payload.h"

namespace hm::inventory {

struct Difference {
  std::string path;  // JSON Pointer into the document; of an element that moved within a set, where it is now
  enum class Kind { added, removed, changed } kind = Kind::changed;
  Json before;
  Json after;
  // The part could not be read then: what stands in `before` (or `after`) is the last known value, or null
  // where there was never one. When it changed, and whether there was nothing, is not known.
  bool before_unknown = false;
  bool after_unknown = false;
};
std::string_view to_string(Difference::Kind kind);

struct Comparison {
  std::vector<Difference> differences;
  bool truncated = false;  // there are more differences than the limit
  // What could not be read at either end: of these parts, what is not in the list is not known to be alike.
  std::map<std::string, UnknownPart> unknown_before, unknown_after;
};

// Where in a document of one type what is volatile stands, and which lists are sets.
struct ComparedPaths {
  std::set<std::string> volatile_parts;  // ".State.Name", ".Groups[].Id"
  std::set<std::string> sets;
  static ComparedPaths of(const catalog::ResourceType* type);  // null: none of either
};

// At most `limit` differences.
Comparison compare(const ComparedPaths& paths, const State& before, const State& after, size_t limit);

// Remembers the paths of the types that it meets. Not thread-safe.
class Comparer {
 public:
  explicit Comparer(const catalog::Catalog& catalog) : catalog_(catalog) {}
  Comparison compare(const std::string& type, const State& before, const State& after, size_t limit);

 private:
  const catalog::Catalog& catalog_;
  std::map<std::string, ComparedPaths> paths_;
};

}  // namespace hm::inventory
