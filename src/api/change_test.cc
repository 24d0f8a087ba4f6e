// Changes and differences as the API tells them.
#include "api/test_api.h"

namespace hm::api {
namespace {

class ChangeTest : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    sweep_estate();
    before_ = clock_.now();
    clock_.advance(std::chrono::minutes(5));
    resize("vol-a1", 16);
    viewer_ = key_of("viewer", identity::Role::viewer);
  }
  // Sweeps account A in eu-west-1 with one of its volumes grown; vol-a2 loses its tag's part.
  void resize(const std::string& id, int64_t size) {
    inventory::Sweep made;
    made.place = {std::string(kAccountA), "eu-west-1", "ec2/volume"};
    made.outcome = inventory::Outcome::ok;
    made.started_at = clock_.now();
    std::vector<inventory::Observed> items;
    for (const std::string& each : {std::string("vol-a1"), std::string("vol-a2")}) {
      inventory::Observed item;
      item.id = each;
      item.region = "eu-west-1";
      item.name = "=name of " + each;
      item.document = JsonObject{{"VolumeId", each}, {"State", "in-use"}, {"Size", each == id ? size : 8}};
      item.hash = each == id ? each + std::to_string(size) : each;
      if (each == id)
        item.unknown.emplace("Policy", make_error(ErrorKind::denied, "AccessDenied", "not allowed"));
      items.push_back(std::move(item));
    }
    ASSERT_OK(inventory::Inventory(*database_, clock_).record(made, std::move(items)));
  }
  Time before_;
  std::string viewer_;
};

TEST_F(ChangeTest, AChangeIsToldMemberByMember) {
  const Got feed = call("GET", "/api/v1/changes?kind=changed&counts=true", {.key = viewer_});
  ASSERT_EQ(feed.body.at("items").as_array().size(), 1u);
  const Json& change = feed.body.at("items").at(0);
  EXPECT_EQ(member_text(change, "key"), "vol-a1");
  EXPECT_EQ(member_text(change, "type_title"), "EBS volume");
  EXPECT_FALSE(change.at("who").at("known").as_bool());
  EXPECT_FALSE(member_text(change.at("who"), "reason").empty());
  EXPECT_EQ(feed.body.at("counts").at("found").as_int64(), 5);
  EXPECT_EQ(feed.body.at("gaps").as_int64(), 1);
  const Got one =
      call("GET", "/api/v1/changes/" + std::to_string(change.at("seq").as_int64()), {.key = viewer_});
  ASSERT_EQ(one.body.at("differences").as_array().size(), 1u);
  EXPECT_EQ(
      to_json(one.body.at("differences").at(0)),
      R"({"path":"/Size","kind":"changed","before":8,"after":16,"before_unknown":false,"after_unknown":false})");
  EXPECT_EQ(member_text(one.body.at("unknown_after").at(0), "what"), "Policy");
}

TEST_F(ChangeTest, TheExportHasALineADifferenceAndNoFormula) {
  const Got csv = call("GET", "/api/v1/changes/export?kind=changed", {.key = viewer_});
  EXPECT_NE(csv.text.find(",changed,ec2/volume,vol-a1,'=name of vol-a1,111111111111,"), std::string::npos)
      << csv.text;
  EXPECT_NE(csv.text.find(",/Size,8,16,"), std::string::npos) << csv.text;
  const Got all = call("GET", "/api/v1/changes/export", {.key = viewer_});
  EXPECT_EQ(std::count(all.text.begin(), all.text.end(), '\n'), 7) << "a head, five found, one changed";
}

TEST_F(ChangeTest, ADiffSaysWhatItDoesNotKnow) {
  const std::string url = "/api/v1/diff?from=" + format_iso(before_);
  const Got diff = call("GET", url, {.key = viewer_});
  ASSERT_EQ(diff.body.at("items").as_array().size(), 1u) << diff.text;
  EXPECT_EQ(member_text(diff.body.at("items").at(0), "key"), "vol-a1");
  const Json& known = diff.body.at("known");
  EXPECT_FALSE(known.at("complete").as_bool());
  EXPECT_EQ(known.at("unread_from").as_int64(), 1) << "instances of B were denied";
  EXPECT_EQ(member_text(known.at("places").at(0), "code"), "UnauthorizedOperation");
  EXPECT_FALSE(known.at("unread_types").as_array().empty());
  const Got volumes = call("GET", url + "&filter=type:ec2/volume", {.key = viewer_});
  EXPECT_TRUE(volumes.body.at("known").at("unread_types").as_array().empty());
  EXPECT_EQ(volumes.body.at("known").at("unread_from").as_int64(), 0);
  EXPECT_TRUE(volumes.body.at("known").at("complete").as_bool());
}

TEST_F(ChangeTest, OnlyTheFirstPageOfADiffSaysWhatIsKnown) {
  const std::string url =
      "/api/v1/diff?limit=1&from=" + format_iso(before_ - std::chrono::hours(1)) + "&filter=type:ec2/volume";
  const Got first = call("GET", url, {.key = viewer_});
  EXPECT_GT(first.body.at("known").at("unread_from").as_int64(), 0) << first.text;
  const Got second =
      call("GET", url + "&cursor=" + std::string(member_text(first.body, "next_cursor")), {.key = viewer_});
  EXPECT_EQ(second.status, 200) << second.text;
  EXPECT_TRUE(second.body.at("known").is_null());
}

}  // namespace
}  // namespace hm::api
