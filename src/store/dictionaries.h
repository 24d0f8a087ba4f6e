// Dictionaries that stored documents are packed with, kept beside them: one that is there is never changed
// and never dropped, so that every document that names it stays readable. They are few (kMost), and each is
// read once by a process.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>

#include "base/result.h"
#include "base/sync.h"
#include "base/time.h"
#include "base/zstd_codec.h"

namespace hm::store {

class Reader;
class Transaction;

struct TrainedDictionary {
  std::string bytes;
  Time trained_at;
  int64_t version_id = 0;  // the newest version then: what came later says whether it still fits
  double promised = 0;     // packed bytes of a byte, of documents like the samples
};

// Thread-safe.
class Dictionaries {
 public:
  static constexpr int64_t kMost = 8;
  using Shared = std::shared_ptr<const ZstdDictionary>;

  // That of this id, if this process has read it.
  Shared find(uint32_t id) const;
  // Reads those that it has not. What the snapshot of `reader` names is known then, unless it is damaged or
  // missing. Returns the latest, with which to pack; none where there is none, or where it is damaged.
  Result<Shared> read(Reader& reader);

  // Adds one as the number-th (from 1). Error: conflict "unique" (another process was first).
  static Status add(Transaction& transaction, int64_t number, const TrainedDictionary& trained);

 private:
  Synced<std::map<uint32_t, Shared>> known_;
};

}  // namespace hm::store
