// Counting sweeps, for every page that says how complete its numbers are.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/services.h"
#include "base/json.h"
#include "identity/scope.h"
#include "inventory/read.h"

namespace hm::api {

struct SweepTally {
  int64_t ok = 0, denied = 0, throttled = 0, failed = 0, skipped = 0;
  int64_t pending = 0;                 // so many places at least were never swept; not among swept()
  std::optional<Time> oldest, newest;  // of the last ok sweeps

  void add(const inventory::SweepGroup& group);
  void add(const SweepTally& other);
  int64_t swept() const { return ok + denied + throttled + failed + skipped; }
  int64_t not_ok() const { return swept() - ok; }
  Json json() const;
};

Result<SweepTally> sweep_tally(Services& services, const identity::Scope& scope);
// {code, message, operation, permission, request_id}, or null where the sweep was ok.
Json problem_json(const inventory::SweepState& sweep);
Json problem_json(const Error& error);
std::string note_of(const inventory::SweepState& sweep, std::string_view name);

// An account as it is known: from the book, from what was swept, or both.
struct KnownAccount {
  AccountEntry entry;
  SweepTally counts;
  std::map<std::string, SweepTally> regions;
  std::optional<int64_t> resources;  // that its last ok sweeps saw; absent: there was none
  std::optional<Error> trouble;      // why it cannot be entered
};
// Within the scope, by account id. Sweeps of the server's own credentials are joined to the entry without an
// id.
Result<std::vector<KnownAccount>> known_accounts(Services& services, const identity::Scope& scope);

// Places of the scope that are looked at and have no sweep yet, beyond those in `known`, so that a first
// scan's numbers do not look complete while it runs, nor those of a scan whose answers the store did not
// take.
int64_t still_to_come(const Services& services, const identity::Scope& scope, const SweepTally& known);

std::string type_title(const Services& services, std::string_view type);
std::string name_of(const std::map<std::string, std::string>& names, const std::string& account_id);

}  // namespace hm::api
