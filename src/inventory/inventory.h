// What exists: resources with their versions, tags and relations, and what each sweep saw. Written by
// collect, read by everything after it.
//
// A sweep lists one type in one account and region. Only an ok sweep may mark a resource gone.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
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
  // Parts of the document that could not be read now, with the reason: into -> error code. The old value of
  // that part is kept, with its age.
  std::map<std::string, Error> unknown;
  // When each part was read, where that was not now (details with a slower refresh): into -> time.
  std::map<std::string, Time> read_at;
  std::map<std::string, std::string> tags;
  std::vector<ObservedRelation> relations;
  std::string hash;  // of the document without its volatile parts, lists that are sets sorted
};

enum class Outcome { ok, denied, throttled, failed, skipped };
std::string_view to_string(Outcome outcome);

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
};

class Inventory {
 public:
  explicit Inventory(store::Database& database, const Clock& clock);

  // Records a sweep and what it saw, in bounded transactions, the sweep's outcome last: a crash in between
  // leaves no half truth, since only the outcome makes absent items gone. Items seen by a failed sweep are
  // stored too; they are true, only not complete.
  Result<SweepCounts> record(const Sweep& sweep, std::vector<Observed> items);

  struct Impl;

 private:
  store::Database& database_;
  const Clock& clock_;
};

}  // namespace hm::inventory
