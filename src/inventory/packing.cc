#include "inventory/packing.h"

#include <string>
#include <vector>

#include "base/log.h"
#include "inventory/payload.h"

namespace hm::inventory {
namespace {

constexpr std::chrono::minutes kEvery{1};
constexpr std::chrono::hours kAfterFailure{1};
constexpr size_t kDictionaryBytes = size_t{112} << 10;  // zstd's own default
// Of a sample: what is longer would fill the dictionary with what one document says.
constexpr size_t kLongestSample = size_t{16} << 10;
// Of all samples: zstd wants a hundred times the dictionary at most, and less is learnt from as well.
constexpr size_t kMostSampleBytes = size_t{8} << 20;
// Every so many-th sample is not learnt from: it says what may be promised of others.
constexpr size_t kHeldOut = 10;
// Rows of one transaction: few enough that nobody waits long for SQLite's one writer, which between two of
// them is free while the next are packed.
constexpr int64_t kBatch = 1000;
constexpr size_t kMostBatchBytes = size_t{8} << 20;  // where documents are long, a batch ends sooner

constexpr const char* kTraining = "training the dictionary of documents";
constexpr const char* kRepacking = "packing documents anew";

struct Latest {
  int64_t number = 0;  // 0: there is none
  uint32_t id = 0;
  Time trained_at;
  int64_t version_id = 0;
  double promised = 0;
};

Result<Latest> read_latest(store::Reader& reader) {
  HM_TRY(const auto latest,
         reader.one("select number, id, trained_at, version_id, promised from document_dictionary order by "
                    "number desc limit 1",
                    {}, [](const store::Row& row) {
                      return Latest{row.integer(0), static_cast<uint32_t>(row.integer(1)), row.time(2),
                                    row.integer(3), row.real(4)};
                    }));
  return latest.value_or(Latest());
}

// Whether what came after the dictionary is packed much worse with it than its sample was.
Result<bool> has_become_other(store::Reader& reader, const Latest& latest, const PackingLimits& limits) {
  uint64_t packed = 0;
  uint64_t bytes = 0;
  int64_t count = 0;
  HM_DO(
      reader.each("select length(payload), substr(payload, 1, 18) from resource_version where id > $1 and "
                  "payload is not null order by id desc limit $2",
                  {latest.version_id, limits.looked_at}, [&](const store::Row& row) {
                    const auto frame = zstd_frame(row.text(1));
                    if (!frame || frame->dictionary != latest.id) return ok();
                    packed += static_cast<uint64_t>(row.integer(0));
                    bytes += frame->bytes;
                    ++count;
                    return ok();
                  }));
  return count == limits.looked_at &&
         static_cast<double>(packed) > static_cast<double>(bytes) * latest.promised * limits.worse;
}

// Enough, and of all that there is: what a first scan has seen by now is of the types that it began with.
Result<bool> is_first_due(store::Reader& reader, Time now, const PackingLimits& limits) {
  HM_TRY(const int64_t count,
         reader.number("select count(*) from (select 1 from resource_version where payload is not null limit "
                       "$1) v",
                       {limits.least_versions}));
  if (count < limits.least_versions) return false;
  HM_TRY(const int64_t pending, reader.number("select count(*) from sweep where outcome = 'pending'"));
  if (pending == 0) return true;
  HM_TRY(const int64_t since, reader.number("select min(valid_from) from resource_version"));
  return now - from_micros(since) >= limits.first_scan;
}

Result<bool> is_due(store::Reader& reader, const Latest& latest, Time now, const PackingLimits& limits) {
  if (latest.number == 0) return is_first_due(reader, now, limits);
  if (latest.number >= store::Dictionaries::kMost || now - latest.trained_at < limits.between) return false;
  return has_become_other(reader, latest, limits);
}

// One document of each of `count` equal parts of what came after `after`, found by the key alone.
Status add_samples(store::Reader& reader, PayloadCodec& codec, int64_t after, int64_t count,
                   std::vector<std::string>& samples) {
  HM_TRY(const int64_t first, reader.number("select min(id) from resource_version where id > $1", {after}));
  HM_TRY(const int64_t last, reader.number("select max(id) from resource_version where id > $1", {after}));
  if (last == 0) return ok();
  const int64_t step = std::max<int64_t>(1, (last - first + 1) / count);
  for (int64_t from = first; from <= last; from += step) {
    HM_TRY(const auto payload,
           reader.one("select payload from resource_version where id >= $1 and id < $2 and payload is not "
                      "null order by id limit 1",
                      {from, from + step}, [](const store::Row& row) { return row.string(0); }));
    if (!payload) continue;
    // What is damaged says so where it is read.
    auto text = codec.unpack_text(*payload);
    if (text && !text->empty() && text->size() <= kLongestSample) samples.push_back(std::move(*text));
  }
  return ok();
}

// Every second one goes until the rest is little enough.
void thin(std::vector<std::string>& samples) {
  const auto bytes = [&] {
    size_t sum = 0;
    for (const std::string& sample : samples) sum += sample.size();
    return sum;
  };
  while (bytes() > kMostSampleBytes) {
    for (size_t i = 0; i < samples.size() / 2; ++i) samples[i] = std::move(samples[2 * i]);
    samples.resize(samples.size() / 2);
  }
}

struct Due {
  bool is = false;
  Latest latest;
  int64_t version_id = 0;  // the newest there is
  std::vector<std::string> samples;
};

Result<Due> look(store::Database& database, PayloadCodec& codec, const PackingLimits& limits) {
  return database.read(kTraining, [&](store::Reader& reader) -> Result<Due> {
    HM_DO(codec.learn(reader));
    Due due;
    HM_TRY(due.latest, read_latest(reader));
    if (due.latest.number > 0 && !codec.latest())
      return make_error(ErrorKind::corrupt, "no_dictionary",
                        "dictionary " + std::to_string(due.latest.id) +
                            " is damaged in the store: restore document_dictionary from a backup; until then "
                            "what is packed with it cannot be read");
    HM_TRY(due.is, is_due(reader, due.latest, database.clock().now(), limits));
    if (!due.is) return due;
    HM_TRY(due.version_id, reader.number("select max(id) from resource_version"));
    // Half of them of what is new, where the dictionary is not the first: it is to fit both.
    const bool first = due.latest.number == 0;
    HM_DO(add_samples(reader, codec, 0, first ? limits.most_samples : limits.most_samples / 2, due.samples));
    if (!first)
      HM_DO(add_samples(reader, codec, due.latest.version_id, limits.most_samples / 2, due.samples));
    thin(due.samples);
    return due;
  });
}

Result<store::TrainedDictionary> train(const std::vector<std::string>& samples) {
  std::vector<std::string> learnt;
  std::vector<std::string> held_out;
  for (size_t i = 0; i < samples.size(); ++i) (i % kHeldOut == 0 ? held_out : learnt).push_back(samples[i]);
  store::TrainedDictionary trained;
  HM_TRY(trained.bytes, ZstdDictionary::train(learnt, kDictionaryBytes));
  HM_TRY(const auto dictionary, ZstdDictionary::of(trained.bytes));
  ZstdCodec codec;
  size_t packed = 0;
  size_t bytes = 0;
  for (const std::string& text : held_out) {
    packed += codec.pack(text, dictionary.get()).size();
    bytes += text.size();
  }
  trained.promised = static_cast<double>(packed) / static_cast<double>(std::max<size_t>(bytes, 1));
  return trained;
}

Result<bool> train_if_due(store::Database& database, PayloadCodec& codec, const PackingLimits& limits) {
  HM_TRY(const Due due, look(database, codec, limits));
  if (!due.is) return false;
  auto trained = train(due.samples);
  // Documents of which nothing can be learnt: they are few, or all alike.
  if (!trained && trained.error().code == "too_few_samples") return false;
  if (!trained) return std::move(trained.error()).context(kTraining);
  trained->trained_at = database.clock().now();
  trained->version_id = due.version_id;
  const Status added = database.write(kTraining, [&](store::Transaction& transaction) {
    return store::Dictionaries::add(transaction, due.latest.number + 1, *trained);
  });
  // Another process was first: its dictionary is as good.
  if (!added && added.error().code == "unique") return false;
  if (!added) return added.error();
  return true;
}

struct Batch {
  int64_t after = 0;
  int64_t last = 0;
  size_t bytes = 0;
  std::vector<store::Params> rows;  // what was packed anew, which version, and as what it was found
};

// Packs what of the next versions names no dictionary. What is damaged stays as it is.
Result<Batch> read_batch(store::Reader& reader, PayloadCodec& codec) {
  HM_DO(codec.learn(reader));
  Batch batch;
  HM_TRY(batch.after, reader.number("select version_id from document_repack where id = 1"));
  batch.last = batch.after;
  HM_DO(reader.each(
      "select id, payload from resource_version where id > $1 order by id limit $2", {batch.after, kBatch},
      [&](const store::Row& row) {
        if (batch.bytes > kMostBatchBytes) return ok();
        batch.last = row.integer(0);
        const auto frame = zstd_frame(row.text(1));
        if (row.is_null(1) || !frame || frame->dictionary != 0 || !codec.latest()) return ok();
        const auto text = codec.unpack_text(row.text(1));
        if (!text) return ok();
        std::string packed = codec.pack_text(*text);
        const auto back = codec.unpack_text(packed);
        if (packed.size() >= row.text(1).size() || !back || *back != *text) return ok();
        batch.bytes += packed.size() + row.text(1).size();
        batch.rows.push_back({store::Blob{std::move(packed)}, batch.last, store::Blob{row.string(1)}});
        return ok();
      }));
  return batch;
}

// SQLite leaves a page as empty as updates make it, and takes rows together only where some are deleted: so
// they are put back, whatever columns they have, and what they no longer need is free for others.
Result<int64_t> put_back(store::Transaction& transaction, const Batch& batch) {
  HM_DO(
      transaction.run("create temp table if not exists repacked as select * from resource_version where 0"));
  HM_DO(transaction.run("create unique index if not exists temp.repacked_id on repacked (id)"));
  HM_DO(transaction.run("delete from repacked"));
  std::vector<store::Params> found;
  std::vector<store::Params> packed;
  found.reserve(batch.rows.size());
  packed.reserve(batch.rows.size());
  for (const auto& row : batch.rows) {
    packed.push_back({row[0], row[1]});
    found.push_back({row[1], row[2]});
  }
  HM_TRY(const int64_t rows,
         transaction.execute_many(
             "insert into repacked select * from resource_version where id = $1 and payload = $2", found));
  HM_TRY([[maybe_unused]] const int64_t changed,
         transaction.execute_many("update repacked set payload = $1 where id = $2", packed));
  HM_DO(transaction.run("delete from resource_version where id in (select id from repacked)"));
  HM_DO(transaction.run("insert into resource_version select * from repacked order by id"));
  return rows;
}

// A sweep may have written another document meanwhile: that stays.
Result<int64_t> write_batch(store::Transaction& transaction, const Batch& batch) {
  HM_DO(transaction.run(
      "insert into document_repack (id, version_id) values (1, $1) on conflict (id) do update set version_id "
      "= excluded.version_id where excluded.version_id > document_repack.version_id",
      {batch.last}));
  if (batch.rows.empty()) return 0;
  if (transaction.dialect() == store::Dialect::sqlite) return put_back(transaction, batch);
  return transaction.execute_many("update resource_version set payload = $1 where id = $2 and payload = $3",
                                  batch.rows);
}

Result<int64_t> repack(store::Database& database, PayloadCodec& codec, const std::stop_token& stop) {
  int64_t repacked = 0;
  while (!stop.stop_requested()) {
    HM_TRY(const Batch batch,
           database.read(kRepacking, [&](store::Reader& reader) { return read_batch(reader, codec); }));
    if (batch.last == batch.after) break;
    HM_TRY(const int64_t rows, database.write(kRepacking, [&](store::Transaction& transaction) {
      return write_batch(transaction, batch);
    }));
    repacked += rows;
  }
  return repacked;
}

}  // namespace

Result<Packed> pack_documents(store::Database& database, const std::stop_token& stop,
                              const PackingLimits& limits) {
  Packed packed;
  PayloadCodec codec(database);
  HM_TRY(packed.trained, train_if_due(database, codec, limits));
  if (!packed.trained && !codec.latest()) return packed;
  HM_TRY(packed.repacked, repack(database, codec, stop));
  return packed;
}

void keep_documents_packed(store::Database& database, Clock& clock, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto packed = pack_documents(database, stop);
    if (!packed) log_warning("inventory", packed.error().text());
    if (packed && packed->trained) log_info("inventory", "a dictionary of documents was trained");
    clock.sleep_for(packed ? Micros(kEvery) : Micros(kAfterFailure), stop);
  }
}

}  // namespace hm::inventory
