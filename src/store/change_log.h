// The change log's SQL, beneath Database.
#pragma once

#include <vector>

#include "store/database.h"

namespace hm::store {

// Numbers the changes and appends them: the last act of a transaction, because it takes the counter's lock.
// Returns the last number.
Result<int64_t> append_changes(Transaction& transaction, Time at);
Result<std::vector<Change>> read_changes(Reader& reader, int64_t position, int limit);
Result<int64_t> drop_changes(Transaction& transaction, Time before);

}  // namespace hm::store
