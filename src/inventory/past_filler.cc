#include "inventory/past_filler.h"

#include <algorithm>
#include <thread>

#include "inventory/payload.h"

namespace hm::inventory {
namespace {

// What is held in memory at once is a few batches; a thread for each lives for some milliseconds.
constexpr size_t kRowsPerBatch = 1000;
constexpr unsigned kMostThreads = 4;

size_t most_running() { return std::clamp(std::thread::hardware_concurrency(), 1U, kMostThreads); }

}  // namespace

Status PastFiller::add(const catalog::ResourceType* type, const store::Row& row) {
  batch_.push_back({type, typed_rows(type),
                    RowFacts{.number = row.integer(0),
                             .place = {row.string(1), row.string(2), row.string(3)},
                             .key = row.string(4),
                             .first_seen = row.time(5),
                             .gone_at = std::nullopt},
                    row.string(6)});
  return batch_.size() < kRowsPerBatch ? ok() : start();
}

Status PastFiller::start() {
  HM_DO(check());
  if (running_.size() >= most_running()) HM_DO(put_oldest());
  // Where no thread can be had, the batch waits for its turn on this one.
  running_.push_back(std::async(std::launch::async | std::launch::deferred,
                                [this, batch = std::move(batch_)] { return rows_of(batch); }));
  batch_.clear();
  return ok();
}

Status PastFiller::finish() {
  if (!batch_.empty()) HM_DO(start());
  while (!running_.empty()) HM_DO(put_oldest());
  return ok();
}

// On another thread, which touches nothing that changes.
PastFiller::Rows PastFiller::rows_of(const Batch& batch) const {
  PayloadCodec codec(database_);
  std::vector<unsigned char> room(kArenaBytes);
  std::vector<Made> all;
  all.reserve(batch.size());
  for (const Stored& one : batch) {
    JsonArena arena(room.data(), room.size());
    HM_TRY(Json json, codec.unpack(one.payload, arena).context("reading " + resource_id(one.facts.number)));
    const State state = state_from(std::move(json));
    Made& made = all.emplace_back(Made{one.type, one.facts.number, {}, {}, {}, {}});
    if (tables_.contains("resource")) made.resource = resource_row(one.type, one.facts, state);
    if (tables_.contains("tag")) made.tags = tag_rows(one.facts, state);
    if (tables_.contains("relation")) made.relations = relation_rows(one.facts, state);
    if (one.typed != nullptr) made.typed = one.typed->row(one.facts, state);
  }
  return all;
}

Status PastFiller::put_oldest() {
  Rows rows = running_.front().get();
  running_.pop_front();
  if (!rows) return std::move(rows.error());
  for (Made& made : *rows) HM_DO(put(made));
  return ok();
}

Status PastFiller::put(Made& made) {
  if (!made.resource.empty()) HM_DO(writer_.put("resource", made.number, std::move(made.resource)));
  if (!made.tags.empty()) HM_DO(writer_.put_many("tag", made.number, std::move(made.tags)));
  if (!made.relations.empty()) HM_DO(writer_.put_many("relation", made.number, std::move(made.relations)));
  return made.typed.empty() ? ok() : writer_.put(made.type->table, made.number, std::move(made.typed));
}

Status PastFiller::add_sweep(const Place& place, Time ok_at) {
  return writer_.put("sweep", resource_number(place, ""),
                     {place.account_id, place.region, place.type, "ok", nullptr, nullptr, nullptr, nullptr,
                      nullptr, format_iso(ok_at), nullptr});
}

// The columns are those that the statement reads. `unknown` tells of all of them: then all are looked at.
const TypedRows* PastFiller::typed_rows(const catalog::ResourceType* type) {
  if (type == nullptr || !tables_.contains(type->table)) return nullptr;
  const auto known = typed_.find(type);
  if (known != typed_.end()) return &known->second;
  const auto read = shape_.reads.find(type->table);
  const bool all = read == shape_.reads.end() || read->second.contains("unknown");
  return &typed_.try_emplace(type, *type, all ? nullptr : &read->second).first->second;
}

Status PastFiller::check() {
  const auto limit = [](const char* what) {
    return make_error(ErrorKind::exhausted, "query_limit",
                      std::string("reading the past took ") + what +
                          " than is allowed: name fewer tables, or narrow the accounts");
  };
  if (limits_.stop.stop_requested())
    return make_error(ErrorKind::cancelled, "cancelled", "the query was stopped");
  if (std::chrono::steady_clock::now() > limits_.deadline) return limit("longer");
  HM_TRY(const int64_t bytes, writer_.bytes());
  if (bytes > kMostPastBytes) return limit("more space");
  return ok();
}

}  // namespace hm::inventory
