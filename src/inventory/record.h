// How a sweep becomes rows: what is known of its place is read once, each item is compared with it by hash,
// and only differences are written.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "inventory/inventory.h"
#include "inventory/payload.h"

namespace hm::inventory {

// What the table says of one resource, without its document.
struct Known {
  int64_t number = 0;
  std::string hash;
  int64_t stored_hash = 0;
  int64_t version = 0;
  int64_t version_id = 0;
  std::optional<Time> gone_at;
  std::optional<Time> missing_since;
  bool has_unknown = false;
  std::optional<Time> looked_at;  // when it was last asked for by id, beside the sweeps
  bool seen = false;              // by the sweep that is being recorded
};
using KnownPlace = std::unordered_map<std::string, Known>;  // by key

// Whether somebody asked for it by id after the sweep began: he knows better.
inline bool knows_better(const Known& known, const Sweep& sweep) {
  return known.looked_at && *known.looked_at > sweep.started_at;
}

// What of the place is not gone: what once was may be far more.
Result<KnownPlace> read_known(store::Reader& reader, const Place& place);
// One key, gone or not.
Status read_one(store::Reader& reader, const Place& place, const std::string& key, KnownPlace& known);
// Adds those of the items that are gone so far.
Status read_returning(store::Reader& reader, const Place& place, const std::vector<Observed>& items,
                      KnownPlace& known);

enum class Step { create, change, touch, give_back, unchanged };

// One resource to be written.
struct Write {
  Step step = Step::unchanged;
  Known before;  // of `create`, only the number counts
  std::string key;
  std::string hash;
  int64_t stored_hash = 0;
  State state;
  std::string payload;
};

// The stored states of items that lack a part or lacked one, by number: what their old values are taken from.
using OldStates = std::unordered_map<int64_t, State>;
Result<OldStates> read_old_states(store::Reader& reader, PayloadCodec& codec, const KnownPlace& known,
                                  const std::vector<Observed>& items);

// Turns items into writes, a batch at a time, packed with what the codec has learnt. Not thread-safe.
class Planner {
 public:
  Planner(const Sweep& sweep, const RecordOptions& options, PayloadCodec& codec)
      : sweep_(sweep), options_(options), codec_(codec) {}

  // Marks what it sees in `known`. Unchanged items give no write.
  std::vector<Write> plan(KnownPlace& known, std::vector<Observed> items, const OldStates& old_states,
                          SweepCounts& counts);

 private:
  // Of a write whose document has been completed with old parts.
  void derive_again(Write& write) const;
  std::string hash_of(const Json& document) const;
  bool only_became_known(const Known& known, const State* old, const Json& document) const;
  Write compare(Observed item, const Known* known, const State* old, SweepCounts& counts);

  const Sweep& sweep_;
  const RecordOptions& options_;
  PayloadCodec& codec_;
};

// conflict "stale_sweep"
Error stale();
Status write_batch(store::Transaction& transaction, const Sweep& sweep, const std::vector<Write>& writes);
// Writes that the resources are gone since the sweep began.
Status write_gone(store::Transaction& transaction, const Sweep& sweep, const std::vector<Known>& gone);
Status write_missing(store::Transaction& transaction, const Sweep& sweep, const std::vector<Known>& missing);
Status write_sweep(store::Transaction& transaction, const Sweep& sweep, int64_t seen,
                   std::optional<std::chrono::microseconds> longest_pause);
Status write_pending(store::Transaction& transaction, const std::vector<Place>& places, Time now);
Status write_left_out(store::Transaction& transaction, const std::vector<Place>& places, Time now);
// Those of the places that were never read well; what the configuration leaves out goes on saying so.
Status write_forgotten(store::Transaction& transaction, const std::vector<Place>& places);
// Tells whoever follows that the place's sweep is another, and that it ended otherwise than the one before.
void outcome_changed(store::Transaction& transaction, const Place& place);

}  // namespace hm::inventory
