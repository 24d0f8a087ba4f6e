// The search index follows the change log.
#include "inventory/search.h"
#include "inventory/search_text.h"
#include "inventory/stored.h"

namespace hm::inventory {
namespace {

constexpr int kChangesPerStep = 2000;
// Documents that are read and written together: what is held in memory, and how long another writer waits.
constexpr int kResourcesPerStep = 1000;
// Beginning anew and following can alternate only while somebody trims the log under us.
constexpr int kMostBeginnings = 3;

Error moved() {
  return make_error(ErrorKind::conflict, "moved", "another process has brought the search index forward");
}

bool same(const query::TextProgress& a, const query::TextProgress& b) {
  return a.position.source == b.position.source && a.position.seq == b.position.seq &&
         a.reading_after == b.reading_after;
}

// Writes into the index if nobody else has meanwhile.
Status write_from(query::TextIndex& index, const query::TextProgress& progress,
                  const std::function<Status(query::TextWriter&)>& f) {
  return index.write([&](query::TextWriter& writer) -> Status {
    HM_TRY(const query::TextProgress now, writer.progress());
    if (!same(now, progress)) return moved();
    return f(writer);
  });
}

}  // namespace

Status Search::begin_anew() {
  // What changes from here on comes again with its own change.
  HM_TRY(const int64_t seq, database_.last_change());
  complete_at_.with([](auto& at) { at.reset(); });
  return index_->write([&](query::TextWriter& writer) -> Status {
    HM_DO(writer.clear());
    return writer.set_progress({{source_, seq}, -1});
  });
}

// The next resources that were there before, in the order of their numbers, none of which is negative.
Result<int64_t> Search::read_on(const query::TextProgress& progress) {
  int64_t count = 0;
  const Status written = write_from(*index_, progress, [&](query::TextWriter& writer) -> Status {
    query::TextProgress next = progress;
    count = 0;
    HM_DO(database_.read("reading the inventory for the search", [&](store::Reader& reader) -> Status {
      StoredResources stored(database_, StoredResources::Damaged::by_columns);
      return stored.each_after(
          reader, progress.reading_after, kResourcesPerStep,
          [&](const RowFacts& facts, const State& state) -> Status {
            ++count;
            next.reading_after = facts.number;
            return writer.put(text_document(catalog_.find(facts.place.type), facts, state));
          });
    }));
    if (count < kResourcesPerStep) next.reading_after.reset();
    return writer.set_progress(next);
  });
  if (!written.has_value()) return written.error();
  return std::max<int64_t>(count, 1);
}

Result<int64_t> Search::follow(const query::TextProgress& progress) {
  HM_TRY(const auto changes, database_.follow(progress.position.seq, kChangesPerStep));
  if (changes.empty()) return int64_t{0};
  const std::set<int64_t> numbers = changed_numbers(changes);
  const Status written = write_from(*index_, progress, [&](query::TextWriter& writer) -> Status {
    // Read after the changes, so at least as new as they are; what is newer comes again with its own change.
    std::set<int64_t> missing = numbers;
    HM_DO(database_.read("reading what changed for the search", [&](store::Reader& reader) -> Status {
      StoredResources stored(database_, StoredResources::Damaged::by_columns);
      return stored.each(reader, numbers, [&](const RowFacts& facts, const State& state) -> Status {
        missing.erase(facts.number);
        return writer.put(text_document(catalog_.find(facts.place.type), facts, state));
      });
    }));
    for (const int64_t number : missing) HM_DO(writer.remove(number));
    return writer.set_progress({{progress.position.source, changes.back().seq}, std::nullopt});
  });
  if (!written.has_value()) return written.error();
  return static_cast<int64_t>(changes.size());
}

Result<int64_t> Search::step() {
  HM_TRY(const query::TextProgress progress, index_->progress());
  if (progress.position.source != source_)
    return make_error(ErrorKind::not_found, "trimmed", "the position is of another store");
  return progress.reading_after.has_value() ? read_on(progress) : follow(progress);
}

Result<int64_t> Search::catch_up(const std::stop_token& stop) {
  int64_t applied = 0;
  int beginnings = 0;
  while (!stop.stop_requested()) {
    // Before the look: what is committed after it may be missing.
    const Time looked_at = database_.clock().now();
    auto count = step();
    if (count.has_value()) {
      applied += *count;
      if (*count > 0) continue;
      complete_at_.with([&](auto& at) { at = looked_at; });
      break;
    }
    if (count.error().code == "moved") continue;
    if (count.error().code != "trimmed" || ++beginnings > kMostBeginnings)
      return std::move(count.error()).context("bringing the search index up to date");
    HM_DO(begin_anew().context("making the search index anew"));
  }
  return applied;
}

Result<int64_t> Search::position() {
  HM_TRY(const query::TextProgress progress, index_->progress());
  return progress.position.seq;
}

Result<std::optional<query::TextProgress>> Search::reached() {
  HM_TRY(query::TextProgress progress, index_->reached());
  if (progress.position.source != source_) return std::optional<query::TextProgress>();
  return std::optional(std::move(progress));
}

// Asks the store, and says "behind" where that cannot be told.
Freshness Search::freshness(const std::optional<query::TextProgress>& progress, const Scope& scope) {
  Freshness fresh{.behind = true, .as_of = complete_at_.with([](const auto& at) { return at; })};
  if (!progress.has_value() || progress->reading_after.has_value()) return fresh;
  const auto changes = database_.follow(progress->position.seq, static_cast<int>(kMostVisibleIds));
  if (!changes.has_value()) return fresh;
  std::vector<std::string> ids;
  for (const store::Change& change : *changes)
    if (change.noun == "resource") ids.push_back(change.id);
  // What happened elsewhere is nobody's business within the scope.
  const auto visible = visible_ids(database_, scope, ids);
  if (!visible.has_value()) return fresh;
  fresh.behind = !visible->empty() || changes->size() == kMostVisibleIds;
  if (!fresh.behind) fresh.as_of = database_.clock().now();
  return fresh;
}

}  // namespace hm::inventory
