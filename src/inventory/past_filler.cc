#include "inventory/past_filler.h"

#include <algorithm>
#include <thread>

namespace hm::inventory {
namespace {

// What is held in memory at once is a few batches; a thread for each lives for some milliseconds.
constexpr size_t kRowsPerBatch = 1000;
constexpr unsigned kMostThreads = 4;

Status limit(const char* what) {
  return make_error(ErrorKind::exhausted, "query_limit",
                    std::string("reading the past took ") + what +
                        " than is allowed: name fewer tables, or narrow the accounts");
}

// While a batch is written, others must be ready or made.
size_t most_running() { return std::clamp(std::thread::hardware_concurrency(), 1U, kMostThreads) + 2; }

}  // namespace

const std::set<std::string>* columns_read(const query::Shape& shape, const std::string& table) {
  const auto read = shape.reads.find(table);
  return read == shape.reads.end() || read->second.contains("unknown") ? nullptr : &read->second;
}

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
  HM_DO(check_time());
  if (running_.size() >= most_running()) HM_DO(await_oldest());
  auto work = [this, batch = std::move(batch_), before = last_]() mutable {
    // Both end with the work: what this batch leaves behind would else keep all before it.
    const Batch mine = std::move(batch);
    const Done turn = std::move(before);
    Rows rows = rows_of(mine);
    if (turn.valid() && !turn.get()) return turn.get();
    return put(std::move(rows));
  };
  // Where no thread can be had, the batch waits until somebody waits for it.
  last_ = std::async(std::launch::async | std::launch::deferred, std::move(work)).share();
  running_.push_back(last_);
  batch_.clear();
  return ok();
}

Status PastFiller::await_oldest() {
  Status done = running_.front().get();
  running_.pop_front();
  return done;
}

Status PastFiller::finish() {
  if (!batch_.empty()) HM_DO(start());
  while (!running_.empty()) HM_DO(await_oldest());
  return ok();
}

StateParts PastFiller::parts_read(const std::set<std::string>& tables, const query::Shape& shape) {
  const bool tags = std::any_of(shape.reads.begin(), shape.reads.end(), [](const auto& read) {
    return read.first == "tag" || read.second.contains("tags");
  });
  return {.tags = tags || tables.contains("resource"), .relations = tables.contains("relation")};
}

// On another thread, which touches nothing that changes.
PastFiller::Rows PastFiller::rows_of(const Batch& batch) const {
  PayloadCodec codec(database_);
  std::vector<unsigned char> room(kArenaBytes);
  std::vector<Made> all;
  all.reserve(batch.size());
  for (const Stored& one : batch) {
    JsonArena arena(room.data(), room.size());
    auto json = codec.unpack(one.payload, arena);
    if (!json) return std::move(json.error()).context("reading " + resource_id(one.facts.number));
    const State state = state_from(std::move(*json), parts_);
    Made& made = all.emplace_back(Made{one.type, one.facts.number, {}, {}, {}, {}});
    if (tables_.contains("resource")) made.resource = resource_row(one.type, one.facts, state);
    if (tables_.contains("tag")) made.tags = tag_rows(one.facts, state);
    if (tables_.contains("relation")) made.relations = relation_rows(one.facts, state);
    if (one.typed != nullptr) made.typed = one.typed->row(one.facts, state);
  }
  return all;
}

// On the thread of the batch, when those before it are through.
Status PastFiller::put(Rows rows) {
  if (!rows) return rows.error();
  for (Made& made : *rows) {
    if (!made.resource.empty()) HM_DO(writer_.put("resource", made.number, std::move(made.resource)));
    if (!made.tags.empty()) HM_DO(writer_.put_many("tag", made.number, std::move(made.tags)));
    if (!made.relations.empty()) HM_DO(writer_.put_many("relation", made.number, std::move(made.relations)));
    if (!made.typed.empty()) HM_DO(writer_.put(made.type->table, made.number, std::move(made.typed)));
  }
  HM_TRY(const int64_t bytes, writer_.bytes());
  return bytes > kMostPastBytes ? limit("more space") : ok();
}

Status PastFiller::add_sweep(const Place& place, Time ok_at) {
  return writer_.put("sweep", resource_number(place, ""),
                     {place.account_id, place.region, place.type, "ok", nullptr, nullptr, nullptr, nullptr,
                      nullptr, format_iso(ok_at), nullptr});
}

const TypedRows* PastFiller::typed_rows(const catalog::ResourceType* type) {
  if (type == nullptr || !tables_.contains(type->table)) return nullptr;
  const auto known = typed_.find(type);
  if (known != typed_.end()) return &known->second;
  return &typed_.try_emplace(type, *type, columns_read(shape_, type->table)).first->second;
}

Status PastFiller::check_time() const {
  if (limits_.stop.stop_requested())
    return make_error(ErrorKind::cancelled, "cancelled", "the query was stopped");
  return std::chrono::steady_clock::now() > limits_.deadline ? limit("longer") : ok();
}

}  // namespace hm::inventory
