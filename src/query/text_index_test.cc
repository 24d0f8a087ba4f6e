#include "query/text_index.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "query/fold.h"
#include "store/test_database.h"

namespace hm::query {
namespace {

using identity::Scope;

class TextIndexTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() / ("hm-text-" + hex(random_bytes(8)));
    open();
  }
  void TearDown() override {
    index_.reset();
    std::filesystem::remove_all(directory_);
  }
  void open() {
    auto opened = TextIndex::open(directory_.string(), "names");
    ASSERT_OK(opened);
    index_ = std::move(*opened);
  }

  static TextDocument document(int64_t number, const std::string& name, const std::string& account = "1") {
    TextDocument made;
    made.number = number;
    made.account_id = account;
    made.region = "here";
    made.label = name;
    made.names = {{"name", name}, {"id", "id-" + std::to_string(number)}};
    made.shown = name;
    return made;
  }
  void put(const std::vector<TextDocument>& documents) {
    ASSERT_OK(index_->write([&](TextWriter& writer) -> Status {
      for (const TextDocument& one : documents) {
        Status put = writer.put(one);
        if (!put.has_value()) return put;
      }
      return ok();
    }));
  }
  // The labels that are found, best first.
  std::string find(std::string_view text, const Scope& scope = {}, bool gone = false, int limit = 50) {
    auto words = words_of(text);
    EXPECT_TRUE(words.has_value()) << text;
    auto found = index_->find(*words, gone, scope, limit);
    EXPECT_TRUE(found.has_value()) << (found ? "" : found.error().text());
    std::string labels;
    for (const TextHit& hit : found ? found->hits : std::vector<TextHit>{})
      labels += (labels.empty() ? "" : " ") + hit.shown;
    return labels;
  }
  // Why the only one that is found was.
  std::string why(std::string_view text) {
    auto found = index_->find(*words_of(text), false, {}, 50);
    EXPECT_TRUE(found.has_value() && found->hits.size() == 1) << text;
    std::string fields;
    for (const TextField& field :
         found && !found->hits.empty() ? found->hits[0].matched : std::vector<TextField>{})
      fields += (fields.empty() ? "" : " ") + field.name + "=" + field.value;
    return fields;
  }

  std::filesystem::path directory_;
  std::unique_ptr<TextIndex> index_;
};

TEST_F(TextIndexTest, NothingInAWordHasAMeaning) {
  const std::vector<std::string> names = {"100%_sure",
                                          "a\"quoted\"name",
                                          "star*name",
                                          "AND",
                                          "NEAR(x)",
                                          "back\\slash",
                                          "it's",
                                          "под-сервер",
                                          "Straße",
                                          "ΟΔΟΣ",
                                          "日本語の名",
                                          "🚀🚀🚀rocket",
                                          "שלום-עולם",
                                          "مرحبا-بالعالم",
                                          "col:on",
                                          "(paren)",
                                          "--dashes--",
                                          "é-composed",
                                          "e\u0301-decomposed",
                                          "{brace}",
                                          "c-3po^x",
                                          "\xff\xfe-broken"};
  std::vector<TextDocument> documents;
  for (size_t i = 0; i < names.size(); ++i)
    documents.push_back(document(static_cast<int64_t>(i + 1), names[i]));
  put(documents);
  const std::vector<std::pair<std::string, std::string>> cases = {{"%_s", "100%_sure"},
                                                                  {"\"quoted\"name", "a\"quoted\"name"},
                                                                  {"quoted\"", "a\"quoted\"name"},
                                                                  {"star*", "star*name"},
                                                                  {"sta*", ""},
                                                                  {"and", "AND"},
                                                                  {"NEAR", "NEAR(x)"},
                                                                  {"near(x)", "NEAR(x)"},
                                                                  {"k\\s", "back\\slash"},
                                                                  {"it's", "it's"},
                                                                  {"ПОД-", "под-сервер"},
                                                                  {"STRA\u1e9ee", "Straße"},
                                                                  {"straße", "Straße"},
                                                                  {"strasse", ""},
                                                                  {"οδος", "ΟΔΟΣ"},
                                                                  {"οδοσ", "ΟΔΟΣ"},
                                                                  {"本語の", "日本語の名"},
                                                                  {"語の", ""},
                                                                  {"日", "日本語の名"},
                                                                  {"🚀", "🚀🚀🚀rocket"},
                                                                  {"🚀🚀🚀", "🚀🚀🚀rocket"},
                                                                  {"🚀rock", "🚀🚀🚀rocket"},
                                                                  {"עולם", "שלום-עולם"},
                                                                  {"بالعالم", "مرحبا-بالعالم"},
                                                                  {"l:o", "col:on"},
                                                                  {"(paren", "(paren)"},
                                                                  {"hes--", "--dashes--"},
                                                                  {"É-C", "é-composed"},
                                                                  {"e\u0301-d", "e\u0301-decomposed"},
                                                                  {"{br", "{brace}"},
                                                                  {"po^x", "c-3po^x"},
                                                                  {"-broken", "\xff\xfe-broken"},
                                                                  {"OR", ""},
                                                                  {"NOT", ""},
                                                                  {"quoted name", "a\"quoted\"name"},
                                                                  {"quoted rocket", ""},
                                                                  {"\"star*name\"", "star*name"}};
  for (const auto& [text, expected] : cases) EXPECT_EQ(find(text), expected) << text;
}

TEST_F(TextIndexTest, AShortWordIsTheBeginningOfANameOrId) {
  TextDocument tagged = document(3, "other");
  tagged.tags = {{"tag:we", "we"}};
  put({document(1, "web"), document(2, "the-web"), tagged});
  EXPECT_EQ(find("we"), "web");
  EXPECT_EQ(find("w"), "web");
  EXPECT_EQ(find("id"), "other the-web web");
  EXPECT_EQ(find("w id"), "web");
  EXPECT_EQ(find("%"), "");
  EXPECT_EQ(find("web"), "web the-web");
}

TEST_F(TextIndexTest, TheBestComesFirst) {
  const auto with = [](TextDocument made, std::vector<TextField> addresses, std::vector<TextField> tags) {
    made.addresses = std::move(addresses);
    made.tags = std::move(tags);
    return made;
  };
  put({with(document(1, "a1"), {}, {{"tag:team", "the-prod-team"}}),
       with(document(2, "a2"), {}, {{"tag:team", "production"}}),
       with(document(3, "a3"), {}, {{"tag:env", "prod"}}), document(4, "b-prod"), document(5, "a-prod"),
       document(6, "prod-2"), document(7, "PROD-1"), document(8, "prod"),
       with(document(9, "a4"), {{"dns_name", "prod"}}, {}),
       with(document(10, "a0"), {}, {{"tag:prod", ""}})});
  EXPECT_EQ(find("prod"), "a4 prod PROD-1 prod-2 a-prod b-prod a0 a3 a2 a1");
  EXPECT_EQ(find("prod", {}, false, 3), "a4 prod PROD-1");
  EXPECT_EQ(why("env=prod"), "tag:env=prod");
  EXPECT_EQ(why("prod id-8"), "name=prod id=id-8");
  EXPECT_EQ(find("prod 8"), "") << "8 begins no name";
}

TEST_F(TextIndexTest, TheOrderIsTheSameWhereVeryManyFit) {
  std::vector<TextDocument> documents;
  for (int i = 1; i <= 6000; ++i) {
    char label[32];
    std::snprintf(label, sizeof label, i % 2 == 0 ? "x-web-%04d" : "y-%04d", i);
    documents.push_back(document(i, label, i % 3 == 0 ? "2" : "1"));
    documents.back().tags = {{"tag:app", "web"}};
  }
  documents.push_back(document(7001, "web-last"));
  documents.push_back(document(7002, "zz"));
  documents.back().addresses = {{"dns_name", "web"}};
  put(documents);
  EXPECT_EQ(find("web", {}, false, 4), "zz web-last x-web-0002 x-web-0004");
  EXPECT_EQ(find("web", {std::set<std::string>{"2"}, std::nullopt}, false, 2), "x-web-0006 x-web-0012");
  EXPECT_EQ(find("app", {}, false, 2), "x-web-0002 x-web-0004");
  EXPECT_EQ(find("app y-0", {}, false, 2), "y-0001 y-0003");
  EXPECT_EQ(find("i", {}, false, 3), "web-last x-web-0002 x-web-0004");
  EXPECT_EQ(index_->numbers(*one_word("web"), {})->size(), 6002u);
  EXPECT_TRUE(index_->find(*words_of("web"), false, {}, 4)->more);
  EXPECT_FALSE(index_->find(*words_of("web-last"), false, {}, 4)->more);
}

TEST_F(TextIndexTest, TheScopeHidesTheRest) {
  TextDocument far = document(3, "mine-far");
  far.region = "there";
  put({document(1, "mine"), document(2, "theirs-mine", "2"), far});
  const Scope one{std::set<std::string>{"1"}, std::nullopt};
  EXPECT_EQ(find("mine", one), "mine mine-far");
  EXPECT_EQ(find("theirs", one), "");
  EXPECT_EQ(find("mine", {std::set<std::string>{"1"}, std::set<std::string>{"here"}}), "mine");
  EXPECT_EQ(find("mine", {std::nullopt, std::set<std::string>{"here"}}), "mine theirs-mine");
  EXPECT_EQ(find("mine", {std::set<std::string>{}, std::nullopt}), "");
  EXPECT_EQ(find("mine", {std::set<std::string>{"3"}, std::nullopt}), "");
  EXPECT_EQ(index_->numbers(*one_word("mine"), one)->size(), 2u);
}

TEST_F(TextIndexTest, ChangesAndRemovalsAreFollowed) {
  put({document(1, "before"), document(2, "stays")});
  TextDocument gone = document(2, "stays");
  gone.gone = true;
  put({document(1, "after"), gone});
  EXPECT_EQ(find("before"), "");
  EXPECT_EQ(find("after"), "after");
  EXPECT_EQ(find("stays"), "");
  EXPECT_EQ(find("stays", {}, true), "stays");
  EXPECT_EQ(find("after", {}, true), "");
  ASSERT_OK(index_->write([](TextWriter& writer) { return writer.remove(1); }));
  EXPECT_EQ(find("after"), "");
  EXPECT_EQ(*index_->count(), 1);
  ASSERT_OK(index_->write([](TextWriter& writer) { return writer.clear(); }));
  EXPECT_EQ(find("stays", {}, true), "");
  put({document(5, "anew")});
  EXPECT_EQ(find("anew"), "anew");
}

TEST_F(TextIndexTest, WhatFailsIsUndone) {
  EXPECT_FALSE(index_->write([](TextWriter& writer) -> Status {
    HM_DO(writer.put(document(1, "half")));
    return make_error(ErrorKind::internal, "test", "no");
  }));
  EXPECT_EQ(find("half"), "");
}

TEST_F(TextIndexTest, ADamagedFileIsMadeAnewAndIsPrivate) {
  put({document(1, "something")});
  EXPECT_EQ(std::filesystem::status(index_->path()).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  const std::string path = index_->path();
  index_.reset();
  std::filesystem::remove(path + "-wal");
  std::ofstream(path, std::ios::trunc)
      << "this is no database, and long enough to be looked at as one would be";
  open();
  EXPECT_EQ(find("something"), "");
  EXPECT_EQ(index_->progress()->position.source, "");
  put({document(1, "something")});
  EXPECT_EQ(find("something"), "something");
}

TEST_F(TextIndexTest, AFileThatIsLostWhileItIsUsedIsMadeAnew) {
  put({document(1, "something")});
  for (const char* ending : {"", "-wal", "-shm"}) std::filesystem::remove(index_->path() + ending);
  // Links that are open already keep what they have; those opened now find nothing, and say so.
  auto copy = TextIndex::open(directory_.string(), "names");
  ASSERT_OK(copy);
  EXPECT_EQ((*copy)->progress()->position.source, "");
  EXPECT_EQ(*(*copy)->count(), 0);
}

TEST_F(TextIndexTest, QuestionsHaveLimits) {
  EXPECT_EQ(words_of(std::string(1001, 'x')).error().code, "search");
  EXPECT_EQ(words_of("1 2 3 4 5 6 7 8 9 10 11").error().code, "search");
  EXPECT_EQ(words_of("a \"b c\" d\"e f\" \"")->words,
            (std::vector<std::string>{"a", "b c", "d\"e", "f\"", "\""}));
  EXPECT_TRUE(words_of(" \t\n ")->empty());
  EXPECT_EQ(find(std::string(900, 'x')), "");
}

TEST_F(TextIndexTest, AQuestionThatTakesTooLongIsRefused) {
  std::vector<TextDocument> documents;
  for (int i = 1; i <= 6000; ++i) documents.push_back(document(i, "web-" + std::to_string(i)));
  put(documents);
  auto hurried = TextIndex::open(directory_.string(), "names", std::chrono::milliseconds(0));
  ASSERT_OK(hurried);
  EXPECT_EQ((*hurried)->numbers(*one_word("web"), {}).error().code, "search_slow");
  EXPECT_EQ((*hurried)->find(*words_of("web"), false, {}, 50).error().code, "search_slow");
  EXPECT_EQ(find("web-5999"), "web-5999");
}

TEST(Fold, MakesCaseOneAndTextWhole) {
  EXPECT_EQ(fold_case("ÀÉ Σς\tx\n"), "àé σσ x ");
  EXPECT_EQ(fold_case("\xc3(\xed\xa0\x80"), "\uFFFD(\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(fold_case(std::string_view("a\0b", 3)), "a b");
  EXPECT_EQ(characters("aé🚀").size(), 3u);
}

}  // namespace
}  // namespace hm::query
