#include "sim/estate/builder.h"

namespace hm::sim {

namespace {

constexpr const char* kServices[] = {"checkout", "catalog", "search",  "billing", "auth",   "web",
                                     "api",      "worker",  "reports", "mail",    "orders", "media"};
constexpr const char* kTeams[] = {"payments", "platform", "growth", "data", "core"};

}  // namespace

Builder::Builder(const Plan& p, const AccountPlan& a, std::string r, int64_t quota, Place& target,
                 std::vector<Planted>& planted)
    : plan(p),
      account(a),
      region(std::move(r)),
      rng(p.options.seed, a.id + "/" + region),
      place(target),
      quota_(quota),
      planted_(planted) {}

bool Builder::add(std::string_view collection, std::string_view id, const Json& document) {
  if (full()) return false;
  place.of(collection).put(id, document);
  ++made_;
  return true;
}

void Builder::plant(std::string_view kind, std::string_view category, std::string_view type,
                    std::string_view id) {
  planted_.push_back(
      {std::string(kind), std::string(category), account.id, region, std::string(type), std::string(id)});
}

std::string Builder::arn(std::string_view service, std::string_view rest, bool regional) const {
  return "arn:aws:" + std::string(service) + ":" + (regional ? region : std::string()) + ":" + account.id +
         ":" + std::string(rest);
}

std::string Builder::past(int64_t least_days, int64_t most_days) {
  const auto seconds = rng.between(least_days * 86400, most_days * 86400);
  return format_iso(std::max(plan.observed_at - std::chrono::seconds(seconds), plan.founded_at));
}

JsonArray Builder::name_tag(std::string_view name) const {
  return {JsonObject{{"Key", "Name"}, {"Value", name}}};
}

JsonArray Builder::tags(std::string_view name, std::string_view type, std::string_view id) {
  if (rng.chance(4)) {
    plant("untagged", "tagging", type, id);
    return {};
  }
  auto rows = name_tag(name);
  const auto row = [&](const char* key, std::string_view value) {
    rows.push_back(JsonObject{{"Key", key}, {"Value", value}});
  };
  row("Environment", account.name);
  row("Team", rng.pick(kTeams));
  if (rng.chance(80)) row("Service", rng.pick(kServices));
  if (rng.chance(60)) row("CostCenter", "cc-" + std::to_string(rng.between(100, 140)));
  return rows;
}

std::string Builder::service_name() { return rng.pick(kServices); }

std::string Builder::address_in(Subnet& subnet) {
  // A subnet here is a /20: sixteen third bytes.
  const auto at = ++subnet.used;
  const auto dot = subnet.prefix.rfind('.');
  const auto base = std::atoll(subnet.prefix.substr(dot + 1).c_str());
  return subnet.prefix.substr(0, dot + 1) + std::to_string(base + at / 250 % 16) + "." +
         std::to_string(4 + at % 250);
}

Subnet& Builder::any_subnet(bool open_to_internet) {
  for (int i = 0; i < 8; ++i) {
    auto& subnet = rng.pick(subnets);
    if (subnet.open_to_internet == open_to_internet) return subnet;
  }
  return subnets.front();
}

namespace {

void build_region(Builder& builder) {
  build_keys(builder);
  build_network(builder);
  build_compute(builder);
  build_databases(builder);
  build_load_balancers(builder);
  build_functions(builder);
  build_storage(builder);
}

}  // namespace

void build_place(const Plan& plan, Place& place, std::vector<Planted>& planted) {
  const auto* account = plan.find(place.account_id);
  if (account == nullptr) return;
  if (place.region == "global") {
    Builder builder(plan, *account, "global", account->global_quota, place, planted);
    build_iam(builder);
    build_buckets(builder);
  } else {
    const int index = plan.region_index(place.region);
    if (index < 0 || account->quota[static_cast<size_t>(index)] == 0) return;
    Builder builder(plan, *account, place.region, account->quota[static_cast<size_t>(index)], place, planted);
    build_region(builder);
  }
  // A fault is planted while its document is made; where the quota left no room, neither is there.
  std::erase_if(planted, [&](const Planted& row) { return !place.of(row.type).contains(row.id); });
}

}  // namespace hm::sim
