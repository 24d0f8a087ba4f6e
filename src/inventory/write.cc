// The SQL of a sweep.
#include <algorithm>

#include "inventory/network.h"
#include "inventory/record.h"

namespace hm::inventory {
namespace {

using store::Params;

constexpr int64_t kHistoryPerPlace = 50;
constexpr int64_t kSpansPerPlace = 500;

std::string_view kind_of(Step step) {
  switch (step) {
    case Step::create:
      return "created";
    case Step::give_back:
      return "returned";
    default:
      return "changed";
  }
}

Error concurrent() {
  return make_error(ErrorKind::conflict, "concurrent_sweep",
                    "another process recorded the same place meanwhile; the next sweep mends it");
}

int64_t missing_since(const Known& known) {
  return known.missing_since ? to_micros(*known.missing_since) : 0;
}

// Sum of rows changed must be one each: fewer means that somebody else changed the rows since they were read.
Status run_each(store::Transaction& transaction, std::string_view sql, const std::vector<Params>& rows) {
  if (rows.empty()) return ok();
  HM_TRY(const int64_t changed, transaction.execute_many(sql, rows));
  if (changed != static_cast<int64_t>(rows.size())) return concurrent();
  return ok();
}

Status run_any(store::Transaction& transaction, std::string_view sql, const std::vector<Params>& rows) {
  if (rows.empty()) return ok();
  HM_TRY([[maybe_unused]] int64_t changed, transaction.execute_many(sql, rows));
  return ok();
}

std::string label_of(const Write& write) { return write.state.name.empty() ? write.key : write.state.name; }

Params resource_columns(const Place& place, const Write& write, int64_t version, int64_t version_id) {
  Network network = network_of(place.type, write.key, write.state.relations);
  return {write.before.number,
          write.state.region,
          write.state.arn,
          write.state.name,
          label_of(write),
          write.state.state,
          write.state.created_at,
          version,
          version_id,
          write.hash,
          write.stored_hash,
          to_json(tags_json(write.state.tags)),
          to_json(unknown_json(write.state.unknown)),
          std::move(network.vpc),
          std::move(network.subnet),
          network.subnets};
}

// Ids of new versions are handed out here, since the rows that refer to each other are sent in bulk.
// PostgreSQL's sequence lets places be recorded side by side; SQLite has one writer anyway.
Result<std::vector<int64_t>> reserve_versions(store::Transaction& transaction, size_t count) {
  if (transaction.dialect() == store::Dialect::postgres)
    return transaction.all(
        "select nextval(pg_get_serial_sequence('resource_version', 'id')) from generate_series(1, cast($1 as "
        "bigint))",
        {count}, [](const store::Row& row) { return row.integer(0); });
  HM_TRY(int64_t id, transaction.number("select seq from sqlite_sequence where name = 'resource_version'"));
  std::vector<int64_t> ids(count);
  for (int64_t& one : ids) one = ++id;
  return ids;
}

// When a resource was last seen as it was: by the latest ok sweep of its place, or asked for by id after it.
std::optional<Time> seen_before(const std::optional<Time>& swept, const Known& known) {
  return swept && known.looked_at ? std::max(swept, known.looked_at) : swept;
}

// When the place was last seen as it was: by its latest ok sweep so far.
Result<std::optional<Time>> seen_before(store::Reader& reader, const Place& place) {
  HM_TRY(const auto at,
         reader.one("select ok_at from sweep where account_id = $1 and region = $2 and type = $3",
                    {place.account_id, place.region, place.type},
                    [](const store::Row& row) { return row.maybe_time(0); }));
  return at.value_or(std::nullopt);
}

Status write_versions(store::Transaction& transaction, const Sweep& sweep,
                      const std::vector<const Write*>& writes, const std::vector<int64_t>& ids) {
  HM_TRY(const auto before, seen_before(transaction, sweep.place));
  std::vector<Params> ended;
  std::vector<Params> begun;
  for (size_t i = 0; i < writes.size(); ++i) {
    const Write& write = *writes[i];
    if (write.step != Step::create) ended.push_back({sweep.started_at, write.before.version_id});
    begun.push_back({ids[i], write.before.number, write.before.version + 1, kind_of(write.step),
                     sweep.started_at, store::Blob{write.payload}, seen_before(before, write.before)});
  }
  HM_DO(run_each(transaction, "update resource_version set valid_to = $1 where id = $2 and valid_to is null",
                 ended));
  return run_each(
      transaction,
      "insert into resource_version (id, resource_id, version, kind, valid_from, valid_to, payload, "
      "seen_before) values ($1, $2, $3, $4, $5, null, $6, $7)",
      begun);
}

Status write_resources(store::Transaction& transaction, const Sweep& sweep,
                       const std::vector<const Write*>& writes, const std::vector<int64_t>& ids) {
  std::vector<Params> created;
  std::vector<Params> updated;
  for (size_t i = 0; i < writes.size(); ++i) {
    const Write& write = *writes[i];
    Params columns = resource_columns(sweep.place, write, write.before.version + 1, ids[i]);
    if (write.step == Step::create) {
      columns.insert(columns.end(), {sweep.place.account_id, sweep.place.region, sweep.place.type, write.key,
                                     sweep.started_at});
      created.push_back(std::move(columns));
    } else {
      columns.emplace_back(write.before.version);
      updated.push_back(std::move(columns));
    }
  }
  HM_DO(run_each(
      transaction,
      "insert into resource (id, region, arn, name, label, state, created_at, version, version_id, hash, "
      "stored_hash, tags, unknown, vpc, subnet, subnets, account_id, place_region, type, key, first_seen) "
      "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, "
      "$21)",
      created));
  return run_each(
      transaction,
      "update resource set region = $2, arn = $3, name = $4, label = $5, state = $6, created_at = $7, "
      "version = $8, version_id = $9, hash = $10, stored_hash = $11, tags = $12, unknown = $13, vpc = $14, "
      "subnet = $15, subnets = $16, gone_at = null, missing_since = null where id = $1 and version = $17",
      updated);
}

// The same version with other contents: volatile parts, readings, what is unknown.
Status write_touched(store::Transaction& transaction, const Sweep& sweep,
                     const std::vector<const Write*>& writes) {
  std::vector<Params> rows;
  std::vector<Params> payloads;
  for (const Write* write : writes) {
    Params columns = resource_columns(sweep.place, *write, write->before.version, write->before.version_id);
    columns.emplace_back(write->before.version);
    rows.push_back(std::move(columns));
    payloads.push_back({store::Blob{write->payload}, write->before.version_id});
  }
  HM_DO(run_each(
      transaction,
      "update resource set region = $2, arn = $3, name = $4, label = $5, state = $6, created_at = $7, "
      "version = $8, version_id = $9, hash = $10, stored_hash = $11, tags = $12, unknown = $13, vpc = $14, "
      "subnet = $15, subnets = $16, missing_since = null where id = $1 and version = $17",
      rows));
  return run_each(transaction, "update resource_version set payload = $1 where id = $2", payloads);
}

Status write_details(store::Transaction& transaction, const std::vector<Write>& writes) {
  std::vector<Params> old;
  std::vector<Params> tags;
  std::vector<Params> relations;
  for (const Write& write : writes) {
    if (write.step != Step::create) old.push_back({write.before.number});
    for (const auto& [key, value] : write.state.tags) tags.push_back({write.before.number, key, value});
    for (const ObservedRelation& relation : write.state.relations)
      relations.push_back({write.before.number, relation.name, relation.type, relation.target});
  }
  HM_DO(run_any(transaction, "delete from tag where resource_id = $1", old));
  HM_DO(run_any(transaction, "delete from relation where resource_id = $1", old));
  HM_DO(run_any(transaction, "insert into tag (resource_id, key, value) values ($1, $2, $3)", tags));
  // A document may name the same target twice.
  return run_any(transaction,
                 "insert into relation (resource_id, name, type, target) values ($1, $2, $3, $4) "
                 "on conflict (resource_id, name, type, target) do nothing",
                 relations);
}

}  // namespace

Status write_batch(store::Transaction& transaction, const Sweep& sweep, const std::vector<Write>& writes) {
  std::vector<const Write*> versions;
  std::vector<const Write*> touched;
  for (const Write& write : writes) (write.step == Step::touch ? touched : versions).push_back(&write);
  if (!versions.empty()) {
    HM_TRY(const auto ids, reserve_versions(transaction, versions.size()));
    HM_DO(write_resources(transaction, sweep, versions, ids));
    HM_DO(write_versions(transaction, sweep, versions, ids));
  }
  HM_DO(write_touched(transaction, sweep, touched));
  HM_DO(write_details(transaction, writes));
  for (const Write& write : writes) transaction.changed("resource", resource_id(write.before.number));
  return ok();
}

Status write_gone(store::Transaction& transaction, const Sweep& sweep, const std::vector<Known>& gone) {
  if (gone.empty()) return ok();
  HM_TRY(const auto ids, reserve_versions(transaction, gone.size()));
  HM_TRY(const auto before, seen_before(transaction, sweep.place));
  std::vector<Params> resources;
  std::vector<Params> ended;
  std::vector<Params> versions;
  for (size_t i = 0; i < gone.size(); ++i) {
    const Known& known = gone[i];
    const int64_t id = ids[i];
    // Who saw it meanwhile and changed nothing of it has made no version, but it is missing no more.
    resources.push_back(
        {known.number, sweep.started_at, known.version + 1, id, known.version, missing_since(known)});
    ended.push_back({sweep.started_at, known.version_id});
    // Of what was missing before, the latest ok sweep has not seen it either.
    const auto seen = known.missing_since ? std::optional<Time>() : seen_before(before, known);
    versions.push_back({id, known.number, known.version + 1, "gone", sweep.started_at, seen});
    transaction.changed("resource", resource_id(known.number));
  }
  HM_DO(run_each(transaction,
                 "update resource set gone_at = $2, missing_since = null, version = $3, version_id = $4 "
                 "where id = $1 and version = $5 and coalesce(missing_since, 0) = $6",
                 resources));
  HM_DO(run_each(transaction, "update resource_version set valid_to = $1 where id = $2 and valid_to is null",
                 ended));
  return run_each(
      transaction,
      "insert into resource_version (id, resource_id, version, kind, valid_from, valid_to, payload, "
      "seen_before) values ($1, $2, $3, $4, $5, null, null, $6)",
      versions);
}

Status write_missing(store::Transaction& transaction, const Sweep& sweep, const std::vector<Known>& missing) {
  std::vector<Params> rows;
  rows.reserve(missing.size());
  for (const Known& known : missing)
    rows.push_back({sweep.started_at, known.number, known.version, missing_since(known)});
  return run_each(transaction,
                  "update resource set missing_since = $1 where id = $2 and version = $3 and "
                  "coalesce(missing_since, 0) = $4",
                  rows);
}

namespace {

std::string error_text(const Sweep& sweep) {
  if (sweep.outcome == Outcome::ok) return "{}";
  JsonObject notes;
  for (const auto& [key, value] : sweep.error.notes) notes[key] = value;
  return to_json(JsonObject{{"kind", to_string(sweep.error.kind)},
                            {"code", sweep.error.code},
                            {"message", sweep.error.text()},
                            {"notes", std::move(notes)}});
}

// What the sweep before this one left.
struct Before {
  std::string outcome;
  Time started_at;
  std::string code;  // of the error
};

Before read_before(const store::Row& row) {
  Before before{row.string(0), row.time(1), {}};
  if (const auto error = parse_json(row.text(2))) before.code = member_text(*error, "code");
  return before;
}

// The span of unbroken success that this sweep goes on with, begins, or leaves to end.
Status write_span(store::Transaction& transaction, const Sweep& sweep, bool unbroken) {
  const Place& place = sweep.place;
  if (unbroken) {
    HM_TRY(const int64_t extended,
           transaction.execute(
               "update sweep_span set ok_to = $4 where account_id = $1 and region = $2 and type = $3 "
               "and ok_from = (select max(ok_from) from sweep_span where account_id = $1 and region = $2 "
               "and type = $3)",
               {place.account_id, place.region, place.type, sweep.started_at}));
    if (extended == 1) return ok();
  }
  HM_DO(transaction.run(
      "insert into sweep_span (account_id, region, type, ok_from, ok_to) values ($1, $2, $3, $4, $4) "
      "on conflict (account_id, region, type, ok_from) do nothing",
      {place.account_id, place.region, place.type, sweep.started_at}));
  return transaction.run(
      "delete from sweep_span where account_id = $1 and region = $2 and type = $3 and ok_from < (select "
      "ok_from from "
      "sweep_span where account_id = $1 and region = $2 and type = $3 order by ok_from desc limit 1 offset "
      "$4)",
      {place.account_id, place.region, place.type, kSpansPerPlace - 1});
}

}  // namespace

Status write_sweep(store::Transaction& transaction, const Sweep& sweep, int64_t seen,
                   std::optional<std::chrono::microseconds> longest_pause) {
  const Place& place = sweep.place;
  const bool fine = sweep.outcome == Outcome::ok;
  HM_TRY(const auto before, transaction.one("select outcome, started_at, error from sweep where account_id = "
                                            "$1 and region = $2 and type = $3",
                                            {place.account_id, place.region, place.type}, read_before));
  const bool unbroken = before && before->outcome == "ok" &&
                        (!longest_pause || sweep.started_at - before->started_at <= *longest_pause);
  const std::optional<Time> ok_at = fine ? std::optional(sweep.started_at) : std::nullopt;
  const std::optional<int64_t> ok_count = fine ? std::optional(seen) : std::nullopt;
  HM_TRY(const int64_t written,
         transaction.execute(
             "insert into sweep (account_id, region, type, outcome, error, started_at, duration_us, calls, "
             "ok_at, "
             "ok_count) "
             "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (account_id, region, type) do "
             "update set "
             "outcome = excluded.outcome, error = excluded.error, started_at = excluded.started_at, "
             "duration_us = excluded.duration_us, calls = excluded.calls, ok_at = coalesce(excluded.ok_at, "
             "sweep.ok_at), "
             "ok_count = coalesce(excluded.ok_count, sweep.ok_count) "
             "where sweep.started_at <= excluded.started_at or sweep.outcome = 'pending'",
             {place.account_id, place.region, place.type, to_string(sweep.outcome), error_text(sweep),
              sweep.started_at, sweep.duration.count(), sweep.calls, ok_at, ok_count}));
  if (written == 0) return stale();
  HM_DO(
      transaction.run("insert into sweep_history (account_id, region, type, outcome, error_code, started_at, "
                      "duration_us, calls) values ($1, $2, $3, $4, $5, $6, $7, $8)",
                      {place.account_id, place.region, place.type, to_string(sweep.outcome), sweep.error.code,
                       sweep.started_at, sweep.duration.count(), sweep.calls}));
  HM_DO(transaction.run(
      "delete from sweep_history where account_id = $1 and region = $2 and type = $3 and id < (select id "
      "from "
      "sweep_history where account_id = $1 and region = $2 and type = $3 order by id desc limit 1 offset $4)",
      {place.account_id, place.region, place.type, kHistoryPerPlace - 1}));
  if (fine) HM_DO(write_span(transaction, sweep, unbroken));
  transaction.changed("sweep", place_id(place));
  const bool same =
      fine ? unbroken
           : before && before->outcome == to_string(sweep.outcome) && before->code == sweep.error.code;
  if (!same) transaction.changed("outcome", place_id(place));
  return ok();
}

void outcome_changed(store::Transaction& transaction, const Place& place) {
  for (const char* noun : {"sweep", "outcome"}) transaction.changed(noun, place_id(place));
}

Status write_left_out(store::Transaction& transaction, const std::vector<Place>& places, Time now) {
  const std::string why = to_json(JsonObject{
      {"kind", "unavailable"},
      {"code", kLeftOut},
      {"message", "the configuration leaves the type out for this account (types): it is not asked for"},
      {"notes", JsonObject{}}});
  for (const Place& place : places) {
    HM_TRY(const int64_t written,
           transaction.execute(
               "insert into sweep (account_id, region, type, outcome, error, started_at, duration_us, "
               "calls) values ($1, $2, $3, $4, $5, $6, 0, 0) on conflict (account_id, region, type) do "
               "update set outcome = excluded.outcome, error = excluded.error, started_at = "
               "excluded.started_at, duration_us = 0, calls = 0 where sweep.error <> excluded.error",
               {place.account_id, place.region, place.type, to_string(Outcome::skipped), why, now}));
    if (written == 0) continue;
    outcome_changed(transaction, place);
  }
  return ok();
}

Status write_forgotten(store::Transaction& transaction, const std::vector<Place>& places) {
  for (const Place& place : places) {
    HM_TRY(
        const int64_t forgotten,
        transaction.execute("delete from sweep where account_id = $1 and region = $2 and type = $3 and ok_at "
                            "is null and outcome <> 'skipped'",
                            {place.account_id, place.region, place.type}));
    if (forgotten == 0) continue;
    outcome_changed(transaction, place);
  }
  return ok();
}

Status write_pending(store::Transaction& transaction, const std::vector<Place>& places, Time now) {
  const std::string why = to_json(JsonObject{{"kind", "unavailable"},
                                             {"code", "not_swept"},
                                             {"message", "no sweep has reached it so far"},
                                             {"notes", JsonObject{}}});
  std::vector<Params> rows;
  for (const Place& place : places) {
    rows.push_back({place.account_id, place.region, place.type, to_string(Outcome::pending), why, now});
    outcome_changed(transaction, place);
  }
  // Another process may have swept one meanwhile: what it saw stays.
  return run_any(
      transaction,
      "insert into sweep (account_id, region, type, outcome, error, started_at, duration_us, calls) "
      "values ($1, $2, $3, $4, $5, $6, 0, 0) on conflict (account_id, region, type) do nothing",
      rows);
}

}  // namespace hm::inventory
