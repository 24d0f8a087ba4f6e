// Statements that name a table of a derived type which nobody has asked for.
#pragma once

#include "base/result.h"
#include "catalog/catalog.h"

namespace hm::inventory {

// Adds to "no such table" how the table comes to be, where AWS's models have it. Other errors stay as they
// are.
Error explain_table(Error error, const catalog::Catalog& catalog);

}  // namespace hm::inventory
