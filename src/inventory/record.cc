#include "inventory/record.h"

#include <algorithm>
#include <iterator>

namespace hm::inventory {
namespace {

// Rows of one transaction: enough that commits cost little, few enough that nobody waits long for SQLite's
// one writer.
constexpr size_t kBatch = 1000;

Status refuse_stale(store::Reader& reader, const Sweep& sweep) {
  const Place& place = sweep.place;
  HM_TRY(const int64_t last,
         reader.number("select started_at from sweep where account_id = $1 and region = $2 and type = $3 "
                       "and outcome <> 'pending'",
                       {place.account_id, place.region, place.type}));
  if (last > to_micros(sweep.started_at))
    return make_error(ErrorKind::conflict, "stale_sweep",
                      "a sweep of the same place that began later is recorded");
  return ok();
}

struct Absent {
  std::vector<Known> gone;
  std::vector<Known> missing;
};

// What an ok sweep did not see: gone where AWS says so when asked by id, or where the sweep before lacked it
// too.
Absent judge_absent(const KnownPlace& known, const RecordOptions& options) {
  Absent absent;
  std::vector<std::string> asked;
  for (const auto& [key, one] : known)
    if (!one.seen && !one.gone_at.has_value()) asked.push_back(key);
  std::sort(asked.begin(), asked.end());
  std::set<std::string> confirmed;
  if (options.confirm_gone != nullptr && !asked.empty()) {
    const size_t few = std::min(asked.size(), kMostConfirmed);
    confirmed = options.confirm_gone({asked.begin(), asked.begin() + static_cast<ptrdiff_t>(few)});
  }
  for (const std::string& key : asked) {
    const Known& one = known.at(key);
    if (confirmed.contains(key) || one.missing_since.has_value()) {
      absent.gone.push_back(one);
    } else {
      absent.missing.push_back(one);
    }
  }
  return absent;
}

// f(transaction, part of rows), each part in a transaction of its own.
template <class T, class F>
Status in_batches(store::Database& database, const std::vector<T>& rows, const std::string& doing, F&& f) {
  for (size_t at = 0; at < rows.size(); at += kBatch) {
    const std::vector<T> part(rows.begin() + static_cast<ptrdiff_t>(at),
                              rows.begin() + static_cast<ptrdiff_t>(std::min(rows.size(), at + kBatch)));
    HM_DO(database.write(doing,
                         [&](store::Transaction& transaction) -> Status { return f(transaction, part); }));
  }
  return ok();
}

}  // namespace

Inventory::Inventory(store::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

Result<SweepCounts> Inventory::record(const Sweep& sweep, std::vector<Observed> items,
                                      const RecordOptions& options) {
  const std::string doing =
      "recording " + sweep.place.type + " of " + sweep.place.account_id + " in " + sweep.place.region;
  SweepCounts counts;
  HM_TRY(KnownPlace known, database_.read(doing, [&](store::Reader& reader) -> Result<KnownPlace> {
    HM_DO(refuse_stale(reader, sweep));
    return read_known(reader, sweep.place);
  }));
  Planner planner(sweep, options);
  for (size_t at = 0; at < items.size(); at += kBatch) {
    const auto from = items.begin() + static_cast<ptrdiff_t>(at);
    const auto to = items.begin() + static_cast<ptrdiff_t>(std::min(items.size(), at + kBatch));
    std::vector<Observed> part(std::make_move_iterator(from), std::make_move_iterator(to));
    OldStates old_states;
    if (needs_old_states(known, part)) {
      HM_TRY(old_states, database_.read(doing, [&](store::Reader& reader) {
        return read_old_states(reader, known, part);
      }));
    }
    const std::vector<Write> writes = planner.plan(known, std::move(part), old_states, counts);
    if (writes.empty()) continue;
    HM_DO(database_.write(
        doing, [&](store::Transaction& transaction) { return write_batch(transaction, sweep, writes); }));
  }
  Absent absent;
  if (sweep.outcome == Outcome::ok) absent = judge_absent(known, options);
  HM_DO(in_batches(database_, absent.gone, doing,
                   [&](store::Transaction& transaction, const std::vector<Known>& part) {
                     return write_gone(transaction, sweep, part);
                   }));
  HM_DO(in_batches(database_, absent.missing, doing,
                   [&](store::Transaction& transaction, const std::vector<Known>& part) {
                     return write_missing(transaction, sweep, part);
                   }));
  HM_DO(database_.write(
      doing, [&](store::Transaction& transaction) { return write_sweep(transaction, sweep, counts.seen); }));
  counts.gone = static_cast<int64_t>(absent.gone.size());
  counts.missing = static_cast<int64_t>(absent.missing.size());
  return counts;
}

Status Inventory::plan(const std::vector<Place>& places) {
  const std::string doing = "noting which places are to be swept";
  std::set<Place> known;
  HM_DO(database_.read(doing, [&](store::Reader& reader) {
    known.clear();
    return reader.each("select account_id, region, type from sweep", {},
                       [&](const store::Row& row) -> Status {
                         known.insert({row.string(0), row.string(1), row.string(2)});
                         return ok();
                       });
  }));
  std::vector<Place> fresh;
  for (const Place& place : places)
    if (known.insert(place).second) fresh.push_back(place);
  return in_batches(database_, fresh, doing,
                    [&](store::Transaction& transaction, const std::vector<Place>& part) {
                      return write_pending(transaction, part, clock_.now());
                    });
}

Status Inventory::drop(const Place& place) {
  return database_.write("dropping a place", [&](store::Transaction& transaction) -> Status {
    HM_TRY(const int64_t dropped,
           transaction.execute("delete from sweep where account_id = $1 and region = $2 and type = $3",
                               {place.account_id, place.region, place.type}));
    if (dropped > 0) transaction.changed("sweep", place_id(place));
    return ok();
  });
}

Status Inventory::ping() {
  return database_.read("asking whether the store answers", [](store::Reader& reader) -> Status {
    HM_TRY([[maybe_unused]] const int64_t one, reader.number("select 1"));
    return ok();
  });
}

Result<std::map<std::string, std::map<std::string, Time>>> Inventory::part_times(const Place& place) {
  std::map<std::string, std::map<std::string, Time>> times;
  PayloadCodec codec;
  HM_DO(database_.read("reading the times of details", [&](store::Reader& reader) {
    return reader.each(
        "select r.key, v.payload from resource r join resource_version v on v.id = r.version_id "
        "where r.account_id = $1 and r.place_region = $2 and r.type = $3 and r.gone_at is null",
        {place.account_id, place.region, place.type}, [&](const store::Row& row) -> Status {
          HM_TRY(const Json json, codec.unpack(row.text(1)));
          times[row.string(0)] = state_from(json).read_at;
          return ok();
        });
  }));
  return times;
}

}  // namespace hm::inventory
