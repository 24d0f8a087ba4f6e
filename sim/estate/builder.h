// What the generators of a place share: ids, names, tags, times, and the counting against the place's quota.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/estate/plan.h"
#include "sim/state/collection.h"

namespace hm::sim {

// Something put there on purpose, for rules and people to find.
struct Planted {
  std::string kind;      // "volume_unattached"
  std::string category;  // waste, hole, fault or tagging
  std::string account_id;
  std::string region;
  std::string type;  // collection: "ec2/volume"
  std::string id;
};

struct Subnet {
  std::string id, zone, vpc_id, prefix;  // "10.1.2."
  bool open_to_internet = false;
  int64_t used = 3;  // the router, DNS and one reserve
};

class Builder {
 public:
  Builder(const Plan& plan, const AccountPlan& account, std::string region, int64_t quota, Place& place,
          std::vector<Planted>& planted);

  // Adds a resource; false where the quota is used up.
  bool add(std::string_view collection, std::string_view id, const Json& document);
  bool full() const { return made_ >= quota_; }
  int64_t room() const { return quota_ - made_; }
  int64_t quota() const { return quota_; }
  // `percent` tenths of a percent of the quota, at least `least`.
  int64_t share(int64_t per_mille, int64_t least) const { return std::max(least, quota_ * per_mille / 1000); }
  void plant(std::string_view kind, std::string_view category, std::string_view type, std::string_view id);

  std::string arn(std::string_view service, std::string_view rest, bool regional = true) const;
  std::string id(std::string_view prefix) { return std::string(prefix) + "-0" + rng.hex(16); }
  std::string past(int64_t least_days, int64_t most_days);  // ISO
  // {Key, Value} rows as a careful team sets them; now and then a careless one forgets them (planted).
  JsonArray tags(std::string_view name, std::string_view type, std::string_view id);
  JsonArray name_tag(std::string_view name) const;
  std::string service_name();
  std::string address_in(Subnet& subnet);
  Subnet& any_subnet(bool open_to_internet);

  const Plan& plan;
  const AccountPlan& account;
  const std::string region;
  Rng rng;
  Place& place;
  // What earlier generators made and later ones refer to.
  std::vector<Subnet> subnets;
  std::vector<std::string> vpcs, groups, images, keys, instances, templates, topics;
  std::string kms_key_arn;

 private:
  int64_t quota_;
  int64_t made_ = 0;
  std::vector<Planted>& planted_;
};

// The generators, one file a family, in the order in which they refer to one another.
void build_network(Builder& b);
void build_compute(Builder& b);
void build_storage(Builder& b);  // the rest of the quota: old snapshots
void build_databases(Builder& b);
void build_load_balancers(Builder& b);
void build_functions(Builder& b);  // Lambda, alarms
void build_keys(Builder& b);       // KMS
void build_iam(Builder& b);
void build_buckets(Builder& b);

// Fills the place, which must be empty.
void build_place(const Plan& plan, Place& place, std::vector<Planted>& planted);

}  // namespace hm::sim
