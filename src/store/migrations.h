// Brings a database to the schema of this binary. See migrations/README.md for the files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace hm::store {

class Link;

struct MigrationFile {
  std::string_view name;  // "0001_store.sql", "0001_store.sqlite.sql"
  std::string_view text;
};
std::vector<MigrationFile> embedded_migrations();

// Applies what is missing, each file in its own transaction, under a lock that keeps other processes out.
// Refused: a file whose recorded hash differs (conflict, "migration_changed"), and a database that has files
// this binary does not know (conflict, "schema_newer"): both say what to do.
Status migrate(Link& link, const std::vector<MigrationFile>& files, const Clock& clock);
// What migrate() would refuse, and missing files ("schema_older"), without changing anything.
Status check_migrations(Link& link, const std::vector<MigrationFile>& files);

}  // namespace hm::store
