#include "inventory/event_queue.h"

#include "store/test_database.h"

namespace hm::inventory {
namespace {

constexpr const char* kUrl = "https://sqs.eu-west-1.amazonaws.com/111111111111/q";

class EventQueueTest : public store::DatabaseTest {
 protected:
  EventQueue turn(Outcome outcome = Outcome::ok) {
    clock_.advance(std::chrono::minutes(1));
    EventQueue queue;
    queue.url = kUrl;
    queue.account_id = "111111111111";
    queue.region = "eu-west-1";
    queue.outcome = outcome;
    if (outcome != Outcome::ok) queue.message = "no";
    queue.since = queue.asked_at = clock_.now();
    return queue;
  }
  EventQueue only(const Scope& scope = Scope::everything()) {
    auto queues = list_event_queues(database(), scope);
    EXPECT_TRUE(queues.has_value()) << queues.error().text();
    EXPECT_EQ(queues->size(), 1u);
    return queues->empty() ? EventQueue{} : queues->front();
  }
};

TEST_P(EventQueueTest, IsPendingUntilItIsAskedAndGoneWhenNobodyNamesIt) {
  EventQueue planned = turn();
  planned.outcome = Outcome::pending;
  ASSERT_TRUE(plan_event_queues(database(), {planned}));
  EXPECT_EQ(only().outcome, Outcome::pending);
  ASSERT_TRUE(record_event_queue(database(), turn()));
  ASSERT_TRUE(plan_event_queues(database(), {planned}));
  EXPECT_EQ(only().outcome, Outcome::ok) << "what is known stays";
  ASSERT_TRUE(plan_event_queues(database(), {}));
  EXPECT_TRUE(list_event_queues(database(), Scope::everything())->empty());
}

TEST_P(EventQueueTest, SaysSinceWhenItIsAsItIs) {
  ASSERT_TRUE(record_event_queue(database(), turn()));
  const Time read_since = only().since;
  ASSERT_TRUE(record_event_queue(database(), turn()));
  EXPECT_EQ(only().since, read_since);
  ASSERT_TRUE(record_event_queue(database(), turn(Outcome::denied)));
  const Time lost_at = only().since;
  EXPECT_GT(lost_at, read_since);
  ASSERT_TRUE(record_event_queue(database(), turn(Outcome::throttled)));
  EXPECT_EQ(only().since, lost_at) << "another reason is the same silence";
  EXPECT_EQ(only().outcome, Outcome::throttled);
  ASSERT_TRUE(record_event_queue(database(), turn()));
  EXPECT_GT(only().since, lost_at);
  EXPECT_EQ(only().message, "");
}

TEST_P(EventQueueTest, AddsUpAndKeepsWhatATurnDoesNotSay) {
  EventQueue busy = turn();
  busy.received_at = busy.event_at = clock_.now();
  busy.lag = std::chrono::seconds(3);
  busy.delay = std::chrono::milliseconds(40);
  busy.refusal = "it is not JSON";
  busy.counts = {.received = 5, .looks = 2, .malformed = 1};
  ASSERT_TRUE(record_event_queue(database(), busy));
  ASSERT_TRUE(record_event_queue(database(), busy));
  ASSERT_TRUE(record_event_queue(database(), turn()));
  const EventQueue seen = only();
  EXPECT_EQ(seen.counts.received, 10);
  EXPECT_EQ(seen.counts.looks, 4);
  EXPECT_EQ(seen.counts.malformed, 2);
  EXPECT_EQ(seen.refusal, "it is not JSON");
  EXPECT_EQ(seen.delay, std::optional<Micros>(std::chrono::milliseconds(40)));
  EXPECT_EQ(seen.received_at, busy.received_at);
}

TEST_P(EventQueueTest, IsSeenWithinTheScopeOnly) {
  ASSERT_TRUE(record_event_queue(database(), turn()));
  Scope other;
  other.accounts = std::set<std::string>{"222222222222"};
  EXPECT_TRUE(list_event_queues(database(), other)->empty());
}

HM_ON_BOTH_STORES(EventQueueTest);

}  // namespace
}  // namespace hm::inventory
