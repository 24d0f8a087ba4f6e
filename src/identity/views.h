// Saved views: the words of a page's URL (filter, order, columns, a statement) under a name, private to their
// owner or shared with all. They hold no rows: whoever opens one sees what their own scope allows.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "identity/principal.h"
#include "store/database.h"

namespace hm::identity {

// Of one owner. More would not fit a menu, and nobody may fill the store.
constexpr int kMostViews = 100;
// Of all that are shared with somebody, by name; beyond it the list says that there are more.
constexpr int kMostViewsListed = 1000;
constexpr size_t kMostViewNameBytes = 100;
constexpr size_t kMostViewWords = 20;
constexpr size_t kMostViewBytes = 32 * 1024;  // of the state: a long statement of the SQL console

struct SavedView {
  std::string id;
  std::string kind;  // the page: inventory, findings, changes or query
  std::string name;
  std::string owner;
  bool shared = false;
  Json state;  // {"filter": "type:ec2/instance"}
  Time created_at, updated_at;
};

struct ViewList {
  std::vector<SavedView> items;  // one's own first, then by name
  bool truncated = false;
};

struct NewView {
  std::string kind, name;
  bool shared = false;
  Json state;
};

struct ViewChange {
  std::optional<std::string> name{};
  std::optional<bool> shared{};
  std::optional<Json> state{};
};

// An administrator may change what others share, but not see what is private.
bool may_change(const Principal& principal, const SavedView& view);

// Thread-safe. Failures: not_found "no_such_view" (also for somebody else's private one), denied "forbidden"
// for what others share, invalid "invalid_view", conflict "view_exists" (the owner's, of that kind and name)
// and "too_many_views".
class Views {
 public:
  Views(store::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  // Of that kind; of all kinds where it is empty.
  Result<ViewList> list(const Principal& principal, std::string_view kind);
  Result<SavedView> add(const Principal& principal, const NewView& view);
  Result<SavedView> change(const Principal& principal, std::string_view id, const ViewChange& change);
  Status remove(const Principal& principal, std::string_view id);

 private:
  store::Database& database_;
  const Clock& clock_;
};

}  // namespace hm::identity
