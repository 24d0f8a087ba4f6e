#include "api/coverage_numbers.h"

#include <algorithm>
#include <iterator>

#include "api/answer.h"

namespace hm::api {

void SweepTally::add(const inventory::SweepState& sweep) {
  using inventory::Outcome;
  int64_t& count = sweep.outcome == Outcome::ok          ? ok
                   : sweep.outcome == Outcome::denied    ? denied
                   : sweep.outcome == Outcome::throttled ? throttled
                   : sweep.outcome == Outcome::skipped   ? skipped
                   : sweep.outcome == Outcome::pending   ? pending
                                                         : failed;
  ++count;
  if (!sweep.ok_at) return;
  if (!oldest || *sweep.ok_at < *oldest) oldest = sweep.ok_at;
  if (!newest || *sweep.ok_at > *newest) newest = sweep.ok_at;
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

SweepTally tally(const std::vector<inventory::SweepState>& sweeps) {
  SweepTally counts;
  for (const auto& sweep : sweeps) counts.add(sweep);
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
  HM_TRY(auto sweeps, inventory::list_sweeps(services.database, scope));
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
      nameless.push_back({std::move(entry), {}, {}, std::move(trouble)});
    } else {
      own = std::move(entry);
    }
  }
  bool own_seen = false;
  for (auto& sweep : sweeps) {
    KnownAccount& account = known[sweep.place.account_id];
    if (account.entry.account_id.empty()) {
      own_seen = own.has_value();
      if (own) account.entry = *own;
      account.entry.account_id = sweep.place.account_id;
      if (account.entry.name.empty()) account.entry.name = sweep.place.account_id;
    }
    account.counts.add(sweep);
    account.sweeps.push_back(std::move(sweep));
  }
  if (own && !own_seen && scope.unlimited()) known[""].entry = std::move(*own);
  std::vector<KnownAccount> list;
  for (auto& [id, account] : known) list.push_back(std::move(account));
  if (scope.unlimited()) std::move(nameless.begin(), nameless.end(), std::back_inserter(list));
  for (KnownAccount& account : list) {
    // Nobody knows yet how many regions are enabled: at least one sweep a type is to come.
    if (account.sweeps.empty() && account.entry.enabled)
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
