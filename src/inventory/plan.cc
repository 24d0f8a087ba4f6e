#include <algorithm>
#include <functional>

#include "base/crypto.h"
#include "base/encoding.h"
#include "inventory/record.h"

namespace hm::inventory {
namespace {

bool lacks_a_part(const Observed& item) {
  const auto absent = [&](const std::string& part) { return member(item.document, part) == nullptr; };
  for (const auto& [part, error] : item.unknown)
    if (absent(part)) return true;
  for (const auto& [part, time] : item.read_at)
    if (absent(part)) return true;
  return false;
}

// Fills `part` from the old document. True if that changed the document.
bool keep_old_part(Json& document, const State* old, const std::string& part) {
  if (old == nullptr || !document.is_object() || document.get_object().contains(part)) return false;
  const Json* value = member(old->document, part);
  if (value == nullptr) return false;
  document.get_object()[part] = *value;
  return true;
}

uint64_t mix(uint64_t value) {
  value ^= value >> 32;
  value *= 0xd6e8feb86659fd93U;
  return value ^ value >> 32;
}

// Of everything that is stored, volatile parts too: tells a document that must be written from one that need
// not be. Blind to order, since AWS shuffles lists that are sets; where order means something, Observed::hash
// knows.
uint64_t hash_unordered(const Json& json) {
  const auto text = [](std::string_view bytes) { return std::hash<std::string_view>{}(bytes); };
  uint64_t sum = static_cast<uint64_t>(json.kind()) + 1;
  if (json.is_object()) {
    for (const auto& [key, value] : json.get_object())
      sum += mix(text({key.data(), key.size()}) * 31 + hash_unordered(value));
    return mix(sum);
  }
  if (json.is_array()) {
    for (const Json& value : json.get_array()) sum += mix(hash_unordered(value));
    return mix(sum);
  }
  return mix(sum + (json.is_string() ? text(as_text(json)) : text(to_json(json))));
}

}  // namespace

Error not_stored() {
  return make_error(ErrorKind::unavailable, "not_stored",
                    "what was read of it before was not stored; it is read again with the next sweep");
}

namespace {

constexpr size_t kKeysPerRead = 200;
constexpr std::string_view kKnownSql =
    "select key, id, hash, stored_hash, version, version_id, gone_at, missing_since, unknown <> '{}', "
    "looked_at "
    "from resource where account_id = $1 and place_region = $2 and type = $3 and ";

Status add_known(store::Reader& reader, const std::string& where, const store::Params& params,
                 KnownPlace& known) {
  return reader.each(std::string(kKnownSql) + where, params, [&](const store::Row& row) -> Status {
    known.emplace(row.string(0), Known{.number = row.integer(1),
                                       .hash = row.string(2),
                                       .stored_hash = row.integer(3),
                                       .version = row.integer(4),
                                       .version_id = row.integer(5),
                                       .gone_at = row.maybe_time(6),
                                       .missing_since = row.maybe_time(7),
                                       .has_unknown = row.boolean(8),
                                       .looked_at = row.maybe_time(9)});
    return ok();
  });
}

}  // namespace

Result<KnownPlace> read_known(store::Reader& reader, const Place& place) {
  KnownPlace known;
  HM_DO(add_known(reader, "gone_at is null", {place.account_id, place.region, place.type}, known));
  return known;
}

Status read_one(store::Reader& reader, const Place& place, const std::string& key, KnownPlace& known) {
  return add_known(reader, "key = $4", {place.account_id, place.region, place.type, key}, known);
}

Status read_returning(store::Reader& reader, const Place& place, const std::vector<Observed>& items,
                      KnownPlace& known) {
  std::vector<std::string> keys;
  for (const Observed& item : items)
    if (!known.contains(item.id)) keys.push_back(item.id);
  for (size_t at = 0; at < keys.size(); at += kKeysPerRead) {
    store::Params params = {place.account_id, place.region, place.type};
    std::string list;
    for (size_t i = at; i < std::min(keys.size(), at + kKeysPerRead); ++i) {
      params.emplace_back(keys[i]);
      list += (list.empty() ? "$" : ", $") + std::to_string(params.size());
    }
    HM_DO(add_known(reader, "gone_at is not null and key in (" + list + ")", params, known));
  }
  return ok();
}

Result<OldStates> read_old_states(store::Reader& reader, PayloadCodec& codec, const KnownPlace& known,
                                  const std::vector<Observed>& items) {
  OldStates states;
  HM_DO(codec.learn(reader));
  for (const Observed& item : items) {
    const auto found = known.find(item.id);
    if (found == known.end()) continue;
    // What lacked a part may differ by that part alone.
    const bool compared = found->second.has_unknown && found->second.hash != item.hash;
    if (!lacks_a_part(item) && !compared) continue;
    HM_TRY(auto payload,
           reader.one("select payload from resource_version where id = $1", {found->second.version_id},
                      [](const store::Row& row) { return row.string(0); }));
    if (!payload.has_value() || payload->empty()) continue;
    HM_TRY(Json json, codec.unpack(*payload).context("reading " + resource_id(found->second.number)));
    states.emplace(found->second.number, state_from(std::move(json)));
  }
  return states;
}

void Planner::derive_again(Write& write) const {
  Observed whole;
  whole.document = std::move(write.state.document);
  options_.derive(whole);
  write.hash = std::move(whole.hash);
  write.state.document = std::move(whole.document);
  write.state.region = std::move(whole.region);
  write.state.arn = std::move(whole.arn);
  write.state.name = std::move(whole.name);
  write.state.state = std::move(whole.state);
  write.state.created_at = whole.created_at;
  write.state.tags = std::move(whole.tags);
  write.state.relations = std::move(whole.relations);
}

std::string Planner::hash_of(const Json& document) const {
  if (options_.derive != nullptr) {
    Observed whole;
    whole.document = document;
    options_.derive(whole);
    return std::move(whole.hash);
  }
  return options_.rehash != nullptr ? options_.rehash(document) : sha256_hex(to_json(sorted(document)));
}

// Whether the state before is what it is now, less the parts that nobody could read then.
bool Planner::only_became_known(const Known& known, const State* old, const Json& document) const {
  if (old == nullptr || !document.is_object()) return false;
  Json less = document;
  bool any = false;
  for (const auto& [part, why] : old->unknown)
    if (member(old->document, part) == nullptr) any |= less.get_object().erase(part) > 0;
  return any && hash_of(less) == known.hash;
}

Write Planner::compare(Observed item, const Known* known, const State* old, SweepCounts& counts) {
  Write write;
  write.key = std::move(item.id);
  write.hash = std::move(item.hash);
  write.state = State{.document = std::move(item.document),
                      .region = std::move(item.region),
                      .arn = std::move(item.arn),
                      .name = std::move(item.name),
                      .state = std::move(item.state),
                      .created_at = item.created_at,
                      .tags = std::move(item.tags),
                      .relations = std::move(item.relations),
                      .unknown = {},
                      .read_at = std::move(item.read_at)};
  // One that was made anew under the same name has nothing of the old one.
  if (old != nullptr && old->created_at && item.created_at && *old->created_at != *item.created_at)
    old = nullptr;
  bool merged = false;
  for (auto at = write.state.read_at.begin(); at != write.state.read_at.end();) {
    merged |= keep_old_part(write.state.document, old, at->first);
    if (member(write.state.document, at->first) != nullptr) {
      ++at;
      continue;
    }
    // Who read it has lost it since: it was read by nobody, then.
    if (item.unknown.try_emplace(at->first, not_stored()).second) ++counts.lost[at->first];
    at = write.state.read_at.erase(at);
  }
  for (const auto& [part, error] : item.unknown) {
    merged |= keep_old_part(write.state.document, old, part);
    UnknownPart why{error.code, error.message, sweep_.started_at};
    // The same failure as before is not news: its first time and wording stay.
    if (old != nullptr) {
      const auto before = old->unknown.find(part);
      if (before != old->unknown.end() && before->second.code == why.code) why = before->second;
    }
    write.state.unknown.emplace(part, std::move(why));
  }
  if (merged && options_.derive != nullptr) {
    derive_again(write);
  } else if (merged || write.hash.empty()) {
    write.hash = hash_of(write.state.document);
  }
  const Json stored = to_json_value(write.state);
  write.stored_hash = static_cast<int64_t>(hash_unordered(stored));
  if (known == nullptr) {
    write.step = Step::create;
  } else {
    write.before = *known;
    if (known->gone_at.has_value()) {
      write.step = Step::give_back;
    } else if (known->hash != write.hash) {
      // To be read at last is no change of the thing.
      write.step = only_became_known(*known, old, write.state.document) ? Step::touch : Step::change;
    } else if (known->stored_hash != write.stored_hash || known->missing_since.has_value()) {
      write.step = Step::touch;
    }
  }
  if (write.step != Step::unchanged) write.payload = codec_.pack(stored);
  return write;
}

std::vector<Write> Planner::plan(KnownPlace& known, std::vector<Observed> items, const OldStates& old_states,
                                 SweepCounts& counts) {
  std::vector<Write> writes;
  for (Observed& item : items) {
    const auto found = known.find(item.id);
    if (found != known.end() && std::exchange(found->second.seen, true)) continue;
    if (found != known.end() && knows_better(found->second, sweep_)) {
      if (!found->second.gone_at) ++counts.seen, ++counts.unchanged;
      continue;
    }
    const auto old = found == known.end() ? old_states.end() : old_states.find(found->second.number);
    const int64_t number =
        found == known.end() ? resource_number(sweep_.place, item.id) : found->second.number;
    if (found == known.end()) {
      Known fresh;
      fresh.number = number;
      fresh.seen = true;
      known.emplace(item.id, std::move(fresh));
    }
    Write write = compare(std::move(item), found == known.end() ? nullptr : &found->second,
                          old == old_states.end() ? nullptr : &old->second, counts);
    ++counts.seen;
    if (write.step == Step::create) {
      write.before.number = number;
      ++counts.created;
    }
    if (write.step == Step::change) ++counts.changed;
    if (write.step == Step::give_back) ++counts.returned;
    if (write.step == Step::unchanged || write.step == Step::touch) ++counts.unchanged;
    if (write.step != Step::unchanged) writes.push_back(std::move(write));
  }
  return writes;
}

}  // namespace hm::inventory
