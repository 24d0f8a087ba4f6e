// The follower on a queue that does what queues do: holds what others sent, refuses, deletes in part, is
// gone.
#include "collect/event_follower.h"

#include <deque>

#include "collect/test_collector.h"
#include "inventory/event_queue.h"

namespace hm::collect {
namespace {

constexpr const char* kUrl = "https://sqs.eu-west-1.amazonaws.com/111111111111/hostmaster-events";
const std::string kToldVolume =
    std::string(kVolume) +
    "events:\n  - {source: aws.ec2, detail_type: EBS Volume Notification, id: \"resources[]\"}\n";

// Of EventBridge, about a volume.
std::string event_of(const std::string& volume, const std::string& at) {
  return to_json(JsonObject{{"version", "0"},
                            {"id", "e-" + volume},
                            {"source", "aws.ec2"},
                            {"detail-type", "EBS Volume Notification"},
                            {"account", "111111111111"},
                            {"region", "eu-west-1"},
                            {"time", at},
                            {"resources", JsonArray{"arn:aws:ec2:eu-west-1:111111111111:volume/" + volume}},
                            {"detail", JsonObject{}}});
}

class EventFollowerTest : public CollectorTest {
 protected:
  struct Answer {
    int status = 200;
    Json body = JsonObject{};
    std::chrono::seconds takes{0};
  };

  void SetUp() override {
    CollectorTest::SetUp();
    use("resources/ec2/volume.yaml", kToldVolume.c_str());
    scan();
    start_ = clock_.now();
  }

  static Answer messages(const std::vector<std::string>& bodies, Time sent_at) {
    JsonArray list;
    for (size_t i = 0; i < bodies.size(); ++i)
      list.push_back(JsonObject{
          {"ReceiptHandle", "r" + std::to_string(i)},
          {"Body", bodies[i]},
          {"Attributes", JsonObject{{"SentTimestamp", std::to_string(to_micros(sent_at) / 1000)}}}});
    return {.body = JsonObject{{"Messages", std::move(list)}}};
  }
  static Answer refused(const std::string& code, int status = 400) {
    return {.status = status, .body = JsonObject{{"__type", "com.amazonaws.sqs#" + code}, {"message", "no"}}};
  }

  // Everything but the queue is the fixture's AWS. Where the script is at its end, what the turns before have
  // left is kept, and the follower is stopped.
  Result<HttpResponse> answer(const HttpRequest& request) {
    const std::string target(request.headers.get("X-Amz-Target"));
    if (target.find("AmazonSQS.") == std::string::npos) return aws_.answer(request);
    if (target.ends_with("DeleteMessageBatch")) {
      deleted_ += parse_json(request.body)->at("Entries").as_array().size();
      return json(deletion_);
    }
    asked_.push_back(clock_.now());
    if (script_.empty()) {
      if (!left_) left_ = rows();
      stop_.request_stop();
      return json({});
    }
    const Answer next = std::move(script_.front());
    script_.pop_front();
    clock_.advance(next.takes);
    return json(next);
  }
  static HttpResponse json(const Answer& answer) {
    return {answer.status, {{"Content-Type", "application/x-amz-json-1.0"}}, to_json(answer.body)};
  }

  AccountView view() {
    AccountView one;
    one.account = account();
    one.account.event_queues = {kUrl};
    one.id = "111111111111";
    one.regions = {"eu-west-1"};
    return one;
  }
  // Runs the script, and gives what is known of the queue then.
  inventory::EventQueue follow() {
    Collector collector(*types_, queue_client_, *inventory_, redactor_, clock_);
    const auto views = [&] {
      std::this_thread::yield();
      return std::vector{std::make_shared<const AccountView>(view())};
    };
    EventOptions options;
    options.tick = {};  // only the reader moves the clock
    EventFollower follower(
        collector, *database_,
        [] {
          return std::map<std::string, std::string>{{kUrl, "111111111111"}};
        },
        views, [&](const inventory::Place&) { return ++due_ > 0; }, options);
    follower.run(stop_.get_token());
    EXPECT_TRUE(left_ && left_->size() == 1);
    return left_ && !left_->empty() ? left_->front() : inventory::EventQueue{};
  }
  std::vector<inventory::EventQueue> rows() {
    auto queues = inventory::list_event_queues(*database_, identity::Scope::everything());
    EXPECT_TRUE(queues.has_value()) << queues.error().text();
    return queues ? std::move(*queues) : std::vector<inventory::EventQueue>{};
  }
  std::vector<int64_t> gaps_s() const {
    std::vector<int64_t> gaps;
    for (size_t i = 1; i < asked_.size(); ++i)
      gaps.push_back(std::chrono::duration_cast<std::chrono::seconds>(asked_[i] - asked_[i - 1]).count());
    return gaps;
  }

  std::stop_source stop_;
  std::deque<Answer> script_;
  Answer deletion_;
  std::vector<Time> asked_;
  std::optional<std::vector<inventory::EventQueue>> left_;
  size_t deleted_ = 0;
  std::atomic<int> due_ = 0;
  Time start_;
  ReplayTransport queue_transport_{[this](const HttpRequest& request) { return answer(request); }};
  aws::Client queue_client_{queue_transport_, clock_, nullptr, {}};
};

TEST_F(EventFollowerTest, WhatOthersSendIsCountedSaidAndDeleted) {
  const std::string strange = to_json(JsonObject{{"id", "1"},
                                                 {"source", "my\n.shop\x01"},
                                                 {"detail-type", std::string(99, 'x') + "\xC3\xA4 and more"},
                                                 {"account", "111111111111"},
                                                 {"region", "eu-west-1"},
                                                 {"time", "2026-11-23T12:00:00Z"}});
  script_ = {
      messages({"rubbish", to_json(JsonObject{{"Event", "s3:TestEvent"}}),
                to_json(JsonObject{{"text", std::string(256 * 1024, 'x')}}),
                to_json(JsonObject{{"Type", "Notification"}, {"TopicArn", "arn:t"}, {"Message", "{}"}}),
                strange, event_of("vol-1", "2026-11-23T12:00:00Z")},
               start_)};
  const auto queue = follow();
  EXPECT_EQ(queue.outcome, inventory::Outcome::ok);
  EXPECT_EQ(queue.counts.received, 6);
  EXPECT_EQ(queue.counts.malformed, 4);
  EXPECT_EQ(queue.counts.unrecognized, 1);
  EXPECT_EQ(queue.counts.looks, 1) << "what else came is seen all the same";
  EXPECT_EQ(deleted_, 6u);
  EXPECT_TRUE(parse_json(to_json(Json(queue.refusal)))) << "no half of a character";
  EXPECT_EQ(queue.refusal.find('\n'), std::string::npos) << "one line in the log";
  EXPECT_NE(queue.refusal.find("my .shop"), std::string::npos) << queue.refusal;
}

TEST_F(EventFollowerTest, WhatIsDeletedInPartComesAgainAndIsSaid) {
  deletion_.body = JsonObject{{"Successful", JsonArray{JsonObject{{"Id", "m0"}}}},
                              {"Failed", JsonArray{JsonObject{{"Id", "m1"}, {"Code", "InternalError"}}}}};
  script_ = {messages({event_of("vol-1", "2026-11-23T12:00:00Z"), event_of("vol-2", "2026-11-23T12:00:00Z")},
                      start_)};
  const auto queue = follow();
  EXPECT_EQ(queue.outcome, inventory::Outcome::failed);
  EXPECT_EQ(queue.counts.looks, 2);
  EXPECT_EQ(queue.counts.kept, 1);
  EXPECT_NE(queue.message.find("1 of 2 messages could not be deleted: InternalError"), std::string::npos)
      << queue.message;
}

// Every message is acted on until SQS gives up on it, but never faster than the queue is asked after a
// failure.
TEST_F(EventFollowerTest, WhereNothingMayBeDeletedThePausesGrow) {
  deletion_ = refused("AccessDenied", 403);
  for (int i = 0; i < 8; ++i)
    script_.push_back(messages({event_of("vol-1", "2026-11-23T12:00:00Z")}, start_));
  const auto queue = follow();
  EXPECT_EQ(queue.outcome, inventory::Outcome::denied);
  EXPECT_EQ(queue.counts.kept, 8);
  EXPECT_NE(queue.message.find("come again"), std::string::npos) << queue.message;
  ASSERT_GE(gaps_s().size(), 8u);
  for (size_t i = 0; i < 8; ++i) EXPECT_GE(gaps_s()[i], std::min(1 << i, 60)) << i;
}

TEST_F(EventFollowerTest, OneThatIsThrottledOrGoneIsAskedEverSeldomer) {
  for (int i = 0; i < 4; ++i) script_.push_back(refused("RequestThrottled"));
  for (int i = 0; i < 6; ++i) script_.push_back(refused("QueueDoesNotExist"));
  const auto queue = follow();
  EXPECT_EQ(queue.outcome, inventory::Outcome::failed);
  EXPECT_EQ(queue.code, "QueueDoesNotExist");
  EXPECT_EQ(queue.since.time_since_epoch() / std::chrono::minutes(1),
            asked_.front().time_since_epoch() / std::chrono::minutes(1))
      << "throttled or gone: nothing is known since the first";
  ASSERT_GE(gaps_s().size(), 10u);
  for (size_t i = 0; i < 10; ++i) EXPECT_GE(gaps_s()[i], std::min(1 << i, 60)) << i;
}

// An endpoint that does not know long polls: what stands before SQS, or what claims to be it.
TEST_F(EventFollowerTest, AQueueThatDoesNotWaitIsNotAskedWithoutEnd) {
  for (int i = 0; i < 10; ++i) script_.push_back({});
  script_.push_back({.takes = std::chrono::seconds(20)});
  script_.push_back({.takes = std::chrono::seconds(20)});
  EXPECT_EQ(follow().outcome, inventory::Outcome::ok);
  ASSERT_GE(gaps_s().size(), 10u);
  for (size_t i = 0; i < 10; ++i) EXPECT_GE(gaps_s()[i], 2) << i;
}

TEST_F(EventFollowerTest, WhereTheClocksDifferNoTimeIsMadeUp) {
  script_ = {messages({event_of("vol-1", "2026-11-23T13:30:00Z")}, start_ + std::chrono::hours(1))};
  const auto queue = follow();
  EXPECT_EQ(queue.counts.looks, 1);
  EXPECT_FALSE(queue.delay.has_value());
  EXPECT_FALSE(queue.lag.has_value());
  ASSERT_TRUE(queue.event_at.has_value());
  EXPECT_LE(*queue.event_at, clock_.now()) << "what has come has happened";
}

// The reader ends a moment after the account is changed, and what it was about to note is no queue any more.
TEST_F(EventFollowerTest, AQueueThatNobodyNamesAnyMoreLeavesNoRow) {
  Collector collector(*types_, queue_client_, *inventory_, redactor_, clock_);
  for (int i = 0; i < 200; ++i) script_.push_back({.takes = std::chrono::seconds(20)});
  std::atomic<bool> named = true, read = true;
  std::atomic<int> rounds = 0;
  const auto configured = [&] {
    return named ? std::map<std::string, std::string>{{kUrl, "111111111111"}}
                 : std::map<std::string, std::string>();
  };
  // First the book does not name it any more, then its reader ends, then a few rounds pass.
  const auto views = [&] {
    if (named && rows().size() == 1) named = false;
    if (!named && ++rounds > 20) read = false;
    if (rounds > 40) stop_.request_stop();
    std::vector<std::shared_ptr<const AccountView>> all;
    if (read) all.push_back(std::make_shared<const AccountView>(view()));
    return all;
  };
  EventFollower(collector, *database_, configured, views, [](const inventory::Place&) {
    return true;
  }).run(stop_.get_token());
  EXPECT_FALSE(read);
  EXPECT_TRUE(rows().empty());
}

}  // namespace
}  // namespace hm::collect
