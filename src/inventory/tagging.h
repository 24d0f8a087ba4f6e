// How well resources are tagged: shares by required key, the keys and values in use, and who owns what.
// Counted in SQL within the scope of who asks. A resource is tagged, untagged or unknown, never two of them:
// unknown is what lies in a place whose latest sweep was not ok, whose tags could not be read, or whose type
// is not asked for its tags at all.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "inventory/changes.h"
#include "inventory/read.h"

namespace hm::inventory {

// Which resources count. `out`: types that count in no share, because they cannot or need not be tagged.
struct TagSubject {
  const catalog::Catalog& catalog;
  std::set<std::string> out;
};

struct TagShare {
  int64_t tagged = 0, untagged = 0, unknown = 0;
  int64_t total() const { return tagged + untagged + unknown; }
};
// Of one key, account and type.
struct TagCell {
  std::string key;  // as it is required
  std::string account_id;
  std::string type;
  TagShare share;
};
struct TagCoverage {
  std::vector<TagCell> cells;          // by key, in the order asked; then by account and type
  std::map<std::string, int64_t> out;  // resources of the types that count in no share
  int64_t gaps = 0;                    // places that were never swept well: nobody knows what is there
  int64_t resources = 0;               // that count
};
constexpr size_t kMostTagKeys = 50;  // required
// Keys are compared whatever their case, as the rule required_tags does; an empty value is none. Error:
// invalid "too_many_keys".
Result<TagCoverage> tag_coverage(store::Database& database, const Scope& scope, const TagSubject& subject,
                                 const std::vector<std::string>& keys);

struct TagKey {
  std::string key;
  int64_t resources = 0, accounts = 0;
};
// Spellings that differ by case, hyphens, underscores and spaces alone; the most frequent first.
struct TagKeyGroup {
  std::vector<TagKey> spellings;
  int64_t resources() const;
};
// The most frequent first, those of AWS's own ("aws:…") last.
Result<std::vector<TagKeyGroup>> tag_keys(store::Database& database, const Scope& scope);
// "costcenter" of "Cost-Center".
std::string fold_tag_key(std::string_view key);

struct TagValue {
  std::string value;
  int64_t resources = 0;
};
struct TagValueGroup {
  std::vector<TagValue> spellings;  // that differ by case alone, the most frequent first
  int64_t resources() const;
};
struct TagValues {
  std::vector<TagValueGroup> groups;  // the most frequent first
  int64_t more = 0;                   // groups that are not listed
};
// Of one key, spelled so. Values beyond the first 10,000 count under `more`.
Result<TagValues> tag_values(store::Database& database, const Scope& scope, const std::string& key,
                             size_t limit);

}  // namespace hm::inventory
