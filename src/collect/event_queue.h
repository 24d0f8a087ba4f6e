// A queue of SQS that EventBridge fills: receives what is in it and deletes what has been acted on.
//
// SQS gives a message at least once; what is not deleted within the queue's visibility timeout comes again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collect/accounts.h"
#include "collect/details.h"

namespace hm::collect {

struct QueueAddress {
  std::string url;
  std::string account_id;  // whose it is
  std::string region;      // empty: the address does not say it (a simulator's)
};

// Of "https://sqs.eu-west-1.amazonaws.com/111111111111/hostmaster-events"; nothing where it is no such
// address.
std::optional<QueueAddress> queue_address(const std::string& url);

// What a queue is to be given as.
inline constexpr const char* kQueueExample =
    "https://sqs.eu-west-1.amazonaws.com/111111111111/hostmaster-events";
inline constexpr size_t kMostQueues = 200;  // in all: each has a thread of its own
// What is wrong with a text as the URL of a queue; nothing where it is one.
std::optional<std::string> queue_fault(const std::string& url);

// Of a queue whose region is known.
std::string queue_arn(const QueueAddress& queue);

struct QueueMessage {
  std::string receipt;
  std::string body;
  std::optional<Time> sent_at;  // when it arrived in the queue
};

// As one account, which must be able to read it. Thread-safe.
class QueueReader {
 public:
  static constexpr size_t kMostAtOnce = 10;  // SQS's own limit, of both calls
  // The client outlives it.
  QueueReader(aws::Client& client, const Account& account, const QueueAddress& queue);

  const std::string& region() const { return target_.region; }
  // Waits up to `wait` (at most 20 s, SQS's limit) for the first message. Errors have the note
  // "missing_permission" where the queue's reading was refused.
  Result<std::vector<QueueMessage>> receive(std::chrono::seconds wait, const std::stop_token& stop) const;
  // `left`: how many of them are still in the queue. SQS may delete some and not others.
  Status remove(const std::vector<std::string>& receipts, size_t& left, const std::stop_token& stop) const;
  // What the queue says of itself; its numbers as text: "ApproximateNumberOfMessages", …
  Result<Json> attributes(const std::stop_token& stop) const;

 private:
  Result<Json> call(const char* operation, const char* permission, const Json& params,
                    const aws::CallOptions& options) const;

  aws::Client& client_;
  const std::string url_;
  aws::Target target_;
};

}  // namespace hm::collect
