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
// Takes the document out of it: where that lies in an arena, so does the state's.
State state_from(Json json);

// What nearly every document takes when it is read; of larger ones the arena takes more.
constexpr size_t kArenaBytes = size_t{64} << 10;

// Not thread-safe: one for each thread of work.
class PayloadCodec {
 public:
  std::string pack(const Json& json) { return zstd_.pack(to_json(json)); }
  // Error: corrupt.
  Result<Json> unpack(std::string_view payload);
  // The same in memory that the caller owns (base/json.h).
  Result<Json> unpack(std::string_view payload, JsonArena& arena);

 private:
  Result<std::string> text_of(std::string_view payload);
  ZstdCodec zstd_;
};

}  // namespace hm::inventory
