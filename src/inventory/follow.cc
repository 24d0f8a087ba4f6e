#include <set>
#include <unordered_map>

#include "inventory/projection.h"
#include "inventory/stored.h"

namespace hm::inventory {
namespace {

constexpr int kChangesPerStep = 2000;
// Rebuilding and stepping can alternate only while somebody trims the log under us.
constexpr int kMostRebuilds = 3;

constexpr std::string_view kSweepSql =
    "select account_id, region, type, outcome, error, started_at, duration_us, calls, ok_at, ok_count from "
    "sweep";

// Writes what the stored resources and sweeps say.
class RowSink {
 public:
  RowSink(query::Writer& writer, const catalog::Catalog& catalog) : writer_(writer), catalog_(catalog) {}

  Status add(const RowFacts& facts, const State& state) {
    // A type that the catalog no longer has keeps its row in `resource` alone.
    const catalog::ResourceType* type = catalog_.find(facts.place.type);
    HM_DO(writer_.put("resource", facts.number, resource_row(type, facts, state)));
    const bool exists = !facts.gone_at.has_value();
    HM_DO(writer_.put_many("tag", facts.number,
                           exists ? tag_rows(facts, state) : std::vector<store::Params>{}));
    HM_DO(writer_.put_many("relation", facts.number,
                           exists ? relation_rows(facts, state) : std::vector<store::Params>{}));
    if (type == nullptr) return ok();
    if (!exists) return writer_.remove(type->table, facts.number);
    const TypedRows& rows = rows_.try_emplace(type, *type).first->second;
    return writer_.put(type->table, facts.number, rows.row(facts, state));
  }

  Status add_sweep(const store::Row& row) {
    const Place place{row.string(0), row.string(1), row.string(2)};
    return writer_.put("sweep", resource_number(place, ""), sweep_row(place, row));
  }
  Status drop_sweep(const Place& place) { return writer_.remove("sweep", resource_number(place, "")); }

 private:
  query::Writer& writer_;
  const catalog::Catalog& catalog_;
  std::unordered_map<const catalog::ResourceType*, TypedRows> rows_;
};

Status add_sweeps(store::Reader& reader, const std::set<Place>& places, RowSink& sink) {
  for (const Place& place : places) {
    bool exists = false;
    HM_DO(reader.each(std::string(kSweepSql) + " where account_id = $1 and region = $2 and type = $3",
                      {place.account_id, place.region, place.type}, [&](const store::Row& row) {
                        exists = true;
                        return sink.add_sweep(row);
                      }));
    if (!exists) HM_DO(sink.drop_sweep(place));
  }
  return ok();
}

Error moved() {
  return make_error(ErrorKind::conflict, "moved", "another process has brought the query database forward");
}

}  // namespace

Result<int64_t> Follower::step(const std::string& source) {
  HM_TRY(const query::Position position, query_.position());
  if (position.source != source)
    return make_error(ErrorKind::not_found, "trimmed", "the position is of another store");
  HM_TRY(const auto changes, database_.follow(position.seq, kChangesPerStep));
  if (changes.empty()) return int64_t{0};
  const std::set<int64_t> numbers = changed_numbers(changes);
  std::set<Place> places;
  for (const store::Change& change : changes) {
    if (change.noun != "sweep") continue;
    if (auto place = place_from(change.id)) places.insert(std::move(*place));
  }
  // The rows are read after the changes, so they are at least as new; what is newer comes again with its own
  // change.
  const auto apply = [&](store::Reader& reader, RowSink& sink) -> Status {
    StoredResources stored(database_);
    HM_DO(stored.each(reader, numbers,
                      [&](const RowFacts& facts, const State& state) { return sink.add(facts, state); }));
    return add_sweeps(reader, places, sink);
  };
  const auto apply_others = [&](store::Reader& reader, query::Writer& writer) -> Status {
    for (const Addition& addition : additions_) HM_DO(addition.apply(reader, writer, changes));
    return ok();
  };
  const Status written = query_.write([&](query::Writer& writer) -> Status {
    HM_TRY(const query::Position now, writer.position());
    if (now.source != position.source || now.seq != position.seq) return moved();
    RowSink sink(writer, catalog_);
    const Status applied = database_.read("reading what changed", [&](store::Reader& reader) -> Status {
      HM_DO(apply(reader, sink));
      return apply_others(reader, writer);
    });
    if (!applied.has_value()) return applied.error();
    return writer.set_position({source, changes.back().seq});
  });
  if (!written.has_value()) return written.error();
  return static_cast<int64_t>(changes.size());
}

Status Follower::rebuild(const std::string& source) {
  return query_.write([&](query::Writer& writer) {
    return database_.read("reading the whole inventory", [&](store::Reader& reader) -> Status {
      HM_DO(writer.clear());
      HM_TRY(const int64_t seq, reader.number("select last from change_counter where id = 1"));
      RowSink sink(writer, catalog_);
      StoredResources stored(database_);
      HM_DO(stored.each_after(reader, std::nullopt, 0, [&](const RowFacts& facts, const State& state) {
        return sink.add(facts, state);
      }));
      HM_DO(reader.each(kSweepSql, {}, [&](const store::Row& row) { return sink.add_sweep(row); }));
      for (const Addition& addition : additions_) HM_DO(addition.fill(reader, writer));
      return writer.set_position({source, seq});
    });
  });
}

Result<int64_t> Follower::catch_up(const std::stop_token& stop) {
  HM_TRY(const std::string source, database_.identity());
  int64_t applied = 0;
  int rebuilds = 0;
  while (!stop.stop_requested()) {
    auto count = step(source);
    if (count.has_value()) {
      applied += *count;
      if (*count == 0) break;
      continue;
    }
    if (count.error().code == "moved") continue;
    if (count.error().code != "trimmed" || ++rebuilds > kMostRebuilds)
      return std::move(count.error()).context("bringing the query database up to date");
    HM_DO(rebuild(source).context("making the query database anew"));
    ++applied;
  }
  return applied;
}

}  // namespace hm::inventory
