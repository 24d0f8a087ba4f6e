// Who owns a resource, and how that is known: by its own tags; by the tags of the resource that a tag of
// AWS's says it belongs to, such as its CloudFormation stack or Auto Scaling group; or by who created it, as
// CloudTrail tells. Which tags name an owner is said by the rule owner_missing, which this serves.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/tagging.h"
#include "inventory/trail.h"

namespace hm::inventory {

struct OwnerRules {
  // A tag whose value is the key of a resource of that type, in the same account and region.
  struct Through {
    std::string tag, type;
  };
  std::vector<std::string> keys;  // the likeliest first; compared whatever their case
  std::vector<Through> through;   // asked in this order
  bool creator = true;            // whether who created it counts where tags name nobody
};
constexpr size_t kMostOwnerRules = 20;  // of keys, and of those to go through

struct Owner {
  enum class Via {
    tag,              // its own `key`
    through,          // the `key` of the resource `through`
    creator,          // `caller` made it
    none,             // no tag names one, and CloudTrail tells of nobody who made it
    creator_unknown,  // no tag names one, and who made it is not known: `reason` says why
    unknown           // its tags are not known: `reason` says why
  };
  Via via = Via::none;
  std::string name;
  std::string key;
  std::string through_id, through_name, through_type;
  std::optional<Caller> caller;
  std::string reason;
  bool known() const { return via == Via::tag || via == Via::through || via == Via::creator; }
};
std::string_view to_string(Owner::Via via);

// Of one resource, with all it takes.
Result<Owner> owner_of(store::Database& database, const Scope& scope, const TagSubject& subject,
                       const OwnerRules& rules, const Resource& resource);
// By tags alone, of at most 1,000 resources: those of which tags name an owner.
Result<std::map<std::string, Owner>> tagged_owners(store::Database& database, const Scope& scope,
                                                   const OwnerRules& rules,
                                                   const std::vector<std::string>& ids);

// Answers conditions on owners: which resources are known to be owned by whom they name, in the same way. Of
// what CloudTrail tells, as for count_owners().
Status resolve_owners(store::Database& database, const Scope& scope, const TagSubject& subject,
                      const OwnerRules& rules, std::vector<Condition>& conditions);
bool asks_for_owners(const std::vector<Condition>& conditions);

struct OwnerCount {
  std::string name;
  Owner::Via via = Owner::Via::tag;
  std::string key;  // the tag, or the type of what it was found through
  int64_t resources = 0;
};
struct OwnerCounts {
  std::vector<OwnerCount> owners;  // the most resources first, at most `limit`
  int64_t more = 0;                // owners that are not listed
  int64_t by_tag = 0, through = 0, by_creator = 0;
  int64_t none = 0, creator_unknown = 0, unknown = 0;  // as of Owner::Via
  int64_t gaps = 0;                                    // as of TagCoverage
};
// Who created what no tag names an owner of is looked up for the newest kMostCreators; of the rest it is not
// known.
constexpr size_t kMostCreators = 200;
Result<OwnerCounts> count_owners(store::Database& database, const Scope& scope, const TagSubject& subject,
                                 const OwnerRules& rules, size_t limit);

}  // namespace hm::inventory
