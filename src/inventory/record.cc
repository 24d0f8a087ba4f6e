#include "inventory/record.h"

#include <algorithm>
#include <iterator>

namespace hm::inventory {
namespace {

// Rows of one transaction: enough that commits cost little, few enough that nobody waits long for SQLite's
// one writer.
constexpr size_t kBatch = 1000;

constexpr std::string_view kLastSweepSql =
    "select started_at from sweep where account_id = $1 and region = $2 and type = $3 "
    "and outcome <> 'pending'";

Status refuse_stale(store::Reader& reader, const Sweep& sweep, const std::string& sql) {
  const Place& place = sweep.place;
  HM_TRY(const int64_t last, reader.number(sql, {place.account_id, place.region, place.type}));
  if (last > to_micros(sweep.started_at)) return stale();
  return ok();
}

// f(transaction) in a transaction in which no later sweep of the place is recorded, nor will be before it
// ends: another process may have been quicker since the last one.
template <class F>
Status write_unless_stale(store::Database& database, const Sweep& sweep, const std::string& doing, F&& f) {
  return database.write(doing, [&](store::Transaction& transaction) -> Status {
    // SQLite has one writer anyway.
    const bool locks = transaction.dialect() == store::Dialect::postgres;
    HM_DO(refuse_stale(transaction, sweep, std::string(kLastSweepSql) + (locks ? " for update" : "")));
    return f(transaction);
  });
}

struct Absent {
  std::vector<Known> gone;
  std::vector<Known> missing;
};

// What an ok sweep did not see: gone where AWS says so when asked by id, or where the sweep before lacked it
// too.
Absent judge_absent(const Sweep& sweep, const KnownPlace& known, const RecordOptions& options) {
  Absent absent;
  std::vector<std::string> asked;
  for (const auto& [key, one] : known)
    if (!one.seen && !one.gone_at.has_value() && !knows_better(one, sweep)) asked.push_back(key);
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

// f(part of rows) for each part.
template <class T, class F>
Status in_batches(const std::vector<T>& rows, F&& f) {
  for (size_t at = 0; at < rows.size(); at += kBatch) {
    const std::vector<T> part(rows.begin() + static_cast<ptrdiff_t>(at),
                              rows.begin() + static_cast<ptrdiff_t>(std::min(rows.size(), at + kBatch)));
    HM_DO(f(part));
  }
  return ok();
}

}  // namespace

Error stale() {
  return make_error(ErrorKind::conflict, "stale_sweep",
                    "a sweep of the same place that began later is recorded");
}

Inventory::Inventory(store::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

Result<SweepCounts> Inventory::record(const Sweep& sweep, std::vector<Observed> items,
                                      const RecordOptions& options) {
  const std::string doing =
      "recording " + sweep.place.type + " of " + sweep.place.account_id + " in " + sweep.place.region;
  SweepCounts counts;
  HM_TRY(KnownPlace known, database_.read(doing, [&](store::Reader& reader) -> Result<KnownPlace> {
    HM_DO(refuse_stale(reader, sweep, std::string(kLastSweepSql)));
    return read_known(reader, sweep.place);
  }));
  const auto write = [&](auto&& f) { return write_unless_stale(database_, sweep, doing, f); };
  PayloadCodec codec(database_);
  Planner planner(sweep, options, codec);
  for (size_t at = 0; at < items.size(); at += kBatch) {
    const auto from = items.begin() + static_cast<ptrdiff_t>(at);
    const auto to = items.begin() + static_cast<ptrdiff_t>(std::min(items.size(), at + kBatch));
    std::vector<Observed> part(std::make_move_iterator(from), std::make_move_iterator(to));
    HM_TRY(const OldStates old_states, database_.read(doing, [&](store::Reader& reader) -> Result<OldStates> {
      HM_DO(read_returning(reader, sweep.place, part, known));
      return read_old_states(reader, codec, known, part);
    }));
    const std::vector<Write> writes = planner.plan(known, std::move(part), old_states, counts);
    if (writes.empty()) continue;
    HM_DO(write([&](store::Transaction& transaction) { return write_batch(transaction, sweep, writes); }));
  }
  Absent absent;
  if (sweep.outcome == Outcome::ok) absent = judge_absent(sweep, known, options);
  HM_DO(in_batches(absent.gone, [&](const std::vector<Known>& part) {
    return write([&](store::Transaction& transaction) { return write_gone(transaction, sweep, part); });
  }));
  HM_DO(in_batches(absent.missing, [&](const std::vector<Known>& part) {
    return write([&](store::Transaction& transaction) { return write_missing(transaction, sweep, part); });
  }));
  HM_DO(write([&](store::Transaction& transaction) {
    return write_sweep(transaction, sweep, counts.seen, options.longest_pause);
  }));
  counts.gone = static_cast<int64_t>(absent.gone.size());
  counts.missing = static_cast<int64_t>(absent.missing.size());
  return counts;
}

Result<Looked> Inventory::record(Look look, const RecordOptions& options) {
  const std::string doing = "recording " + look.place.type + " " + look.key + " of " + look.place.account_id;
  Sweep sweep;
  sweep.place = look.place;
  sweep.started_at = look.started_at;
  KnownPlace known;
  std::vector<Observed> items;
  PayloadCodec codec(database_);
  if (look.item) items.push_back(std::move(*look.item));
  HM_TRY(const OldStates old_states, database_.read(doing, [&](store::Reader& reader) -> Result<OldStates> {
    known.clear();
    HM_DO(refuse_stale(reader, sweep, std::string(kLastSweepSql)));
    HM_DO(read_one(reader, look.place, look.key, known));
    return read_old_states(reader, codec, known, items);
  }));
  const auto before = known.find(look.key);
  const bool was = before != known.end() && !before->second.gone_at;
  if (before != known.end() && before->second.looked_at && *before->second.looked_at >= look.started_at)
    return stale();
  if (items.empty() && !was) return before == known.end() ? Looked::nowhere : Looked::unchanged;
  const std::vector<Known> gone = items.empty() ? std::vector{before->second} : std::vector<Known>{};
  SweepCounts counts;
  const auto writes = Planner(sweep, options, codec).plan(known, std::move(items), old_states, counts);
  const int64_t number = resource_number(look.place, look.key);
  const auto write = [&](store::Transaction& transaction) -> Status {
    if (!writes.empty()) HM_DO(write_batch(transaction, sweep, writes));
    HM_DO(write_gone(transaction, sweep, gone));
    return transaction.run("update resource set looked_at = $1 where id = $2", {look.started_at, number});
  };
  HM_DO(write_unless_stale(database_, sweep, doing, write));
  if (!gone.empty()) return Looked::gone;
  if (counts.created + counts.returned > 0) return Looked::created;
  return counts.changed > 0 ? Looked::changed : Looked::unchanged;
}

Result<std::vector<NamedKey>> Inventory::keys_named(const std::string& account_id, const std::string& region,
                                                    const std::vector<std::string>& types,
                                                    const std::vector<std::string>& texts) {
  std::vector<NamedKey> found;
  if (types.empty() || texts.empty()) return found;
  store::Params params = {account_id, region};
  const auto list_of = [&](const std::vector<std::string>& values) {
    std::string list;
    for (const std::string& value : values) {
      params.emplace_back(value);
      list += (list.empty() ? "$" : ", $") + std::to_string(params.size());
    }
    return list;
  };
  const std::string among = list_of(types);
  const std::string named = list_of(texts);
  // Two questions, each answered by an index of its own.
  const std::string sql =
      "select type, key, arn from resource where account_id = $1 and place_region in ($2, 'global') and type "
      "in (" +
      among + ") and ";
  const auto take = [&](const store::Row& row) -> Status {
    found.push_back({row.string(0), row.string(1), row.string(2)});
    return ok();
  };
  const auto ask = [&](store::Reader& reader) -> Status {
    found.clear();
    for (const char* column : {"key", "arn"})
      HM_DO(reader.each(sql + column + " in (" + named + ")", params, take));
    return ok();
  };
  HM_DO(database_.read("finding what an event names", ask));
  return found;
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
  return in_batches(fresh, [&](const std::vector<Place>& part) {
    return database_.write(doing, [&](store::Transaction& transaction) {
      return write_pending(transaction, part, clock_.now());
    });
  });
}

Status Inventory::leave_out(const std::vector<Place>& places) {
  return in_batches(places, [&](const std::vector<Place>& part) {
    return database_.write("noting which places are left out", [&](store::Transaction& transaction) {
      return write_left_out(transaction, part, clock_.now());
    });
  });
}

Status Inventory::forget_unread(const std::vector<Place>& places) {
  return in_batches(places, [&](const std::vector<Place>& part) {
    return database_.write("forgetting places that nobody looks at", [&](store::Transaction& transaction) {
      return write_forgotten(transaction, part);
    });
  });
}

Status Inventory::drop(const Place& place) {
  return database_.write("dropping a place", [&](store::Transaction& transaction) -> Status {
    HM_TRY(const int64_t dropped,
           transaction.execute("delete from sweep where account_id = $1 and region = $2 and type = $3",
                               {place.account_id, place.region, place.type}));
    if (dropped == 0) return ok();
    outcome_changed(transaction, place);
    return ok();
  });
}

Status Inventory::ping() {
  return database_.read("asking whether the store answers", [](store::Reader& reader) -> Status {
    HM_TRY([[maybe_unused]] const int64_t one, reader.number("select 1"));
    return ok();
  });
}

Result<std::map<std::string, PartsRead>> Inventory::parts_read(const Place& place,
                                                               const Fingerprint& fingerprint) {
  std::map<std::string, PartsRead> parts;
  PayloadCodec codec(database_);
  const auto read = [&](store::Reader& reader) -> Status {
    HM_DO(codec.learn(reader));
    return reader.each(
        "select r.key, v.payload from resource r join resource_version v on v.id = r.version_id "
        "where r.account_id = $1 and r.place_region = $2 and r.type = $3 and r.gone_at is null",
        {place.account_id, place.region, place.type}, [&](const store::Row& row) -> Status {
          HM_TRY(Json json, codec.unpack(row.text(1)).context("reading " + row.string(0)));
          State state = state_from(std::move(json));
          for (const auto& [part, why] : state.unknown) state.read_at.erase(part);
          parts[row.string(0)] = {std::move(state.read_at), fingerprint(state.document)};
          return ok();
        });
  };
  HM_DO(database_.read("reading the times of details", read));
  return parts;
}

}  // namespace hm::inventory
