// One state of a resource as it is stored: everything that was observed, as compressed JSON, so that a
// version alone rebuilds the row of any past moment.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/json_path.h"
#include "base/zstd_codec.h"
#include "inventory/inventory.h"

namespace hm::inventory {

// What could not be read of a document, and since when.
struct UnknownPart {
  std::string code;
  std::string message;
  Time since;
};

struct State {
  Json document = JsonObject{};
  std::string region{};
  std::string arn{};
  std::string name{};
  std::string state{};
  std::optional<Time> created_at{};
  std::map<std::string, std::string> tags{};
  std::vector<ObservedRelation> relations{};
  std::map<std::string, UnknownPart> unknown{};
  std::map<std::string, Time> read_at{};
};

Json tags_json(const std::map<std::string, std::string>& tags);
std::map<std::string, std::string> tags_from(const Json& json);
Json unknown_json(const std::map<std::string, UnknownPart>& unknown);
std::map<std::string, UnknownPart> unknown_from(const Json& json);

// Whether what the path reads lies in a part of the document that could not be read.
bool reads_unknown(const JsonPath& path, const std::map<std::string, UnknownPart>& unknown);

Json to_json_value(const State& state);
// What of a state is wanted beside the document and what is one of a kind.
struct StateParts {
  bool tags = true;
  bool relations = true;
};
// Takes the document out of it: where that lies in an arena, so does the state's.
State state_from(Json json, StateParts parts = {});

// What nearly every document takes when it is read; of larger ones the arena takes more.
constexpr size_t kArenaBytes = size_t{64} << 10;

// Not thread-safe: one for each thread of work. Documents are packed with the latest dictionary of the store
// (see packing.h) and unpacked with the one that they name.
class PayloadCodec {
 public:
  // The database outlives it.
  explicit PayloadCodec(store::Database& database) : dictionaries_(database.dictionaries()) {}

  // Before documents of the reader's snapshot are unpacked among its rows, and before any is packed: reads
  // the dictionaries that other processes may have trained meanwhile.
  Status learn(store::Reader& reader);
  std::string pack(const Json& json) { return pack_text(to_json(json)); }
  // Error: corrupt; "no_dictionary" where the store lacks the dictionary that the document names, or holds it
  // damaged.
  Result<Json> unpack(std::string_view payload);
  // The same in memory that the caller owns (base/json.h).
  Result<Json> unpack(std::string_view payload, JsonArena& arena);

  // The same outside of a statement's rows: reads a dictionary that is not known yet by itself.
  Result<Json> unpack(store::Reader& reader, std::string_view payload);

  // The same, of the text.
  std::string pack_text(std::string_view text) { return zstd_.pack(text, latest_.get()); }
  Result<std::string> unpack_text(std::string_view payload);
  const store::Dictionaries::Shared& latest() const { return latest_; }

 private:
  Status unpack_to(std::string& text, std::string_view payload);

  store::Dictionaries& dictionaries_;
  std::string text_;  // of one document at a time
  store::Dictionaries::Shared latest_;
  store::Dictionaries::Shared last_;  // that of the last document that was unpacked
  ZstdCodec zstd_;
};

}  // namespace hm::inventory
