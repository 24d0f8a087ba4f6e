#include "store/memo.h"

#include <algorithm>

#include "base/check.h"
#include "store/database.h"

namespace hm::store {
namespace {

// Of changes at one look; who is further behind takes everything for changed.
constexpr int kMostRead = 2000;

thread_local Moment* moment_here = nullptr;

// Each kind is told by a letter and ends with its length, so that no two lists of values read alike.
void append(std::string& key, const Value& value) {
  std::visit(
      [&](const auto& held) {
        using T = std::decay_t<decltype(held)>;
        std::string text;
        if constexpr (std::is_same_v<T, int64_t> || std::is_same_v<T, double> || std::is_same_v<T, bool>)
          text = std::to_string(held);
        if constexpr (std::is_same_v<T, std::string>) text = held;
        if constexpr (std::is_same_v<T, Blob>) text = held.bytes;
        key += '\n' + text + '#' + std::to_string(text.size());
      },
      value.held());
  key += static_cast<char>('a' + value.held().index());
}

}  // namespace

Moment::Moment(const Database& database) : database_(database) {
  HM_CHECK(moment_here == nullptr);
  moment_here = this;
}

Moment::~Moment() { moment_here = nullptr; }

std::string memo_key(std::string_view sql, const Params& params) {
  std::string key(sql);
  for (const Value& value : params) append(key, value);
  return key;
}

// Reads which nouns have changed by now.
Status Memo::catch_up(Database& database) {
  const int64_t position = state_.with([](const State& state) { return state.position; });
  std::vector<Change> changes;
  bool jump = position < 0;
  if (!jump) {
    auto read = database.follow(position, kMostRead);
    if (!read && read.error().code != "trimmed") return std::move(read.error());
    jump = !read || read->size() == static_cast<size_t>(kMostRead);
    if (!jump) changes = std::move(*read);
  }
  int64_t last = 0;
  if (jump) {
    HM_TRY(last, database.last_change());
  }
  state_.with([&](State& state) {
    if (jump && last > state.position) state.position = state.unseen = last;
    // Another thread may have been here meanwhile, so each change counts by its own number.
    for (const Change& change : changes) {
      int64_t& of_noun = state.last[change.noun];
      of_noun = std::max(of_noun, change.seq);
      state.position = std::max(state.position, change.seq);
    }
  });
  return ok();
}

// The last change of any of the nouns. What is computed after this was asked rests on it, or on what is
// newer.
Result<int64_t> Memo::mark_of(Database& database, std::initializer_list<std::string_view> nouns) {
  Moment* moment = moment_here != nullptr && &moment_here->database_ == &database ? moment_here : nullptr;
  if (moment == nullptr || !moment->asked_) {
    HM_DO(catch_up(database));
    if (moment != nullptr) moment->asked_ = true;
  }
  return state_.with([&](const State& state) {
    int64_t mark = state.unseen;
    for (const std::string_view noun : nouns)
      if (const auto found = state.last.find(noun); found != state.last.end())
        mark = std::max(mark, found->second);
    return mark;
  });
}

void Memo::make_room(State& state) {
  while (state.kept.size() > kMostKept) {
    auto oldest = state.kept.end();
    for (auto one = state.kept.begin(); one != state.kept.end(); ++one)
      if (!one->second.running && (oldest == state.kept.end() || one->second.used < oldest->second.used))
        oldest = one;
    if (oldest == state.kept.end()) return;
    state.kept.erase(oldest);
  }
}

Result<std::shared_ptr<const void>> Memo::find(Database& database,
                                               std::initializer_list<std::string_view> nouns,
                                               const std::string& key, const Compute& compute) {
  if (key.size() > kLongestKey) return compute();
  HM_TRY(const int64_t mark, mark_of(database, nouns));
  const auto idle = [&](const State& state) {
    const auto found = state.kept.find(key);
    return found == state.kept.end() || !found->second.running;
  };
  auto kept = state_.wait(idle, [&](State& state) -> std::shared_ptr<const void> {
    Kept& one = state.kept[key];
    one.used = ++state.uses;
    if (one.value && one.mark >= mark) return one.value;
    one.running = true;
    make_room(state);
    return nullptr;
  });
  if (kept) return kept;
  auto value = compute();
  state_.with([&](State& state) {
    Kept& one = state.kept[key];
    one.running = false;
    if (value) one = {mark, *value, false, one.used};
  });
  state_.notify();
  return value;
}

}  // namespace hm::store
