#include "store/memo.h"

#include <atomic>
#include <latch>
#include <thread>

#include "store/test_database.h"

namespace hm::store {
namespace {

class MemoTest : public DatabaseTest {
 protected:
  void change(const std::string& noun) {
    ASSERT_OK(database().write("test", [&](Transaction& transaction) -> Status {
      transaction.changed(noun, "1");
      return ok();
    }));
  }
  // What is kept under `key`, or how often it had to be computed by now.
  int ask(const std::string& key, std::initializer_list<std::string_view> nouns = {"resource"}) {
    const auto found =
        database().memo().get<int>(database(), nouns, key, [&]() -> Result<int> { return ++computed_; });
    EXPECT_TRUE(found.has_value());
    return found ? **found : -1;
  }
  int computed_ = 0;
};

TEST_P(MemoTest, AnAnswerIsKeptUntilItsNounChanges) {
  EXPECT_EQ(ask("a"), 1);
  EXPECT_EQ(ask("a"), 1);
  EXPECT_EQ(ask("b"), 2) << "another question";
  change("user");
  EXPECT_EQ(ask("a"), 1) << "it does not rest on users";
  change("resource");
  EXPECT_EQ(ask("a"), 3);
  EXPECT_EQ(ask("a"), 3);
  EXPECT_EQ(ask("b"), 4);
}

TEST_P(MemoTest, AnAnswerMayRestOnSeveralNouns) {
  EXPECT_EQ(ask("a", {"resource", "sweep"}), 1);
  change("sweep");
  EXPECT_EQ(ask("a", {"resource", "sweep"}), 2);
  change("resource");
  EXPECT_EQ(ask("a", {"resource", "sweep"}), 3);
  EXPECT_EQ(ask("a", {"resource", "sweep"}), 3);
}

TEST_P(MemoTest, WithinAMomentTheChangeLogIsAskedOnce) {
  EXPECT_EQ(ask("a"), 1);
  change("resource");
  {
    Moment moment(database());
    EXPECT_EQ(ask("a"), 2) << "what was written before it began is seen";
    EXPECT_EQ(ask("b"), 3);
    change("resource");
    EXPECT_EQ(ask("a"), 2) << "what is written while it lasts need not be";
    EXPECT_EQ(ask("c"), 4);
  }
  EXPECT_EQ(ask("a"), 5);
  std::thread([&] {
    Moment other(database());
    change("resource");
    EXPECT_EQ(ask("a"), 6) << "a moment begins with its first question";
  }).join();
}

TEST_P(MemoTest, AMomentIsOfOneDatabase) {
  auto other = Database::open(url(), clock_);
  ASSERT_OK(other);
  EXPECT_EQ(ask("a"), 1);
  Moment moment(**other);
  change("resource");
  EXPECT_EQ(ask("a"), 2);
  change("resource");
  EXPECT_EQ(ask("a"), 3);
}

TEST_P(MemoTest, WhatAnotherProcessWritesCounts) {
  EXPECT_EQ(ask("a"), 1);
  auto other = Database::open(url(), clock_);
  ASSERT_OK(other);
  ASSERT_OK((*other)->write("test", [](Transaction& transaction) -> Status {
    transaction.changed("resource", "1");
    return ok();
  }));
  EXPECT_EQ(ask("a"), 2);
}

TEST_P(MemoTest, AfterTheLogWasTrimmedNothingIsTakenForUnchanged) {
  EXPECT_EQ(ask("a"), 1);
  for (int i = 0; i < 3; ++i) {
    clock_.advance(std::chrono::hours(1));
    change("user");
  }
  ASSERT_OK(database().trim_changes(std::chrono::hours(0)));
  EXPECT_EQ(ask("a"), 2) << "nobody can say what changed";
  EXPECT_EQ(ask("a"), 2);
}

TEST_P(MemoTest, AFailureIsNotKept) {
  const auto failing = database().memo().get<int>(database(), {"resource"}, "a", [&]() -> Result<int> {
    return make_error(ErrorKind::timeout, "too_slow", "no");
  });
  ASSERT_FALSE(failing.has_value());
  EXPECT_EQ(failing.error().code, "too_slow");
  EXPECT_EQ(ask("a"), 1);
}

TEST_P(MemoTest, OfManyWhoAskAtOnceOneWorks) {
  constexpr int kThreads = 8;
  std::atomic<int> computed{0}, right{0};
  std::latch together(kThreads);
  {
    std::vector<std::jthread> threads;
    threads.reserve(kThreads);
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        together.arrive_and_wait();
        const auto found = database().memo().get<int>(database(), {"resource"}, "a", [&]() -> Result<int> {
          ++computed;
          return 7;
        });
        if (found && **found == 7) ++right;
      });
    }
  }
  EXPECT_EQ(right, kThreads);
  EXPECT_EQ(computed, 1);
}

TEST_P(MemoTest, WhatWasAskedForLongestAgoGoesFirst) {
  ask("first");
  for (size_t i = 0; i < Memo::kMostKept; ++i) ask("another " + std::to_string(i));
  const int before = computed_;
  EXPECT_EQ(ask("another " + std::to_string(Memo::kMostKept - 1)), before) << "kept";
  EXPECT_EQ(ask("first"), before + 1) << "gone";
  const std::string huge(Memo::kLongestKey + 1, 'x');
  EXPECT_EQ(ask(huge), before + 2);
  EXPECT_EQ(ask(huge), before + 3) << "too long to be kept";
}

TEST(MemoKey, TellsListsOfValuesApart) {
  EXPECT_EQ(memo_key("q", {"a", 1}), memo_key("q", {"a", 1}));
  EXPECT_NE(memo_key("q", {"a", 1}), memo_key("q", {"a", "1"}));
  EXPECT_NE(memo_key("q", {"a", "b"}), memo_key("q", {"ab"}));
  EXPECT_NE(memo_key("q", {"a\n", "b"}), memo_key("q", {"a", "\nb"}));
  EXPECT_NE(memo_key("q", {nullptr}), memo_key("q", {""}));
}

HM_ON_BOTH_STORES(MemoTest);

}  // namespace
}  // namespace hm::store
