#include "store/served.h"

#include "store/database.h"
#include "store/listener.h"
#include "store/sqlite_file.h"

namespace hm::store {

Result<bool> is_served(Database& database) {
  if (database.dialect() == Dialect::sqlite) return ServerLock::is_held(database.place());
  // The key is made of it.
  HM_TRY([[maybe_unused]] const std::string name, database.identity());
  return database.read("looking for a server", [](Reader& reader) -> Result<bool> {
    // Held until the read ends, at once.
    HM_TRY(const auto alone, reader.one("select pg_try_advisory_xact_lock(" + std::string(kServerKey) + ")",
                                        {}, [](const Row& row) { return row.boolean(0); }));
    return !alone.value_or(true);
  });
}

}  // namespace hm::store
