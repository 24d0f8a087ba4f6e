// SQLite's text functions whose time is the product of the lengths of their arguments, in a form whose time
// is the sum, or that can be stopped (LIKE and GLOB). SQLite stops a statement between two functions and not
// within one, and a product of two values of the greatest length is minutes.
#pragma once

#include "query/match.h"

struct sqlite3;

namespace hm::query {

// Puts instr, replace, trim, ltrim, rtrim, like and glob in the place of the connection's own: same answers,
// but that the characters to trim are at most kMostTrimmed different ones. `must_stop` outlives the
// connection; where it says so, a function fails as one that was interrupted. False where SQLite refuses.
bool add_functions(sqlite3* db, const MustStop& must_stop);

constexpr size_t kMostTrimmed = 1'000;

}  // namespace hm::query
