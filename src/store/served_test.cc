#include "store/served.h"

#include "store/test_database.h"

namespace hm::store {
namespace {

using ServedTest = DatabaseTest;

TEST_P(ServedTest, ACommandSeesWhetherAServerIsThere) {
  auto seen = is_served(database());
  ASSERT_OK(seen);
  EXPECT_FALSE(*seen) << "it is none itself";
  auto server = Database::open(url(), clock_, {.server = true});
  ASSERT_OK(server);
  EXPECT_TRUE(is_served(database()).value());
  EXPECT_TRUE(is_served(**server).value());
  if (!sqlite()) {
    auto second = Database::open(url(), clock_, {.server = true});
    ASSERT_OK(second);
    server->reset();
    EXPECT_TRUE(is_served(database()).value()) << "the other one";
    second->reset();
  } else {
    server->reset();
  }
  // PostgreSQL lets go when it has seen that the connection is closed.
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (is_served(database()).value() && std::chrono::steady_clock::now() < end) {
  }
  EXPECT_FALSE(is_served(database()).value());
  EXPECT_TRUE(Database::open(url(), clock_, {.server = true}).has_value()) << "looking leaves nothing behind";
}

HM_ON_BOTH_STORES(ServedTest);

}  // namespace
}  // namespace hm::store
