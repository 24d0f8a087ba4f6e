// What exists: resources with their versions, tags and relations, and what each sweep saw. Written by
// collect, read by everything after it (see read.h).
//
// A sweep lists one type in one account and region. Only an ok sweep may mark a resource gone.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "store/database.h"

namespace hm::inventory {

struct Place {
  std::string account_id;
  std::string region;  // "global" for what is listed once an account
  std::string type;    // resource type id: "ec2/volume"
  auto operator<=>(const Place&) const = default;
};

// The type of the place (region "global") that stands for which regions an account uses. It has a row only
// while they could not be asked: there may be more of everything, in regions that nobody knows of.
inline constexpr const char* kRegionsType = "account/regions";

struct ObservedRelation {
  std::string name;    // "vpc"
  std::string type;    // "ec2/vpc"
  std::string target;  // id or ARN, as the document has it
  auto operator<=>(const ObservedRelation&) const = default;
};

// One item as collect saw it. Sensitive values have been replaced already.
struct Observed {
  std::string id;      // the catalog's key
  std::string region;  // where it lives; differs from the sweep's for buckets
  std::string arn;
  std::string name;
  std::string state;
  std::optional<Time> created_at;
  Json document;
  // Parts of the document that could not be read now, with the reason: into -> error. The document lacks
  // these parts; the old value of each is kept, with its age.
  std::map<std::string, Error> unknown;
  // When each part of slower refresh was read: into -> time. A part named here that the document lacks was
  // not due, and its old value is kept; where none is stored, the part is unknown.
  std::map<std::string, Time> read_at;
  std::map<std::string, std::string> tags;
  std::vector<ObservedRelation> relations;
  std::string hash;  // of the document without its volatile parts, lists that are sets sorted
};

// pending: it is to be swept, and nobody has reached it so far.
enum class Outcome { ok, denied, throttled, failed, skipped, pending };
std::string_view to_string(Outcome outcome);
std::optional<Outcome> outcome_from(std::string_view text);

struct Sweep {
  Place place;
  Outcome outcome = Outcome::failed;
  Error error;  // where outcome is not ok; notes hold operation, request_id, missing permission
  Time started_at;
  std::chrono::microseconds duration{0};
  int64_t calls = 0;
};

struct SweepCounts {
  int64_t seen = 0, created = 0, changed = 0, unchanged = 0, gone = 0, returned = 0;
  int64_t missing = 0;  // not seen by this ok sweep, but not yet held for gone
  // Parts that were not due and of which no old value is stored: part -> items. They are unknown, and due.
  std::map<std::string, int64_t> lost;
};

// Why the parts of SweepCounts::lost are unknown.
Error not_stored();

// What the owner of the catalog adds to a sweep.
struct RecordOptions {
  // Observed::hash for a document whose missing parts have been filled with old values. Without it a hash of
  // the whole document serves, which calls a change of a volatile part a change.
  std::function<std::string(const Json& document)> rehash;
  // Fills region, arn, name, state, created_at, tags, relations and hash of an item from its document: called
  // where missing parts have been filled with old values, since tags and the like may stand in those. Where
  // it is given, rehash is not asked.
  std::function<void(Observed& item)> derive;
  // Asks AWS for items that the list lacked, by id, and returns those that do not exist. What it does not
  // return is gone when the next ok sweep lacks it as well. Called outside transactions; at most
  // kMostConfirmed ids a sweep.
  std::function<std::set<std::string>(const std::vector<std::string>& ids)> confirm_gone;
  // A pause between two ok sweeps after which nobody can say that what was known held all the while: as when
  // the program did not run. None: there is no such pause.
  std::optional<std::chrono::microseconds> longest_pause;
};
constexpr size_t kMostConfirmed = 100;

// The code of a sweep that the configuration leaves out.
inline constexpr std::string_view kLeftOut = "left_out";

// What is known of the slower parts of an item.
struct PartsRead {
  std::map<std::string, Time> read_at;  // part -> when; without those that could not be read the last time
  std::string fingerprint;              // of the rest of the document as it was then
};

// One resource that was asked for by id, beside the sweeps: because an event told of it.
struct Look {
  Place place;
  std::string key;
  Time started_at;
  std::optional<Observed> item{};  // none: AWS says that it does not exist
};
// What a look made of it. nowhere: it is not there, and was not known either.
enum class Looked { created, changed, unchanged, gone, nowhere };

// A resource that is called by its key or its ARN.
struct NamedKey {
  std::string type, key, arn;
};

class Inventory {
 public:
  // Both outlive it. Thread-safe; places may be recorded side by side.
  explicit Inventory(store::Database& database, const Clock& clock);

  // Records a sweep and what it saw, in bounded transactions, the sweep's outcome last: a crash in between
  // leaves no half truth, since only the outcome makes absent items gone. Items seen by a failed sweep are
  // stored too; they are true, only not complete. Two items with one id: the first is taken.
  // Errors: conflict "stale_sweep" (a sweep that started later is recorded already), conflict
  // "concurrent_sweep" (another process recorded the same place meanwhile): the next sweep mends both.
  Result<SweepCounts> record(const Sweep& sweep, std::vector<Observed> items,
                             const RecordOptions& options = {});

  // Records a look, with the same detection of changes as a sweep and none of its outcome. A sweep that began
  // before it and is recorded after it leaves the resource alone. Error: conflict "stale_sweep" (the place
  // was swept, or the resource looked at, by somebody who began later: he knows better).
  Result<Looked> record(Look look, const RecordOptions& options = {});
  // Which resources of these types, gone or not, have one of these texts (at most a few hundred) as their key
  // or ARN: in the region, or listed once an account.
  Result<std::vector<NamedKey>> keys_named(const std::string& account_id, const std::string& region,
                                           const std::vector<std::string>& types,
                                           const std::vector<std::string>& texts);

  // Leaves a row for each of the places that has none, with outcome pending: what is never reached must not
  // look as if it did not exist.
  Status plan(const std::vector<Place>& places);
  // Says of each of the places that the configuration leaves it out, with outcome skipped and code
  // "left_out": that there is nothing of it says nothing. What was known of it stays, with its age. Writes
  // those alone that did not say so.
  Status leave_out(const std::vector<Place>& places);
  // Of places that nobody looks at any more, those that were never read well are forgotten: nothing is known
  // of them, and they would count as refused for ever. What is known of the others stays, with its age.
  Status forget_unread(const std::vector<Place>& places);
  // Takes back the row of a place that there is no more to ask; what lies there stays as it is.
  Status drop(const Place& place);
  // Whether the store answers.
  Status ping();

  // When the parts of slower refresh were read, by id, for what of the place is not gone.
  using Fingerprint = std::function<std::string(const Json& document)>;
  Result<std::map<std::string, PartsRead>> parts_read(const Place& place, const Fingerprint& fingerprint);

 private:
  store::Database& database_;
  const Clock& clock_;
};

// The id of a resource everywhere outside its own table: 16 hexadecimal digits, made from place and key, so
// that it is the same in every database and says nothing of how many others there are.
int64_t resource_number(const Place& place, std::string_view key);
std::string resource_id(int64_t number);
std::optional<int64_t> resource_number(std::string_view id);
// "111111111111/eu-west-1/ec2/volume": how the change log names a sweep.
std::string place_id(const Place& place);
std::optional<Place> place_from(std::string_view id);

}  // namespace hm::inventory
