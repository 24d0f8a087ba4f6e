#include "store/queue.h"

#include <set>
#include <thread>

#include "base/sync.h"
#include "store/test_database.h"

namespace hm::store {
namespace {

using std::chrono::seconds;

class QueueTest : public DatabaseTest {
 protected:
  std::optional<std::string> put(const NewItem& item) {
    auto id =
        database().write("putting", [&](Transaction& transaction) { return queue().put(transaction, item); });
    EXPECT_TRUE(id.has_value()) << id.error().text();
    return id.value_or(std::nullopt);
  }
  std::vector<Item> lease(int limit = 10) {
    auto items = queue().lease("sweep", "w1", limit, seconds(60));
    EXPECT_TRUE(items.has_value()) << items.error().text();
    return items.value_or(std::vector<Item>{});
  }
  QueueCounts counts() { return queue().counts("sweep").value_or(QueueCounts{-1, -1, -1}); }
  Queue queue() { return Queue(database(), QueueTable::job); }
};

TEST_P(QueueTest, ItemsAreHandedOutOnceInOrderAndOnlyWhenDue) {
  put({.kind = "sweep", .payload = "1", .dedup = ""});
  clock_.advance(seconds(1));
  put({.kind = "sweep", .payload = "2", .dedup = ""});
  put({.kind = "sweep", .payload = "later", .dedup = "", .run_at = clock_.now() + seconds(100)});
  put({.kind = "other", .payload = "x", .dedup = ""});
  const auto items = lease();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].payload, "1");
  EXPECT_EQ(items[1].payload, "2");
  EXPECT_EQ(items[0].attempts, 1);
  EXPECT_TRUE(lease().empty());
  ASSERT_OK(queue().complete(items[0]));
  EXPECT_EQ(counts().running, 1);
  EXPECT_EQ(counts().waiting, 1);
  clock_.advance(seconds(30));
  ASSERT_OK(queue().renew(items[1], seconds(600)));
  clock_.advance(seconds(80));
  ASSERT_EQ(lease().size(), 1u) << "the one for later; the renewed one is still held";
}

TEST_P(QueueTest, TheSameItemWaitsOnce) {
  EXPECT_TRUE(put({.kind = "sweep", .payload = "1", .dedup = "a"}).has_value());
  EXPECT_FALSE(put({.kind = "sweep", .payload = "1", .dedup = "a"}).has_value());
  EXPECT_TRUE(put({.kind = "other", .payload = "1", .dedup = "a"}).has_value());
  ASSERT_OK(queue().complete(lease().at(0)));
  EXPECT_TRUE(put({.kind = "sweep", .payload = "1", .dedup = "a"}).has_value());
}

TEST_P(QueueTest, WhoComesLateHasNoSay) {
  put({.kind = "sweep", .payload = "1", .dedup = ""});
  const Item first = lease().at(0);
  clock_.advance(seconds(61));
  const Item second = lease().at(0);
  EXPECT_EQ(second.attempts, 2);
  EXPECT_EQ(queue().complete(first).error().code, "lease_lost");
  EXPECT_EQ(queue().fail(first, make_error(ErrorKind::timeout, "x", "x")).error().code, "lease_lost");
  EXPECT_EQ(queue().renew(first, seconds(9)).error().code, "lease_lost");
  ASSERT_OK(queue().complete(second));
  EXPECT_EQ(queue().complete(second).error().code, "lease_lost") << "done once";
}

TEST_P(QueueTest, FailuresWaitLongerEachTimeAndThenAreGivenUp) {
  put({.kind = "sweep", .payload = "1", .dedup = "a", .max_attempts = 3});
  const Error why = make_error(ErrorKind::timeout, "slow", "no answer");
  ASSERT_OK(queue().fail(lease().at(0), why));
  EXPECT_TRUE(lease().empty());
  clock_.advance(seconds(5));
  ASSERT_OK(queue().fail(lease().at(0), why, seconds(120)));
  clock_.advance(seconds(119));
  EXPECT_TRUE(lease().empty()) << "the other side asked for 120 s";
  clock_.advance(seconds(1));
  ASSERT_OK(queue().fail(lease().at(0), why));
  EXPECT_EQ(counts().dead, 1);
  EXPECT_TRUE(put({.kind = "sweep", .payload = "1", .dedup = "a"}).has_value())
      << "the dead do not bar the way";
  EXPECT_EQ(queue().drop_dead(clock_.now() + seconds(3601)).value_or(-1), 1);
}

TEST_P(QueueTest, WorkersThatVanishUseUpAttempts) {
  put({.kind = "sweep", .payload = "1", .dedup = "", .max_attempts = 2});
  EXPECT_EQ(lease().size(), 1u);
  clock_.advance(seconds(61));
  EXPECT_EQ(lease().size(), 1u);
  clock_.advance(seconds(61));
  EXPECT_TRUE(lease().empty());
  EXPECT_EQ(counts().dead, 1);
}

TEST_P(QueueTest, ManyWorkersNeverHoldTheSameItem) {
  for (int i = 0; i < 60; ++i) put({.kind = "sweep", .payload = std::to_string(i), .dedup = ""});
  Synced<std::multiset<std::string>> seen;
  {
    std::vector<std::jthread> workers;
    workers.reserve(4);
    for (int w = 0; w < 4; ++w) {
      workers.emplace_back([&] {
        for (auto items = lease(3); !items.empty(); items = lease(3))
          for (const Item& item : items) seen.with([&](auto& all) { all.insert(item.payload); });
      });
    }
  }
  seen.with([](const auto& all) {
    EXPECT_EQ(all.size(), 60u);
    EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 60u);
  });
}

TEST_P(QueueTest, AnItemIsPutInWithItsTransactionOrNotAtAll) {
  const Status failed = database().write("deciding", [&](Transaction& transaction) -> Status {
    HM_TRY([[maybe_unused]] auto id, Queue(database(), QueueTable::outbox)
                                         .put(transaction, {.kind = "slack", .payload = "1", .dedup = ""}));
    return make_error(ErrorKind::invalid, "no", "no");
  });
  EXPECT_FALSE(failed.has_value());
  EXPECT_EQ(Queue(database(), QueueTable::outbox).counts("slack")->waiting, 0);
}

HM_ON_BOTH_STORES(QueueTest);

}  // namespace
}  // namespace hm::store
