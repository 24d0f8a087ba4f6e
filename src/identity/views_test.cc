// Saved views and preferences: who sees, who may change, what is refused, on both stores.
#include "identity/views.h"

#include <gtest/gtest.h>

#include "identity/preferences.h"
#include "identity/users.h"
#include "store/test_database.h"

namespace hm::identity {
namespace {

class ViewsTest : public store::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    views_.emplace(database(), clock_);
    preferences_.emplace(database(), clock_);
    ann_ = person("ann", Role::viewer);
    bob_ = person("bob", Role::operator_);
    root_ = person("root", Role::admin);
  }
  Principal person(const std::string& name, Role role) {
    Users users(database(), clock_);
    EXPECT_TRUE(
        users.add({"test", Via::cli, ""}, {name, role, {}, "correct horse battery", false}).has_value());
    Principal principal;
    principal.name = name;
    principal.role = role;
    return principal;
  }
  SavedView save(const Principal& who, const std::string& name, bool shared,
                 const std::string& kind = "inventory") {
    auto view = views_->add(who, {kind, name, shared, JsonObject{{"filter", "type:ec2/instance"}}});
    EXPECT_TRUE(view.has_value()) << (view ? "" : view.error().text());
    return view.value_or(SavedView());
  }
  std::vector<std::string> names(const Principal& who, const std::string& kind = "") {
    auto list = views_->list(who, kind);
    EXPECT_TRUE(list.has_value()) << (list ? "" : list.error().text());
    std::vector<std::string> all;
    if (list)
      for (const SavedView& view : list->items) all.push_back(view.owner + "/" + view.name);
    return all;
  }
  std::string code_of(const auto& result) { return result.has_value() ? "" : result.error().code; }
  std::optional<Views> views_;
  std::optional<Preferences> preferences_;
  Principal ann_, bob_, root_;
};
HM_ON_BOTH_STORES(ViewsTest);

using Names = std::vector<std::string>;

TEST_P(ViewsTest, OneSeesOnesOwnFirstAndWhatOthersShare) {
  save(bob_, "Apples", true);
  save(bob_, "private", false);
  save(ann_, "zebra", false);
  save(ann_, "Mine", true);
  save(ann_, "Statement", false, "query");
  EXPECT_EQ(names(ann_, "inventory"), (Names{"ann/Mine", "ann/zebra", "bob/Apples"}));
  EXPECT_EQ(names(ann_), (Names{"ann/Mine", "ann/Statement", "ann/zebra", "bob/Apples"}));
  EXPECT_EQ(names(root_), (Names{"bob/Apples", "ann/Mine"}));
  EXPECT_EQ(names(ann_, "findings"), Names());
}

TEST_P(ViewsTest, TheOwnerRenamesSharesUpdatesAndDeletes) {
  const SavedView view = save(ann_, "Mine", false);
  clock_.advance(std::chrono::seconds(5));
  const auto changed = views_->change(
      ann_, view.id, {"Ours", true, Json(JsonObject{{"filter", "is:gone"}, {"sort", "type"}})});
  ASSERT_OK(changed);
  EXPECT_EQ(changed->name, "Ours");
  EXPECT_EQ(changed->created_at, view.created_at);
  EXPECT_EQ(changed->updated_at, clock_.now());
  EXPECT_EQ(names(bob_), Names{"ann/Ours"});
  const auto list = views_->list(bob_, "");
  ASSERT_OK(list);
  EXPECT_EQ(to_json(list->items[0].state), R"({"filter":"is:gone","sort":"type"})");
  // One part alone leaves the others.
  ASSERT_OK(views_->change(ann_, view.id, {.name = std::nullopt, .shared = false, .state = std::nullopt}));
  EXPECT_EQ(names(bob_), Names());
  ASSERT_OK(views_->remove(ann_, view.id));
  EXPECT_EQ(names(ann_), Names());
  EXPECT_EQ(code_of(views_->remove(ann_, view.id)), "no_such_view");
}

TEST_P(ViewsTest, OthersChangeNothingAndHearNothingOfWhatIsPrivate) {
  const SavedView hidden = save(ann_, "private", false), shown = save(ann_, "shared", true);
  for (const Principal* other : {&bob_, &root_}) {
    EXPECT_EQ(code_of(views_->change(*other, hidden.id, {.name = "x"})), "no_such_view");
    EXPECT_EQ(code_of(views_->remove(*other, hidden.id)), "no_such_view");
  }
  EXPECT_EQ(code_of(views_->change(bob_, shown.id, {.name = "x"})), "forbidden");
  EXPECT_EQ(code_of(views_->remove(bob_, shown.id)), "forbidden");
  ASSERT_OK(views_->change(root_, shown.id, {.name = "Tidied"}));
  EXPECT_EQ(names(bob_), Names{"ann/Tidied"});
  ASSERT_OK(views_->remove(root_, shown.id));
  EXPECT_EQ(names(ann_), Names{"ann/private"});
}

TEST_P(ViewsTest, BadOnesAndTooManyAreRefused) {
  const JsonObject good{{"filter", "x"}};
  const auto add = [&](const std::string& kind, const std::string& name, Json state) {
    return code_of(views_->add(ann_, {kind, name, false, std::move(state)}));
  };
  EXPECT_EQ(add("settings", "a", good), "invalid_view");
  EXPECT_EQ(add("query", "", good), "invalid_view");
  EXPECT_EQ(add("query", "   ", good), "invalid_view");
  EXPECT_EQ(add("query", "a\nb", good), "invalid_view");
  EXPECT_EQ(add("query", std::string(101, 'n'), good), "invalid_view");
  EXPECT_EQ(add("query", "a", JsonArray{}), "invalid_view");
  EXPECT_EQ(add("query", "a", JsonObject{{"filter", 1}}), "invalid_view");
  EXPECT_EQ(add("query", "a", JsonObject{{"Fil ter", "x"}}), "invalid_view");
  EXPECT_EQ(add("query", "a", JsonObject{{"sql", std::string(kMostViewBytes, 's')}}), "invalid_view");
  JsonObject many;
  for (char c = 'a'; c <= 'u'; ++c) many[std::string(1, c)] = "x";
  EXPECT_EQ(add("query", "a", many), "invalid_view");
  EXPECT_EQ(add("query", "a", good), "");
  EXPECT_EQ(add("query", "a", good), "view_exists");
  EXPECT_EQ(add("findings", "a", good), "");  // of another page
  const SavedView other = save(ann_, "b", false, "query");
  EXPECT_EQ(code_of(views_->change(ann_, other.id, {.name = "a"})), "view_exists");
  ASSERT_OK(views_->change(ann_, other.id, {.name = "b"}));
  for (int i = 3; i < kMostViews; ++i) save(ann_, "n" + std::to_string(i), false);
  EXPECT_EQ(add("query", "one more", good), "too_many_views");
  save(bob_, "a", false, "query");  // the limit and the names are each person's own
}

TEST_P(ViewsTest, TheAuditSaysWhoAndWhatWithoutTheWords) {
  const SavedView view = save(ann_, "Mine", false);
  ASSERT_OK(views_->change(ann_, view.id, {.shared = true}));
  ASSERT_OK(views_->remove(root_, view.id));
  AuditQuery query;
  query.action = "view.";
  const auto entries =
      database().read("reading the audit", [&](store::Reader& reader) { return list_audit(reader, query); });
  ASSERT_OK(entries);
  ASSERT_EQ(entries->size(), 3u);
  EXPECT_EQ((*entries)[0].action, "view.remove");
  EXPECT_EQ((*entries)[0].actor, "root");
  EXPECT_EQ((*entries)[2].action, "view.add");
  EXPECT_EQ(to_json((*entries)[1].details),
            R"({"kind":"inventory","name":"Mine","owner":"ann","shared":true})");
}

TEST_P(ViewsTest, WhoIsRemovedLeavesNothing) {
  save(ann_, "shared", true);
  ASSERT_OK(preferences_->change("ann", JsonObject{{"theme", "dark"}}));
  ASSERT_OK(Users(database(), clock_).remove({"test", Via::cli, ""}, "ann"));
  EXPECT_EQ(names(bob_), Names());
  EXPECT_EQ(to_json(preferences_->get("ann").value_or(JsonObject{{"x", 1}})), "{}");
}

TEST_P(ViewsTest, PreferencesAreMergedMemberByMember) {
  EXPECT_EQ(to_json(preferences_->get("ann").value_or(JsonObject{{"x", 1}})), "{}");
  ASSERT_OK(preferences_->change(
      "ann", JsonObject{{"theme", "dark"},
                        {"single_keys", false},
                        {"columns", JsonObject{{"inventory", JsonArray{"name", "tag:env"}}}}}));
  ASSERT_OK(preferences_->change(
      "ann", JsonObject{{"zone", "utc"}, {"columns", JsonObject{{"settings.users", JsonArray{"name"}}}}}));
  const auto kept = preferences_->change(
      "ann", JsonObject{{"theme", nullptr}, {"columns", JsonObject{{"inventory", nullptr}}}});
  ASSERT_OK(kept);
  const std::string expected = R"({"columns":{"settings.users":["name"]},"single_keys":false,"zone":"utc"})";
  EXPECT_EQ(to_json(sorted(*kept)), expected);
  const auto read = preferences_->get("ann");
  ASSERT_OK(read);
  EXPECT_EQ(to_json(sorted(*read)), expected);
  EXPECT_EQ(to_json(preferences_->get("bob").value_or(JsonObject{{"x", 1}})), "{}");
}

TEST_P(ViewsTest, PreferencesThatNobodyKnowsAreRefused) {
  for (const Json& bad :
       {Json(JsonArray{}), Json(JsonObject{{"secret", "x"}}), Json(JsonObject{{"theme", "pink"}}),
        Json(JsonObject{{"theme", 1}}), Json(JsonObject{{"single_keys", "no"}}),
        Json(JsonObject{{"columns", JsonArray{}}}),
        Json(JsonObject{{"columns", JsonObject{{"Inventory!", JsonArray{}}}}}),
        Json(JsonObject{{"columns", JsonObject{{"inventory", "name"}}}}),
        Json(JsonObject{{"columns", JsonObject{{"inventory", JsonArray{1}}}}}),
        Json(JsonObject{{"columns", JsonObject{{"inventory", JsonArray{std::string(201, 'c')}}}}})})
    EXPECT_EQ(code_of(preferences_->change("ann", bad)), "invalid_preference") << to_json(bad);
  JsonArray wide;
  for (int i = 0; i < 60; ++i) wide.emplace_back(std::string(150, 'c'));
  const auto table = [&](const char* name) {
    return code_of(preferences_->change("ann", JsonObject{{"columns", JsonObject{{name, wide}}}}));
  };
  EXPECT_EQ(table("a"), "");
  EXPECT_EQ(table("b"), "invalid_preference");  // over the size
  wide.emplace_back("one more");
  EXPECT_EQ(table("a"), "invalid_preference");
}

}  // namespace
}  // namespace hm::identity
