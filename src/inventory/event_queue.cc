#include "inventory/event_queue.h"

#include <algorithm>
#include <set>

#include "inventory/where.h"

namespace hm::inventory {
namespace {

constexpr std::string_view kColumns =
    "url, account_id, region, outcome, code, message, since, asked_at, received_at, event_at, lag_us, "
    "delay_us, "
    "received, looks, coalesced, places, irrelevant, malformed, unrecognized, elsewhere, kept, refusal";

std::optional<int64_t> micros_of(const std::optional<Micros>& duration) {
  return duration ? std::optional<int64_t>(duration->count()) : std::nullopt;
}

std::optional<Micros> maybe_micros(const store::Row& row, size_t column) {
  return row.is_null(column) ? std::nullopt : std::optional(Micros(row.integer(column)));
}

store::Params row_of(const EventQueue& queue) {
  const QueueCounts& counts = queue.counts;
  return {queue.url,         queue.account_id, queue.region,         to_string(queue.outcome),
          queue.code,        queue.message,    queue.since,          queue.asked_at,
          queue.received_at, queue.event_at,   micros_of(queue.lag), micros_of(queue.delay),
          counts.received,   counts.looks,     counts.coalesced,     counts.places,
          counts.nothing,    counts.malformed, counts.unrecognized,  counts.elsewhere,
          counts.kept,       queue.refusal};
}

EventQueue queue_of(const store::Row& row) {
  EventQueue queue;
  queue.url = row.string(0);
  queue.account_id = row.string(1);
  queue.region = row.string(2);
  queue.outcome = outcome_from(row.text(3)).value_or(Outcome::failed);
  queue.code = row.string(4);
  queue.message = row.string(5);
  queue.since = row.time(6);
  queue.asked_at = row.time(7);
  queue.received_at = row.maybe_time(8);
  queue.event_at = row.maybe_time(9);
  queue.lag = maybe_micros(row, 10);
  queue.delay = maybe_micros(row, 11);
  queue.counts = {.received = row.integer(12),
                  .looks = row.integer(13),
                  .coalesced = row.integer(14),
                  .places = row.integer(15),
                  .nothing = row.integer(16),
                  .malformed = row.integer(17),
                  .unrecognized = row.integer(18),
                  .elsewhere = row.integer(19),
                  .kept = row.integer(20)};
  queue.refusal = row.string(21);
  return queue;
}

std::string insert_sql() {
  return "insert into event_queue (" + std::string(kColumns) +
         ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, "
         "$20, $21, $22) on conflict (url) do ";
}

}  // namespace

Status plan_event_queues(store::Database& database, const std::vector<EventQueue>& queues) {
  return database.write("noting the queues of events", [&](store::Transaction& transaction) -> Status {
    HM_TRY(const auto urls, transaction.all("select url from event_queue", {},
                                            [](const store::Row& row) { return row.string(0); }));
    std::set<std::string> known(urls.begin(), urls.end());
    for (const EventQueue& queue : queues) {
      if (known.erase(queue.url) > 0) continue;
      HM_DO(transaction.run(insert_sql() + "nothing", row_of(queue)));
    }
    for (const std::string& url : known)
      HM_DO(transaction.run("delete from event_queue where url = $1", {url}));
    return ok();
  });
}

Status record_event_queue(store::Database& database, const EventQueue& turn) {
  const std::string sql =
      insert_sql() +
      "update set account_id = excluded.account_id, region = excluded.region, outcome = excluded.outcome, "
      "code = excluded.code, message = excluded.message, asked_at = excluded.asked_at, "
      // From when on it is as it is now: a failure of another kind is the same silence.
      "since = case when event_queue.outcome <> 'pending' and (event_queue.outcome = 'ok') = "
      "(excluded.outcome = 'ok') then event_queue.since else excluded.since end, "
      "received_at = coalesce(excluded.received_at, event_queue.received_at), "
      "event_at = coalesce(excluded.event_at, event_queue.event_at), "
      "lag_us = coalesce(excluded.lag_us, event_queue.lag_us), "
      "delay_us = coalesce(excluded.delay_us, event_queue.delay_us), "
      "received = event_queue.received + excluded.received, looks = event_queue.looks + excluded.looks, "
      "coalesced = event_queue.coalesced + excluded.coalesced, places = event_queue.places + "
      "excluded.places, "
      "irrelevant = event_queue.irrelevant + excluded.irrelevant, malformed = event_queue.malformed + "
      "excluded.malformed, "
      "unrecognized = event_queue.unrecognized + excluded.unrecognized, elsewhere = event_queue.elsewhere + "
      "excluded.elsewhere, kept = event_queue.kept + excluded.kept, "
      "refusal = case when excluded.refusal = '' then event_queue.refusal else excluded.refusal end";
  return database.write("recording a queue of events", [&](store::Transaction& transaction) -> Status {
    return transaction.run(sql, row_of(turn));
  });
}

Result<std::vector<EventQueue>> list_event_queues(store::Database& database, const Scope& scope) {
  Where where;
  where.add_scope(scope, "account_id", "region");
  return database.read("listing the queues of events", [&](store::Reader& reader) {
    return reader.all("select " + std::string(kColumns) + " from event_queue" + where.sql() +
                          " order by account_id, region, url",
                      where.params(), queue_of);
  });
}

}  // namespace hm::inventory
