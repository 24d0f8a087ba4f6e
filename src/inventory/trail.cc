#include "inventory/trail.h"

#include "base/check.h"
#include "base/crypto.h"
#include "inventory/where.h"

namespace hm::inventory {
namespace {

// Rows of one transaction.
constexpr size_t kBatch = 500;
constexpr size_t kMostTargets = 200;

Result<TrailPosition> read_position(const store::Row& row) {
  TrailPosition position;
  position.account_id = row.string(0);
  position.region = row.string(1);
  position.read_from = row.maybe_time(2);
  position.read_to = row.maybe_time(3);
  position.looked_at = row.time(4);
  position.outcome = outcome_from(row.text(5)).value_or(Outcome::failed);
  HM_TRY(const Json error, parse_json(row.text(6)).context("reading why the trail could not be read"));
  position.code = std::string(member_text(error, "code"));
  position.message = std::string(member_text(error, "message"));
  return position;
}

constexpr std::string_view kPositionColumns =
    "select account_id, region, read_from, read_to, looked_at, outcome, error from trail_position";

// True where the event was not known.
Result<bool> add_event(store::Transaction& transaction, const TrailPosition& place, const TrailEvent& event) {
  HM_TRY(
      const auto id,
      transaction.one(
          "insert into trail_event (account_id, region, event_id, at, call, principal, principal_type, via, "
          "source_ip, user_agent) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (account_id, "
          "region, event_id) do nothing returning id",
          {place.account_id, place.region, event.event_id, event.at, event.call, event.principal,
           event.principal_type, event.via, event.source_ip, event.user_agent},
          [](const store::Row& row) { return row.integer(0); }));
  if (!id) return false;
  std::vector<store::Params> targets;
  for (const int64_t target : event.targets) {
    if (targets.size() == kMostTargets) break;
    targets.push_back({target, event.at, *id});
  }
  if (!targets.empty()) {
    HM_TRY([[maybe_unused]] int64_t added,
           transaction.execute_many("insert into trail_target (target, at, event) values ($1, $2, $3) on "
                                    "conflict (target, at, event) do nothing",
                                    targets));
  }
  return true;
}

Status write_position(store::Transaction& transaction, const TrailPosition& position) {
  const Json error = position.outcome == Outcome::ok
                         ? Json(JsonObject{})
                         : Json(JsonObject{{"code", position.code}, {"message", position.message}});
  return transaction.run(
      "insert into trail_position (account_id, region, read_from, read_to, looked_at, outcome, error) values "
      "($1, $2, $3, $4, $5, $6, $7) on conflict (account_id, region) do update set read_from = "
      "excluded.read_from, read_to = excluded.read_to, looked_at = excluded.looked_at, outcome = "
      "excluded.outcome, error = excluded.error",
      {position.account_id, position.region, position.read_from, position.read_to, position.looked_at,
       to_string(position.outcome), to_json(error)});
}

}  // namespace

std::string_view call_without_version(std::string_view call) {
  std::string_view rest = call;
  if (const size_t v = rest.find_last_not_of("0123456789");
      v != std::string_view::npos && v + 1 < rest.size() && rest[v] == 'v')
    rest = rest.substr(0, v);
  const size_t digits = rest.find_last_not_of("0123456789");
  const bool dated = digits != std::string_view::npos && rest.size() - digits - 1 == 8;
  return dated ? rest.substr(0, digits + 1) : call;
}

std::string home_region_of(std::string_view partition) {
  if (partition == "aws-cn") return "cn-north-1";
  if (partition == "aws-us-gov") return "us-gov-west-1";
  return "us-east-1";
}

std::string partition_of(std::string_view arn) {
  const size_t end = arn.find(':', 4);
  return arn.starts_with("arn:") && end != std::string_view::npos ? std::string(arn.substr(4, end - 4))
                                                                  : "aws";
}

int64_t trail_target(std::string_view account_id, std::string_view text) {
  std::string whole(account_id);
  whole += '\0';
  whole += text;
  const Digest digest = sha256(whole);
  uint64_t number = 0;
  for (size_t i = 0; i < 8; ++i) number = number << 8 | digest[i];
  return static_cast<int64_t>(number >> 1);
}

Result<std::optional<TrailPosition>> trail_position(store::Database& database, const std::string& account_id,
                                                    const std::string& region) {
  return database.read(
      "reading the position in the trail",
      [&](store::Reader& reader) -> Result<std::optional<TrailPosition>> {
        std::optional<TrailPosition> found;
        HM_DO(reader.each(std::string(kPositionColumns) + " where account_id = $1 and region = $2",
                          {account_id, region}, [&](const store::Row& row) -> Status {
                            HM_TRY(found, read_position(row));
                            return ok();
                          }));
        return found;
      });
}

Result<std::vector<TrailPosition>> list_trail_positions(store::Database& database, const Scope& scope) {
  Where where;
  where.add_scope(scope, "account_id", "region");
  return database.read(
      "listing positions in the trail", [&](store::Reader& reader) -> Result<std::vector<TrailPosition>> {
        std::vector<TrailPosition> positions;
        HM_DO(reader.each(std::string(kPositionColumns) + where.sql() + " order by account_id, region",
                          where.params(), [&](const store::Row& row) -> Status {
                            HM_TRY(TrailPosition position, read_position(row));
                            positions.push_back(std::move(position));
                            return ok();
                          }));
        return positions;
      });
}

Result<int64_t> record_trail(store::Database& database, const TrailPosition& position,
                             const std::vector<TrailEvent>& events) {
  HM_CHECK(events.size() <= kMostTrailEvents);
  const std::string doing = "recording the trail of " + position.account_id + " in " + position.region;
  int64_t fresh = 0;
  for (size_t at = 0; at < events.size(); at += kBatch) {
    HM_TRY(const int64_t added,
           database.write(doing, [&](store::Transaction& transaction) -> Result<int64_t> {
             int64_t count = 0;
             for (size_t i = at; i < std::min(events.size(), at + kBatch); ++i) {
               HM_TRY(const bool is_new, add_event(transaction, position, events[i]));
               count += is_new ? 1 : 0;
             }
             return count;
           }));
    fresh += added;
  }
  // The position last: a crash before it means that the same is read again.
  HM_DO(database.write(doing, [&](store::Transaction& transaction) {
    if (fresh > 0) transaction.changed("trail", position.account_id + "/" + position.region);
    return write_position(transaction, position);
  }));
  return fresh;
}

}  // namespace hm::inventory
