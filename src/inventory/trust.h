// How far an answer can be trusted: what stands behind the tables that it read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "inventory/inventory.h"

namespace hm::inventory {

// A place whose latest sweep was not ok.
struct TrustGap {
  Place place;
  std::optional<Outcome>
      outcome;                // nothing: of a past moment, when no ok sweep covers it; pending: never asked
  std::string code;           // of the error; empty where there is none
  std::optional<Time> ok_at;  // the last ok sweep, whose rows are shown; nothing: its rows are not known
};

// A column that the statement names and that could not be read for so many rows of its table: they show the
// last known value, or nothing.
struct UnknownColumn {
  std::string table;
  std::string column;
  int64_t rows = 0;
};

// As many are named; beyond it, the count alone says how many there are.
inline constexpr size_t kMostGapsNamed = 100;

struct Trust {
  std::optional<Time> as_of;   // the oldest ok sweep; nothing: there was none
  int64_t gap_count = 0;       // places whose latest sweep was not ok
  int64_t unread_count = 0;    // of these, places that no sweep ever read: rows may be missing
  std::vector<TrustGap> gaps;  // the unread ones first, at most kMostGapsNamed
  std::vector<std::string>
      unknown_types;  // no sweep of these was ever ok: their tables are empty for want of knowledge
  std::vector<UnknownColumn> unknown_columns;  // by table and column
  int64_t behind_changes = 0;                  // what the store knows of and the rows do not show yet
  std::optional<Time> behind_since;            // when the first of these was written
};

}  // namespace hm::inventory
