// What a person has chosen of the dashboard: theme, density, time zone, columns. Kept here so that another
// browser knows it too; nothing of the estate stands in it, and it changes nothing that the server does. No
// audit: it is nobody's business but the person's.
#pragma once

#include <string_view>

#include "base/json.h"
#include "store/database.h"

namespace hm::identity {

constexpr size_t kMostPreferenceBytes = 16 * 1024;
constexpr size_t kMostTables = 50;         // of which columns are chosen
constexpr size_t kMostColumnsChosen = 60;  // of one table

// Thread-safe.
class Preferences {
 public:
  Preferences(store::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  // Empty where nothing was chosen.
  Result<JsonObject> get(std::string_view user);
  // The named members become these, null takes one away, the others stay; inside "columns" the same. So two
  // browsers that change different things do not undo each other. Fails with invalid "invalid_preference",
  // note "field".
  Result<JsonObject> change(std::string_view user, const Json& change);

 private:
  store::Database& database_;
  const Clock& clock_;
};

}  // namespace hm::identity
