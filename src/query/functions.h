// SQLite's text functions whose time is the product of the lengths of their arguments, in a form whose time
// is the sum. A statement can be stopped between two functions and not within one, and a product of two
// values of the greatest length is minutes.
#pragma once

struct sqlite3;

namespace hm::query {

// Puts instr, replace, trim, ltrim and rtrim in the place of the connection's own: same answers. False where
// SQLite refuses.
bool add_linear_functions(sqlite3* db);

}  // namespace hm::query
