#include "sim/state/collection.h"

#include <algorithm>

#include "base/check.h"

namespace hm::sim {

Json stored(const std::string& text) {
  auto document = parse_json(text);
  HM_CHECK(document.has_value());
  return std::move(*document);
}

void Collection::put(std::string_view id, const Json& document) {
  auto text = to_json(document);
  text.shrink_to_fit();
  const auto [found, added] = index_.try_emplace(std::string(id), next_);
  if (added) {
    entries_.push_back({next_++, std::string(id), std::move(text)});
    return;
  }
  const auto entry =
      std::lower_bound(entries_.begin(), entries_.end(), found->second,
                       [](const Entry& e, uint64_t sequence) { return e.sequence < sequence; });
  entry->text = std::move(text);
}

bool Collection::erase(std::string_view id) {
  const auto found = index_.find(std::string(id));
  if (found == index_.end()) return false;
  const auto entry =
      std::lower_bound(entries_.begin(), entries_.end(), found->second,
                       [](const Entry& e, uint64_t sequence) { return e.sequence < sequence; });
  *entry = {found->second, {}, {}};
  index_.erase(found);
  if (entries_.size() > 64 && index_.size() < entries_.size() / 2) compact();
  return true;
}

void Collection::compact() {
  std::erase_if(entries_, [](const Entry& entry) { return entry.id.empty(); });
}

Json Collection::find(std::string_view id) const {
  const auto sequence = sequence_of(id);
  if (sequence == 0) return nullptr;
  Json document;
  each(sequence - 1, [&](uint64_t, const std::string&, const std::string& text) {
    document = stored(text);
    return false;
  });
  return document;
}

uint64_t Collection::sequence_of(std::string_view id) const {
  const auto found = index_.find(std::string(id));
  return found == index_.end() ? 0 : found->second;
}

void Collection::each(uint64_t after, const Visit& visit) const {
  auto entry = std::upper_bound(entries_.begin(), entries_.end(), after,
                                [](uint64_t sequence, const Entry& e) { return sequence < e.sequence; });
  for (; entry != entries_.end(); ++entry) {
    if (!entry->id.empty() && !visit(entry->sequence, entry->id, entry->text)) return;
  }
}

void Place::put(std::string_view collection, std::string_view id, const Json& document) {
  if (collection == "ec2/instance") tell_state(id, document);
  of(collection).put(id, document);
  ++version;
}

void Place::tell_state(std::string_view id, const Json& document) {
  const auto state_of = [](const Json& one) {
    const auto* state = member(one, "State");
    return state == nullptr ? std::string() : std::string(member_text(*state, "Name"));
  };
  auto state = state_of(document);
  if (state != state_of(of("ec2/instance").find(id))) told.push_back({std::string(id), std::move(state)});
}

bool Place::erase(std::string_view collection, std::string_view id) {
  ++version;
  return of(collection).erase(id);
}

void Place::patch(std::string_view collection, std::string_view id, const JsonObject& changes) {
  auto document = of(collection).find(id);
  if (!document.is_object()) return;
  auto& object = document.get_object();
  for (const auto& [name, value] : changes) {
    if (value.is_null()) {
      object.erase(name);
    } else {
      object[name] = value;
    }
  }
  put(collection, id, document);
}

void Place::later(Time due, std::string_view collection, std::string_view id, JsonObject changes) {
  timers.emplace(due, Timer{due, std::string(collection), std::string(id), std::move(changes)});
}

void Place::cancel(std::string_view collection, std::string_view id) {
  std::erase_if(timers, [&](const auto& entry) {
    return entry.second.collection == collection && entry.second.id == id;
  });
}

void Place::settle(Time now) {
  while (!timers.empty() && timers.begin()->first <= now) {
    const auto timer = std::move(timers.begin()->second);
    timers.erase(timers.begin());
    if (timer.patch.empty()) {
      erase(timer.collection, timer.id);
    } else {
      patch(timer.collection, timer.id, timer.patch);
    }
  }
}

}  // namespace hm::sim
