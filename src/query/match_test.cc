#include "query/match.h"

#include <filesystem>
#include <random>

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "store/link.h"

namespace hm::query {
namespace {

bool never() { return false; }

// SQLite's own word, from a connection without our functions.
class SqliteTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() / ("hm-match-" + hex(random_bytes(8)));
    std::filesystem::create_directory(directory_);
    auto link = store::open_sqlite(directory_ / "test.db", {});
    ASSERT_TRUE(link.has_value()) << link.error().text();
    link_ = std::move(*link);
  }
  void TearDown() override {
    link_.reset();
    std::filesystem::remove_all(directory_);
  }
  bool says(const char* sql, const std::string& text, const std::string& pattern) {
    bool answer = false;
    EXPECT_TRUE(link_
                    ->each(sql, {text, pattern},
                           [&](const store::Row& row) {
                             answer = row.integer(0) != 0;
                             return ok();
                           })
                    .has_value());
    return answer;
  }

  std::filesystem::path directory_;
  std::unique_ptr<store::Link> link_;
};

TEST_F(SqliteTest, EveryPatternMatchesAsItDoesInSqlite) {
  const std::string pieces[] = {"a", "A", "b",    "%",    "%",    "_",    "\\",   "*", "*",
                                "?", "[", "]",    "^",    "-",    "[a-",  "[^b]", "]", "é",
                                "É", "€", "\xc3", "\xff", "\x80", "[]a]", "z",    " "};
  std::mt19937 random(7);
  const auto made = [&](size_t most) {
    std::string text;
    for (size_t left = random() % (most + 1); left > 0; --left) text += pieces[random() % std::size(pieces)];
    return text;
  };
  const auto plain = [&] {
    static constexpr const char* kPieces[] = {"a", "A", "b", "é", "€", "z", "-", "]", "\\", "_"};
    std::string text;
    for (size_t left = random() % 8; left > 0; --left) text += kPieces[random() % std::size(kPieces)];
    return text;
  };
  int matched = 0;
  for (int i = 0; i < 20'000 && !HasFailure(); ++i) {
    const std::string pattern = made(7), text = i % 3 == 0 ? made(7) : plain();
    const auto like = Pattern::like(pattern, std::nullopt).matches(text, never);
    const auto escaped = Pattern::like(pattern, uint32_t{'\\'}).matches(text, never);
    const auto glob = Pattern::glob(pattern).matches(text, never);
    EXPECT_EQ(like, says("select $1 like $2", text, pattern)) << hex(text) << " " << hex(pattern);
    EXPECT_EQ(escaped, says("select $1 like $2 escape '\\'", text, pattern))
        << hex(text) << " " << hex(pattern);
    EXPECT_EQ(glob, says("select $1 glob $2", text, pattern)) << hex(text) << " " << hex(pattern);
    matched += *like + *escaped + *glob;
  }
  EXPECT_GT(matched, 1'000) << "random patterns that never match prove nothing";
}

TEST(PatternTest, ALongSearchCanBeStopped) {
  const std::string text(1'000'000, 'a');
  const Pattern pattern = Pattern::like("%" + std::string(240, 'a') + "xy", std::nullopt);
  int asked = 0;
  EXPECT_EQ(pattern.matches(text, [&] { return ++asked == 3; }), std::nullopt);
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(Pattern::like("%b%", std::nullopt).matches(text, never), false);
}

}  // namespace
}  // namespace hm::query
