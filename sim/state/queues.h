// SQS, as far as an event reader needs it: queues that hold messages until they are deleted, and show one
// that was received again when its visibility timeout has passed.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/sync.h"
#include "sim/state/engine.h"

namespace hm::sim {

struct Message {
  std::string id, body, receipt;
  Time sent_at, visible_at;
  int received = 0;
};

struct Queue {
  std::map<std::string, std::string> attributes;  // as CreateQueue and SetQueueAttributes gave them
  Time created_at;
  std::deque<Message> messages;
};

// Thread-safe. A queue holds at most kMost messages: what is beyond is lost.
class Queues {
 public:
  static constexpr size_t kMost = 100'000;
  static constexpr size_t kMostQueues = 1'000;

  // "https://sqs.eu-west-1.amazonaws.com/111111111111/name"; the host does not matter, the simulator is all.
  static std::string url_of(const std::string& account_id, const std::string& region,
                            const std::string& name);
  // One that nobody has called for.
  void make(const std::string& account_id, const std::string& region, const std::string& name, Time now);
  Result<Json> create(const Call& call);
  Result<Json> url_of(const Call& call) const;
  Result<Json> attributes_of(const Call& call) const;
  Result<Json> set_attributes(const Call& call);
  Result<Json> send(const Call& call);
  // Waits up to WaitTimeSeconds for the first message, or until stop().
  Result<Json> receive(const Call& call);
  Result<Json> remove(const Call& call);
  Result<Json> remove_some(const Call& call);

  // What EventBridge does. False where there is no such queue.
  bool put(const std::string& arn, std::string body, Time now, Micros delay, bool in_front);
  void stop();

 private:
  using Key = std::pair<std::string, std::string>;  // account/region, name
  struct State {
    std::map<Key, Queue> queues;
    bool stopped = false;
  };
  template <class F>
  Result<Json> in_queue(const Call& call, F&& f);

  Synced<State> state_;
};

}  // namespace hm::sim
