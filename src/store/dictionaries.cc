#include "store/dictionaries.h"

#include "base/crypto.h"
#include "store/database.h"

namespace hm::store {
namespace {

// None where the bytes are not those that were stored: what is damaged must not unpack to anything.
Result<Dictionaries::Shared> load(Reader& reader, int64_t id) {
  Dictionaries::Shared loaded;
  HM_DO(reader.each("select bytes, hash from document_dictionary where id = $1", {id}, [&](const Row& row) {
    if (sha256_hex(row.text(0)) != row.text(1)) return ok();
    if (auto dictionary = ZstdDictionary::of(row.text(0)))
      if ((*dictionary)->id() == static_cast<uint32_t>(id)) loaded = std::move(*dictionary);
    return ok();
  }));
  return loaded;
}

}  // namespace

Dictionaries::Shared Dictionaries::find(uint32_t id) const {
  return known_.with([&](const auto& known) {
    const auto found = known.find(id);
    return found == known.end() ? Shared() : found->second;
  });
}

Result<Dictionaries::Shared> Dictionaries::read(Reader& reader) {
  HM_TRY(const auto ids, reader.all("select id from document_dictionary order by number limit $1", {kMost},
                                    [](const Row& row) { return row.integer(0); }));
  Shared latest;
  for (const int64_t id : ids) {
    latest = find(static_cast<uint32_t>(id));
    if (latest) continue;
    HM_TRY(latest, load(reader, id));
    if (!latest) continue;
    known_.with([&](auto& known) { known.emplace(static_cast<uint32_t>(id), latest); });
  }
  return latest;
}

Status Dictionaries::add(Transaction& transaction, int64_t number, const TrainedDictionary& trained) {
  HM_TRY(const auto dictionary, ZstdDictionary::of(trained.bytes));
  return transaction.run(
      "insert into document_dictionary (number, id, bytes, hash, trained_at, version_id, promised) values "
      "($1, $2, $3, $4, $5, $6, $7)",
      {number, static_cast<int64_t>(dictionary->id()), Blob{trained.bytes}, sha256_hex(trained.bytes),
       trained.trained_at, trained.version_id, trained.promised});
}

}  // namespace hm::store
