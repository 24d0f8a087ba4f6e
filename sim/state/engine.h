// What the services do with their documents: tables for the many operations that list, show, set or remove a
// part of a document, and functions for the few that do more.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sim/server/identity.h"
#include "sim/state/world.h"
#include "sim/wire/wire.h"

namespace hm::sim {

class Events;
class Queues;
class Trail;

// One call, after dispatch and authorization.
struct Call {
  const Wire& wire;
  const Json& params;
  const Caller& caller;
  std::string account_id;
  std::string region;  // of the credential scope
  Time now;
  World& world;
  Identity& identity;
  Trail& trail;
  Queues& queues;
  Events& events;
  int synthesize = 0;  // rows to make up where a list is not modelled

  std::string text(std::string_view param) const { return std::string(member_text(params, param)); }
  const Json* find(std::string_view param) const { return member(params, param); }
};

// Which documents an operation lists, and how it is asked.
struct ListSpec {
  const char* service;
  const char* operation;
  const char* collection;           // "ec2/volume"
  const char* output;               // member of the answer that holds the rows
  const char* ids = "";             // parameter with ids, a list or a text
  const char* id_member = "";       // what these match: a member of the document; empty: the collection's id
  const char* not_found = "";       // error code for an id that is not there; empty: simply no row
  const char* not_found_text = "";  // with {} for the id
  int page = 100;                   // rows where the caller names no limit
  // Gives false to leave a document out.
  bool (*keep)(const Call& call, const Json& document) = nullptr;
  // Makes the row of the answer from the document.
  Json (*row)(const Call& call, Json document) = nullptr;
  bool global = false;
};

// A part of one document: "GetBucketPolicy is the member _policy of the bucket named by Bucket".
struct DetailSpec {
  const char* service;
  const char* operation;
  const char* collection;
  const char* id_param;
  const char* source;       // member of the document; empty: the document itself
  const char* output;       // member of the answer; empty: the part is the whole answer
  const char* absent = "";  // error code where the document has no such part; empty: an empty answer
  const char* absent_text = "";
  int absent_status = 404;
  bool global = false;
};

// Sets (or, without `input`, removes) a part of one document.
struct ChangeSpec {
  const char* service;
  const char* operation;
  const char* collection;
  const char* id_param;
  const char* input;  // parameter that holds the part; empty: remove it
  const char* target;
  bool wrap = false;  // the part is stored as {input: value}, the form of the whole answer
  bool global = false;
};

struct MissingSpec {  // how a collection says that it has no such id
  const char* collection;
  int status;
  const char* code;
  const char* text;  // with {} for the id
};

struct HandlerSpec {
  const char* service;
  const char* operation;
  Result<Json> (*run)(const Call& call);
};

// The tables, one file a family of services.
std::span<const ListSpec> list_specs();
std::span<const DetailSpec> detail_specs();
std::span<const ChangeSpec> change_specs();
std::span<const HandlerSpec> handler_specs();
const MissingSpec& missing_spec(std::string_view collection);

// Answers a call. An operation that no table names is answered from its output shape: empty, but valid.
Result<Json> answer(const Call& call);
// Whether a table or a function serves it.
bool is_modelled(std::string_view service, std::string_view operation);
bool is_read(std::string_view operation);

// The pieces.
Result<Json> answer_list(const Call& call, const ListSpec& spec);
Result<Json> answer_detail(const Call& call, const DetailSpec& spec);
Result<Json> answer_change(const Call& call, const ChangeSpec& spec);
Json empty_answer(aws::Shape shape);
Result<Json> synthesized(const Call& call);
// EC2's Filters: refused where a name is unknown to the collection.
Status check_filters(const Call& call, std::string_view collection);
bool passes_filters(const Call& call, std::string_view collection, const Json& document);
// "*" and "?" as EC2 understands them.
bool matches_pattern(std::string_view pattern, std::string_view text);
Error no_such(std::string_view collection, std::string_view id);
std::string fill(std::string_view text, std::string_view id);

// Finds one document or refuses as the collection does.
Result<Json> require(Place& place, std::string_view collection, std::string_view id);

// Where the operation's documents live: the caller's account, and its region or "global".
template <class F>
auto in_place(const Call& call, bool global, F&& f) {
  return call.world.with(call.account_id, global ? std::string_view("global") : std::string_view(call.region),
                         call.now, std::forward<F>(f));
}

}  // namespace hm::sim
