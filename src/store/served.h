// Whether a server has a store open: a command beside it leaves to it what a server does.
#pragma once

#include "base/result.h"

namespace hm::store {

class Database;

Result<bool> is_served(Database& database);

}  // namespace hm::store
