#include "rules/finding_rows.h"

#include <set>

#include "inventory/inventory.h"

namespace hm::rules {
namespace {

store::Params columns_of(const Finding& f) {
  return {f.number,
          f.rule,
          f.category,
          f.resource,
          f.type,
          f.account_id,
          f.region,
          to_string(f.state),
          to_string(f.outcome),
          f.doubt,
          static_cast<int64_t>(f.severity),
          f.reason,
          f.saving_usd,
          f.evidence,
          f.held ? to_string(*f.held) : std::string_view(),
          f.held_until,
          f.note,
          f.actor,
          f.first_seen,
          f.found_since,
          f.last_seen,
          f.opened_at,
          f.resolved_at,
          f.resolution};
}

constexpr std::string_view kInsert =
    "insert into finding (id, rule, category, resource_id, type, account_id, region, state, outcome, doubt, "
    "severity, "
    "reason, saving_usd, evidence, held, held_until, note, actor, first_seen, found_since, last_seen, "
    "opened_at, "
    "resolved_at, resolution) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
    "$17, $18, "
    "$19, $20, $21, $22, $23, $24)";
constexpr std::string_view kUpdate =
    "update finding set rule = $2, category = $3, resource_id = $4, type = $5, account_id = $6, region = $7, "
    "state = $8, "
    "outcome = $9, doubt = $10, severity = $11, reason = $12, saving_usd = $13, evidence = $14, held = $15, "
    "held_until = $16, note = $17, actor = $18, first_seen = $19, found_since = $20, last_seen = $21, "
    "opened_at = $22, "
    "resolved_at = $23, resolution = $24 where id = $1";

Status run_many(store::Transaction& transaction, std::string_view sql,
                const std::vector<store::Params>& rows) {
  if (rows.empty()) return ok();
  HM_TRY([[maybe_unused]] const int64_t changed, transaction.execute_many(sql, rows));
  return ok();
}

}  // namespace

const std::string_view kFindingColumns =
    "f.id, f.rule, f.category, f.resource_id, f.type, f.account_id, f.region, f.state, f.outcome, f.doubt, "
    "f.severity, "
    "f.reason, f.saving_usd, f.evidence, f.held, f.held_until, f.note, f.actor, f.first_seen, f.found_since, "
    "f.last_seen, "
    "f.opened_at, f.resolved_at, f.resolution";

Finding read_finding(const store::Row& row, size_t first) {
  Finding f;
  size_t at = first;
  f.number = row.integer(at++);
  f.rule = row.string(at++);
  f.category = row.string(at++);
  f.resource = row.integer(at++);
  f.type = row.string(at++);
  f.account_id = row.string(at++);
  f.region = row.string(at++);
  f.state = state_from(row.text(at++)).value_or(State::open);
  f.outcome = outcome_from(row.text(at++)).value_or(Outcome::unknown);
  f.doubt = row.string(at++);
  f.severity = static_cast<catalog::Severity>(row.integer(at++));
  f.reason = row.string(at++);
  f.saving_usd = row.maybe_text(at++);
  f.evidence = row.string(at++);
  f.held = state_from(row.text(at++));
  f.held_until = row.maybe_time(at++);
  f.note = row.string(at++);
  f.actor = row.string(at++);
  f.first_seen = row.time(at++);
  f.found_since = row.time(at++);
  f.last_seen = row.time(at++);
  f.opened_at = row.maybe_time(at++);
  f.resolved_at = row.maybe_time(at++);
  f.resolution = row.string(at++);
  return f;
}

void FindingRows::put(const Finding* before, Finding after, std::optional<FindingEvent> event) {
  if (event) events_.emplace_back(after.number, std::move(*event));
  // Nobody ever heard of what was resolved before it opened.
  const bool unheard = after.state == State::resolved && !after.opened_at.has_value();
  if (before == nullptr) {
    if (!unheard) created_.push_back(std::move(after));
  } else if (unheard) {
    removed_.push_back(after.number);
  } else if (!(*before == after)) {
    changed_.push_back(std::move(after));
  }
}

Status FindingRows::write(store::Transaction& transaction) const {
  const auto tell = [&](int64_t number) { transaction.changed("finding", inventory::resource_id(number)); };
  std::vector<store::Params> rows;
  for (const Finding& finding : created_) rows.push_back(columns_of(finding));
  HM_DO(run_many(transaction, kInsert, rows));
  rows.clear();
  for (const Finding& finding : changed_) rows.push_back(columns_of(finding));
  HM_DO(run_many(transaction, kUpdate, rows));
  rows.clear();
  for (const int64_t number : removed_) rows.push_back({number});
  HM_DO(run_many(transaction, "delete from finding where id = $1", rows));
  rows.clear();
  for (const auto& [number, event] : events_)
    rows.push_back({number, now_, event.kind, event.actor, event.note, event.until});
  HM_DO(run_many(
      transaction,
      "insert into finding_event (finding_id, at, kind, actor, note, until) values ($1, $2, $3, $4, $5, $6)",
      rows));
  HM_DO(forget_old_events(transaction));
  for (const Finding& finding : created_) tell(finding.number);
  for (const Finding& finding : changed_) tell(finding.number);
  for (const int64_t number : removed_) tell(number);
  return ok();
}

// A new finding has no history to be cut.
Status FindingRows::forget_old_events(store::Transaction& transaction) const {
  std::set<int64_t> fresh;
  for (const Finding& finding : created_) fresh.insert(finding.number);
  std::vector<store::Params> rows;
  for (const auto& [number, event] : events_)
    if (!fresh.contains(number)) rows.push_back({number, kMostEvents});
  return run_many(
      transaction,
      "delete from finding_event where finding_id = $1 and id <= (select id from finding_event where "
      "finding_id = $1 order by id desc limit 1 offset $2)",
      rows);
}

}  // namespace hm::rules
