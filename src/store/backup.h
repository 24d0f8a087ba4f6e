// Copies of a SQLite database. PostgreSQL has tools of its own.
#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"

namespace hm::store {

// Writes a compact copy of one moment to `target` (mode 0600), while the server goes on. `target` must not
// exist: conflict "exists".
Status backup_sqlite(const std::string& path, const std::string& target);

// Puts a copy in the place of `path`, whose old files stay beside it under the name that is returned (empty:
// there were none). Refused, with nothing changed: a copy that is damaged or of a newer HostMaster, and while
// a server runs. The restored database gets an identity of its own, so that everything derived from the old
// one is made anew.
Result<std::string> restore_sqlite(const std::string& copy, const std::string& path, const Clock& clock);

}  // namespace hm::store
