// The company in outline, from the seed alone: its name, accounts, regions, and how many resources each place
// has. Everything else is generated place by place when it is first looked at, and depends only on the seed
// and the place: so the same seed is the same company whatever is asked first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace hm::sim {

struct EstateOptions {
  uint64_t seed = 1;
  int64_t resources = 1000;  // of all collections together; accounts and regions are not counted
  int accounts = 5;
  std::vector<std::string> regions = {"eu-west-1", "us-east-1", "eu-central-1", "us-west-2"};
};

struct AccountPlan {
  std::string id;    // twelve digits
  std::string name;  // "prod"
  std::string external_id;
  std::vector<int64_t> quota;  // resources by region, in the order of the regions
  int64_t global_quota = 0;    // buckets and IAM
};

struct Plan {
  EstateOptions options;
  std::string company;  // "cedarworks"
  std::vector<AccountPlan> accounts;
  Time founded_at;   // nothing is older
  Time observed_at;  // nothing generated is younger; fixed, so that a seed gives the same times on any day
  const AccountPlan* find(std::string_view account_id) const;
  int region_index(std::string_view region) const;  // -1 where the company has nothing there
};

// Limits: 1..100 accounts, 1..30 regions known to AWS, 10..1,000,000 resources.
Result<Plan> make_plan(const EstateOptions& options);

// Small, fast and the same on every machine (splitmix64).
class Rng {
 public:
  Rng(uint64_t seed, std::string_view purpose);
  uint64_t next();
  int64_t between(int64_t least, int64_t most);  // both included
  bool chance(int percent) { return between(1, 100) <= percent; }
  std::string hex(size_t digits);
  std::string upper(size_t letters);  // A-Z and 2-7
  template <class List>
  auto& pick(List& list) {
    return list[static_cast<size_t>(between(0, static_cast<int64_t>(std::size(list)) - 1))];
  }

 private:
  uint64_t state_;
};

}  // namespace hm::sim
