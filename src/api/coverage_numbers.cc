#include "api/coverage_numbers.h"

#include <algorithm>
#include <iterator>

#include "api/answer.h"

namespace hm::api {

namespace {

void widen(SweepTally& tally, const std::optional<Time>& oldest, const std::optional<Time>& newest) {
  if (oldest && (!tally.oldest || *oldest < *tally.oldest)) tally.oldest = oldest;
  if (newest && (!tally.newest || *newest > *tally.newest)) tally.newest = newest;
}

}  // namespace

void SweepTally::add(const inventory::SweepGroup& group) {
  using inventory::Outcome;
  int64_t& count = group.outcome == Outcome::ok          ? ok
                   : group.outcome == Outcome::denied    ? denied
                   : group.outcome == Outcome::throttled ? throttled
                   : group.outcome == Outcome::skipped   ? skipped
                   : group.outcome == Outcome::pending   ? pending
                                                         : failed;
  count += group.places;
  widen(*this, group.oldest_ok, group.newest_ok);
}

void SweepTally::add(const SweepTally& other) {
  ok += other.ok;
  denied += other.denied;
  throttled += other.throttled;
  failed += other.failed;
  skipped += other.skipped;
  pending += other.pending;
  widen(*this, other.oldest, other.newest);
}

Json SweepTally::json() const {
  return JsonObject{{"total", swept() + pending},
                    {"ok", ok},
                    {"denied", denied},
                    {"throttled", throttled},
                    {"failed", failed},
                    {"skipped", skipped},
                    {"pending", pending},
                    {"oldest_swept_at", time_or_null(oldest)},
                    {"newest_swept_at", time_or_null(newest)}};
}

Result<SweepTally> sweep_tally(Services& services, const identity::Scope& scope) {
  HM_TRY(const auto groups, inventory::tally_sweeps(services.database, scope));
  SweepTally counts;
  for (const auto& group : groups) counts.add(group);
  return counts;
}

std::string note_of(const inventory::SweepState& sweep, std::string_view name) {
  const Json* notes = member(sweep.error, "notes");
  return notes ? std::string(member_text(*notes, name)) : std::string();
}

Json problem_json(const inventory::SweepState& sweep) {
  if (sweep.outcome == inventory::Outcome::ok) return nullptr;
  return JsonObject{{"code", member_text(sweep.error, "code", to_string(sweep.outcome))},
                    {"message", member_text(sweep.error, "message")},
                    {"operation", text_or_null(note_of(sweep, "operation"))},
                    {"permission", text_or_null(note_of(sweep, "missing_permission"))},
                    {"request_id", text_or_null(note_of(sweep, "request_id"))}};
}

Json problem_json(const Error& error) {
  const auto note = [&](const std::string& name) {
    const auto found = error.notes.find(name);
    return found == error.notes.end() ? Json(nullptr) : Json(found->second);
  };
  return JsonObject{{"code", error.code},
                    {"message", error.text()},
                    {"operation", note("operation")},
                    {"permission", note("missing_permission")},
                    {"request_id", note("request_id")}};
}

namespace {

// Why the account of the entry cannot be entered, where that is so.
std::optional<Error> trouble_of(const AccountEntry& entry, const std::vector<AccountTrouble>& troubles) {
  if (!entry.enabled) return std::nullopt;
  if (entry.failure) return entry.failure;
  for (const AccountTrouble& one : troubles)
    if (one.account_id == entry.account_id && (!one.account_id.empty() || one.name == entry.name))
      return one.error;
  return std::nullopt;
}

}  // namespace

Result<std::vector<KnownAccount>> known_accounts(Services& services, const identity::Scope& scope) {
  HM_TRY(auto entries, services.accounts.list());
  HM_TRY(const auto groups, inventory::tally_sweeps(services.database, scope));
  const auto troubles =
      services.account_troubles ? services.account_troubles() : std::vector<AccountTrouble>{};
  std::map<std::string, KnownAccount> known;
  std::vector<KnownAccount> nameless;  // AWS did not let them in to say their id
  std::optional<AccountEntry> own;
  for (AccountEntry& entry : entries) {
    auto trouble = trouble_of(entry, troubles);
    if (!entry.account_id.empty()) {
      if (!scope.allows_account(entry.account_id)) continue;
      KnownAccount& account = known[entry.account_id];
      account.entry = std::move(entry);
      account.trouble = std::move(trouble);
    } else if (trouble) {
      KnownAccount& account = nameless.emplace_back();
      account.entry = std::move(entry);
      account.trouble = std::move(trouble);
    } else {
      own = std::move(entry);
    }
  }
  bool own_seen = false;
  for (const auto& group : groups) {
    KnownAccount& account = known[group.account_id];
    if (account.entry.account_id.empty()) {
      own_seen = own.has_value();
      if (own) account.entry = *own;
      account.entry.account_id = group.account_id;
      if (account.entry.name.empty()) account.entry.name = group.account_id;
    }
    account.counts.add(group);
    account.regions[group.region].add(group);
    if (group.ok_count) account.resources = account.resources.value_or(0) + *group.ok_count;
  }
  if (own && !own_seen && scope.unlimited()) known[""].entry = std::move(*own);
  std::vector<KnownAccount> list;
  list.reserve(known.size() + nameless.size());
  for (auto& [id, account] : known) list.push_back(std::move(account));
  if (scope.unlimited()) std::move(nameless.begin(), nameless.end(), std::back_inserter(list));
  for (KnownAccount& account : list) {
    // Nobody knows yet how many regions are enabled: at least one sweep a type is to come.
    if (account.counts.swept() + account.counts.pending == 0 && account.entry.enabled)
      account.counts.pending = static_cast<int64_t>(services.catalog->resources().size());
  }
  return list;
}

int64_t still_to_come(const Services& services, const identity::Scope& scope, const SweepTally& known) {
  if (!services.places) return 0;
  return std::max<int64_t>(0, services.places(scope) - known.swept() - known.pending);
}

std::string type_title(const Services& services, std::string_view type) {
  const catalog::ResourceType* known = services.catalog->find(type);
  if (type == inventory::kRegionsType) return "Regions of the account";
  return known ? known->title : std::string(type);
}

std::string name_of(const std::map<std::string, std::string>& names, const std::string& account_id) {
  const auto found = names.find(account_id);
  return found == names.end() ? account_id : found->second;
}

}  // namespace hm::api
