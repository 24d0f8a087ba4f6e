// Answers that many ask for alike (a total, the counts of facets), kept until the change log says that what
// they rest on has changed. What is given is never older than the moment it was asked for; of many who ask
// for the same at once, one works and the others wait for it.
//
//   HM_TRY(const auto total, database.memo().get<int64_t>(database, {"resource"}, memo_key(sql, params),
//                                                         [&] { return count(); }));
//
// Whoever gathers one answer from several kept ones asks the change log once, within a Moment.
//
// A noun stands for all that is written with it: who changes something that a kept answer rests on, writes
// the noun into the change log in the same transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <typeinfo>

#include "base/result.h"
#include "base/sync.h"
#include "store/value.h"

namespace hm::store {

class Database;

// While it lives, "the moment it was asked" of everything that this thread asks of the database's memo is one
// and the same: it lies after the moment's beginning, and the change log is asked for it once. For what only
// reads: it would not see what is written meanwhile. One at a time on a thread.
class Moment {
 public:
  explicit Moment(const Database& database);
  ~Moment();
  Moment(const Moment&) = delete;
  Moment& operator=(const Moment&) = delete;

 private:
  friend class Memo;
  const Database& database_;
  bool asked_ = false;
};

// A statement with its parameters, as the name of its answer.
std::string memo_key(std::string_view sql, const Params& params);

// Thread-safe.
class Memo {
 public:
  static constexpr size_t kMostKept = 256;          // the one that was asked for longest ago goes first
  static constexpr size_t kLongestKey = 16 * 1024;  // what has a longer one is not kept

  // `key` names the answer together with all that it depends on beside the nouns; f() gives Result<T>. It
  // runs on this thread, reads the database itself, and is not called where an answer is kept.
  template <class T, class F>
  Result<std::shared_ptr<const T>> get(Database& database, std::initializer_list<std::string_view> nouns,
                                       const std::string& key, F&& f) {
    const auto compute = [&]() -> Result<std::shared_ptr<const void>> {
      HM_TRY(T value, f());
      return std::shared_ptr<const void>(std::make_shared<const T>(std::move(value)));
    };
    HM_TRY(auto found, find(database, nouns, std::string(typeid(T).name()) + '\n' + key, compute));
    return std::static_pointer_cast<const T>(found);
  }

 private:
  using Compute = std::function<Result<std::shared_ptr<const void>>()>;
  struct Kept {
    int64_t mark = -1;  // the change that it is not older than
    std::shared_ptr<const void> value;
    bool running = false;
    uint64_t used = 0;
  };
  struct State {
    int64_t position = -1;                             // of the change log
    int64_t unseen = 0;                                // up to here nobody looked which nouns changed
    std::map<std::string, int64_t, std::less<>> last;  // of each noun
    std::map<std::string, Kept> kept;
    uint64_t uses = 0;
  };

  Result<std::shared_ptr<const void>> find(Database& database, std::initializer_list<std::string_view> nouns,
                                           const std::string& key, const Compute& compute);
  Status catch_up(Database& database);
  Result<int64_t> mark_of(Database& database, std::initializer_list<std::string_view> nouns);
  static void make_room(State& state);

  Synced<State> state_;
};

}  // namespace hm::store
