#include "sim/estate/plan.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "base/crypto.h"

namespace hm::sim {

namespace {

constexpr const char* kCompanies[] = {"cedarworks", "brightline", "deltaport",  "fernhill",  "harborlight",
                                      "ironleaf",   "kitemark",   "lumenfield", "northmill", "quietriver"};
constexpr const char* kAccountNames[] = {"prod",    "staging",  "dev",    "data",
                                         "sandbox", "security", "shared", "logs"};
constexpr int kAccountWeights[] = {45, 20, 15, 12, 8};
constexpr int kRegionWeights[] = {55, 25, 12, 8};
// Below this a place is no network with something in it; what a place cannot fill goes to the first one.
constexpr int64_t kLeastPlace = 25;

// `total` divided by the weights, rounded down; the remainder goes to the first.
std::vector<int64_t> divide(int64_t total, const std::vector<int>& weights) {
  const int64_t sum = std::accumulate(weights.begin(), weights.end(), int64_t{0});
  std::vector<int64_t> parts;
  parts.reserve(weights.size());
  for (const int weight : weights) parts.push_back(total * weight / sum);
  parts[0] += total - std::accumulate(parts.begin(), parts.end(), int64_t{0});
  return parts;
}

template <size_t N>
std::vector<int> weights_of(const int (&given)[N], size_t count) {
  std::vector<int> weights;
  weights.reserve(count);
  for (size_t i = 0; i < count; ++i) weights.push_back(given[std::min(i, N - 1)]);
  return weights;
}

void divide_account(AccountPlan& account, int64_t total, size_t regions) {
  account.global_quota = std::min(total, std::max<int64_t>(8, total * 8 / 100));
  account.quota = divide(total - account.global_quota, weights_of(kRegionWeights, regions));
  for (size_t i = 1; i < account.quota.size(); ++i) {
    if (account.quota[i] >= kLeastPlace) continue;
    account.quota[0] += account.quota[i];
    account.quota[i] = 0;
  }
}

}  // namespace

Rng::Rng(uint64_t seed, std::string_view purpose) {
  const auto digest = sha256(std::to_string(seed) + "|" + std::string(purpose));
  std::memcpy(&state_, digest.data(), sizeof state_);
}

uint64_t Rng::next() {
  state_ += 0x9e3779b97f4a7c15ULL;
  uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

int64_t Rng::between(int64_t least, int64_t most) {
  if (most <= least) return least;
  return least + static_cast<int64_t>(next() % static_cast<uint64_t>(most - least + 1));
}

std::string Rng::hex(size_t digits) {
  std::string text;
  while (text.size() < digits) {
    uint64_t bits = next();
    for (int i = 0; i < 16 && text.size() < digits; ++i, bits >>= 4) text += "0123456789abcdef"[bits & 15];
  }
  return text;
}

std::string Rng::upper(size_t letters) {
  std::string text;
  while (text.size() < letters) text += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[next() & 31];
  return text;
}

const AccountPlan* Plan::find(std::string_view account_id) const {
  for (const auto& account : accounts) {
    if (account.id == account_id) return &account;
  }
  return nullptr;
}

int Plan::region_index(std::string_view region) const {
  const auto found = std::find(options.regions.begin(), options.regions.end(), region);
  return found == options.regions.end() ? -1 : static_cast<int>(found - options.regions.begin());
}

Result<Plan> make_plan(const EstateOptions& options) {
  if (options.accounts < 1 || options.accounts > 100) {
    return make_error(ErrorKind::invalid, "bad_option", "--accounts must be 1 to 100");
  }
  if (options.regions.empty() || options.regions.size() > 30) {
    return make_error(ErrorKind::invalid, "bad_option", "--regions must name 1 to 30 regions");
  }
  if (options.resources < 10 || options.resources > 1'000'000) {
    return make_error(ErrorKind::invalid, "bad_option", "--resources must be 10 to 1000000");
  }
  Plan plan{options, {}, {}, {}, {}};
  Rng rng(options.seed, "company");
  plan.company = rng.pick(kCompanies);
  HM_TRY(plan.founded_at, parse_iso("2021-03-01T08:00:00Z"));
  HM_TRY(plan.observed_at, parse_iso("2026-11-20T06:00:00Z"));
  const auto count = static_cast<size_t>(options.accounts);
  const auto shares = divide(options.resources, weights_of(kAccountWeights, count));
  for (size_t i = 0; i < count; ++i) {
    AccountPlan account;
    Rng own(options.seed, "account" + std::to_string(i));
    account.id = std::to_string(own.between(100'000'000'000, 999'999'999'999));
    account.name = i < std::size(kAccountNames) ? kAccountNames[i] : "team-" + std::to_string(i - 7);
    account.external_id = "hm-" + own.hex(24);
    divide_account(account, shares[i], options.regions.size());
    plan.accounts.push_back(std::move(account));
  }
  return plan;
}

}  // namespace hm::sim
