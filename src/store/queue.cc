#include "store/queue.h"

#include <algorithm>
#include <tuple>

#include "base/crypto.h"

namespace hm::store {
namespace {

constexpr int kMostLeased = 100;
constexpr size_t kMostErrorBytes = 2000;

Time later(Time now, int64_t attempts, std::optional<std::chrono::seconds> retry_after) {
  std::chrono::seconds delay = kFirstDelay;
  for (int64_t i = 1; i < attempts && delay < kLongestDelay; ++i) delay *= 2;
  delay = std::min(delay, kLongestDelay);
  if (retry_after.has_value()) delay = std::max(delay, *retry_after);
  return now + delay;
}

}  // namespace

Queue::Queue(Database& database, QueueTable table)
    : database_(database), table_(table == QueueTable::job ? "job" : "outbox") {}

Result<std::optional<std::string>> Queue::put(Transaction& transaction, const NewItem& item) {
  HM_TRY(const int64_t held,
         transaction.number("select count(*) from " + table_ + " where kind = $1 and state <> 'dead'",
                            {item.kind}));
  if (held >= kMostItems)
    return make_error(ErrorKind::exhausted, "queue_full", "too many items of " + item.kind + " are waiting");
  const std::string id = random_uuid();
  const Time now = database_.clock().now();
  HM_TRY(const int64_t added,
         transaction.execute(
             "insert into " + table_ +
                 " (id, kind, dedup, payload, state, run_at, created_at, attempts, max_attempts, "
                 "lease) values ($1, $2, $3, $4, 'waiting', $5, $6, 0, $7, 0) on conflict do nothing",
             {id, item.kind, item.dedup.empty() ? Value() : Value(item.dedup), item.payload,
              item.run_at.value_or(now), now, std::max<int64_t>(item.max_attempts, 1)}));
  if (added == 0) return std::optional<std::string>();
  return std::optional<std::string>(id);
}

Result<std::vector<Item>> Queue::lease(std::string_view kind, std::string_view worker, int limit,
                                       std::chrono::seconds duration) {
  const Time now = database_.clock().now();
  const std::string due =
      "kind = $1 and ((state = 'waiting' and run_at <= $2) or (state = 'running' and lease_until <= $2))";
  // PostgreSQL's workers step over rows that another is taking at this moment; SQLite's take turns anyway.
  const std::string skip = database_.dialect() == Dialect::postgres ? " for update skip locked" : "";
  return database_.write("leasing " + table_, [&](Transaction& transaction) -> Result<std::vector<Item>> {
    HM_DO(transaction.run(
        "update " + table_ +
            " set state = 'dead', dedup = null, error = coalesce(error, 'its worker vanished') where " + due +
            " and attempts >= max_attempts",
        {kind, now}));
    HM_TRY(auto items,
           transaction.all(
               "update " + table_ +
                   " set state = 'running', attempts = attempts + 1, lease = lease + 1, "
                   "lease_until = $3, worker = $4 where id in (select id from " +
                   table_ + " where " + due + " order by run_at, id limit $5" + skip +
                   ") returning id, kind, payload, attempts, lease, lease_until, run_at",
               {kind, now, now + duration, worker, std::clamp(limit, 1, kMostLeased)}, [](const Row& row) {
                 return std::pair(row.integer(6), Item{row.string(0), row.string(1), row.string(2),
                                                       row.integer(3), row.integer(4), row.time(5)});
               }));
    // RETURNING promises no order.
    std::sort(items.begin(), items.end(), [](const auto& a, const auto& b) {
      return std::tie(a.first, a.second.id) < std::tie(b.first, b.second.id);
    });
    std::vector<Item> leased;
    for (auto& [run_at, item] : items) leased.push_back(std::move(item));
    return leased;
  });
}

Status Queue::finish(const Item& item, std::string_view doing, std::string_view sql, Params params) {
  params.insert(params.begin(), {Value(item.id), Value(item.lease)});
  return database_.write(doing, [&](Transaction& transaction) -> Status {
    HM_TRY(const int64_t changed,
           transaction.execute(std::string(sql) + " where id = $1 and lease = $2 and state = 'running'",
                               params));
    if (changed == 1) return ok();
    return make_error(ErrorKind::conflict, "lease_lost", "the item has been handed to somebody else");
  });
}

Status Queue::renew(const Item& item, std::chrono::seconds duration) {
  return finish(item, "renewing a lease", "update " + table_ + " set lease_until = $3",
                {database_.clock().now() + duration});
}

Status Queue::complete(const Item& item) {
  return finish(item, "completing an item", "delete from " + table_, {});
}

Status Queue::fail(const Item& item, const Error& why, std::optional<std::chrono::seconds> retry_after) {
  const Time now = database_.clock().now();
  return finish(item, "failing an item",
                "update " + table_ +
                    " set state = case when attempts >= max_attempts then 'dead' else 'waiting' end, "
                    "dedup = case when attempts >= max_attempts then null else dedup end, "
                    "run_at = $3, error = $4, lease_until = null, worker = null",
                {later(now, item.attempts, retry_after), why.text().substr(0, kMostErrorBytes)});
}

Result<QueueCounts> Queue::counts(std::string_view kind) {
  return database_.read("counting " + table_, [&](Reader& reader) -> Result<QueueCounts> {
    QueueCounts counts;
    HM_DO(reader.each("select state, count(*) from " + table_ + " where kind = $1 group by state", {kind},
                      [&](const Row& row) -> Status {
                        if (row.text(0) == "waiting") counts.waiting = row.integer(1);
                        if (row.text(0) == "running") counts.running = row.integer(1);
                        if (row.text(0) == "dead") counts.dead = row.integer(1);
                        return ok();
                      }));
    return counts;
  });
}

Result<int64_t> Queue::drop_dead(Time before) {
  return database_.write("dropping dead items", [&](Transaction& transaction) {
    return transaction.execute("delete from " + table_ + " where state = 'dead' and run_at < $1", {before});
  });
}

}  // namespace hm::store
