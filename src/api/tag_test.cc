// Tags, owners and plans as the API tells them.
#include "api/test_api.h"
#include "aws/rate_limit.h"
#include "collect/scheduler.h"

namespace hm::api {
namespace {

class TagApiTest : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    sweep_estate();
    all_ = key_of("all", identity::Role::viewer);
    only_a_ = key_of("onlya", identity::Role::viewer, only_a());
  }
  Got tags(const std::string& path, const std::string& key) {
    return call("GET", "/api/v1/tags/" + path, {.key = key});
  }
  static std::string share_of(const Json& share) {
    return std::string(member_text(share, "key")) + " " + to_json(share.at("tagged")) + "/" +
           to_json(share.at("untagged")) + "/" + to_json(share.at("unknown"));
  }
  void put(const std::string& type, const std::string& key, std::map<std::string, std::string> tags) {
    clock_.advance(std::chrono::seconds(1));
    inventory::Sweep made;
    made.place = {std::string(kAccountA), "global", type};
    made.outcome = inventory::Outcome::ok;
    made.started_at = clock_.now();
    inventory::Observed item;
    item.id = item.name = item.hash = key;
    item.region = "global";
    item.arn = "arn:aws:iam::111111111111:" + key;
    item.document = JsonObject{{"Name", key}};
    item.tags = std::move(tags);
    std::vector<inventory::Observed> items;
    items.push_back(std::move(item));
    ASSERT_OK(inventory::Inventory(*database_, clock_).record(made, std::move(items)));
  }
  std::string all_, only_a_;
};

TEST_F(TagApiTest, SharesAreThoseOfTheConfiguredKeys) {
  put("iam/group", "admins", {});
  auto book = rules::RuleBook::make(*catalog_, *database_,
                                    {{.rule = "required_tags",
                                      .place = "test",
                                      .parameters = {{"required_keys", JsonArray{"ENV", "Owner"}}}}});
  ASSERT_OK(book);
  EXPECT_EQ(tags("coverage", all_).body.at("keys").as_array().size(), 2u)
      << "Owner and Environment by default";
  const rules::ActiveRule rule = *(*book)->find("required_tags");
  EXPECT_EQ(to_json(rule.parameters.at("required_keys")), "[\"ENV\",\"Owner\"]");
  rules_ = std::move(*book);
  remake_services();
  const Got got = tags("coverage", all_);
  EXPECT_EQ(share_of(got.body.at("keys").at(0)), "ENV 5/0/0") << got.text;
  EXPECT_EQ(share_of(got.body.at("keys").at(1)), "Owner 0/5/0");
  EXPECT_EQ(got.body.at("resources").as_int64(), 5);
  EXPECT_EQ(got.body.at("gaps").as_int64(), 1) << "instances of B were denied";
  EXPECT_EQ(member_text(got.body.at("left_out").at(0), "type"), "iam/group");
  EXPECT_EQ(member_text(got.body.at("left_out").at(0), "reason"), "AWS offers no call that tags it");
  EXPECT_EQ(share_of(got.body.at("accounts").at(1).at("keys").at(0)), "ENV 2/0/0");
  EXPECT_EQ(member_text(got.body.at("types").at(0), "type_title"), "EBS volume");
  const Got mine = tags("coverage", only_a_);
  EXPECT_EQ(mine.body.at("accounts").as_array().size(), 1u);
  EXPECT_EQ(share_of(mine.body.at("keys").at(0)), "ENV 3/0/0");
}

TEST_F(TagApiTest, KeysAndValuesWithinTheScope) {
  const Got keys = tags("keys", all_);
  EXPECT_EQ(to_json(keys.body.at("items").at(0).at("spellings")),
            R"([{"key":"env","resources":5,"accounts":2}])");
  EXPECT_EQ(tags("values?key=env", only_a_).body.at("items").at(0).at("resources").as_int64(), 3);
  EXPECT_EQ(tags("values", all_).code(), "invalid");
  EXPECT_EQ(call("GET", "/api/v1/tags/keys").status, 401);
}

TEST_F(TagApiTest, TheOwnerStandsAtTheResource) {
  put("iam/role", "deploy", {{"Team", "core"}});
  const std::string role = inventory::resource_id(
      inventory::resource_number({std::string(kAccountA), "global", "iam/role"}, "deploy"));
  const Got got = call("GET", "/api/v1/resources/" + role, {.key = all_});
  EXPECT_EQ(member_text(got.body.at("owner"), "name"), "core") << got.text;
  EXPECT_EQ(member_text(got.body.at("owner"), "key"), "Team");
  const Got volume =
      call("GET", "/api/v1/resources/" + id_of(kAccountA, "eu-west-1", "vol-a1"), {.key = all_});
  EXPECT_EQ(member_text(volume.body.at("owner"), "via"), "creator_unknown");
  EXPECT_TRUE(volume.body.at("owner").at("name").is_null());
  EXPECT_FALSE(member_text(volume.body.at("owner"), "reason").empty());
  const Got owners = tags("owners", all_);
  EXPECT_EQ(owners.body.at("by_tag").as_int64(), 1);
  EXPECT_EQ(owners.body.at("creator_unknown").as_int64(), 5);
  EXPECT_EQ(member_text(owners.body.at("items").at(0), "name"), "core");
}

TEST_F(TagApiTest, APlanProposesOnlyWhatWouldChange) {
  put("iam/role", "deploy", {{"ENV", "prod"}, {"Owner", "core"}});
  const Got plan = tags("plan?key=Owner&value=it%27s&filter=account:Alpha", all_);
  EXPECT_EQ(plan.body.at("total").as_int64(), 4) << plan.text;
  EXPECT_EQ(plan.body.at("proposed").as_int64(), 3);
  EXPECT_EQ(plan.body.at("calls").as_int64(), 2) << "one for each region";
  EXPECT_EQ(member_text(plan.body.at("left_out").at(0), "reason"), "it bears the key with another value");
  EXPECT_NE(member_text(plan.body, "commands").find("it'\\''s"), std::string_view::npos);
  EXPECT_EQ(
      tags("plan?key=Owner&value=x&overwrite=true&filter=account:Alpha", all_).body.at("proposed").as_int64(),
      4);
  EXPECT_EQ(tags("plan?key=env&value=prod", all_).body.at("already").as_int64(), 5);
  const Got spelled = tags("plan?key=env&from=spelling", all_);
  EXPECT_EQ(spelled.body.at("proposed").as_int64(), 1);
  EXPECT_NE(member_text(spelled.body, "commands").find("--role-name=deploy"), std::string_view::npos)
      << spelled.text;
  EXPECT_EQ(tags("plan?key=Contact&from=owner", all_).body.at("proposed").as_int64(), 1);
  EXPECT_EQ(tags("plan?key=Owner&value=x", only_a_).text.find("vol-b"), std::string::npos);
  EXPECT_TRUE(tags("plan?key=Owner&value=x&filter=name:nosuch", all_).body.at("commands").is_null());
}

TEST_F(TagApiTest, BadPlansAreRefused) {
  for (const auto& [query, code] : std::vector<std::pair<std::string, std::string>>{
           {"value=x", "tag_key"},
           {"key=aws:x&value=x", "tag_key"},
           {"key=x", "invalid"},
           {"key=x&from=nobody", "invalid"},
           {"key=x&value=" + std::string(257, 'v'), "tag_value"},
           {"key=x&value=x&filter=nosuch:1", "filter_invalid"}}) {
    const Got got = tags("plan?" + query, all_);
    EXPECT_EQ(got.status, 400) << query;
    EXPECT_EQ(got.code(), code) << query;
  }
}

TEST_F(TagApiTest, ThePlanOfRefreshesSaysWhereNobodyKnows) {
  const Got got = call("GET", "/api/v1/coverage/plan", {.key = all_});
  EXPECT_FALSE(got.body.at("collects").as_bool()) << got.text.substr(0, 300);
  for (const Json& service : got.body.at("services").as_array()) {
    EXPECT_TRUE(service.at("next_due").is_null());
    EXPECT_TRUE(service.at("overdue").is_null());
    EXPECT_TRUE(service.at("calls").is_null()) << "nothing was counted, which is not 0";
    if (member_text(service, "service") != "ec2") continue;
    EXPECT_EQ(service.at("places").as_int64(), 4);
    EXPECT_EQ(service.at("ok").as_int64(), 3);
    EXPECT_EQ(service.at("not_ok").as_int64(), 1);
  }
}

TEST_F(TagApiTest, ThePlanOfRefreshesTellsLagsAndLimits) {
  const Time now = clock_.now();
  services_->settings.push_back({"aws_rate_share", "0.5", "default", ""});
  services_->planned = [now](const identity::Scope& scope) {
    std::vector<collect::PlannedPlace> places{
        {{std::string(kAccountA), "eu-west-1", "ec2/volume"}, now - std::chrono::minutes(2), false},
        {{std::string(kAccountA), "us-east-1", "ec2/volume"}, now + std::chrono::minutes(3), false},
        {{std::string(kAccountB), "eu-west-1", "ec2/volume"}, now, true}};
    std::erase_if(places,
                  [&](const auto& one) { return !scope.allows(one.place.account_id, one.place.region); });
    return places;
  };
  const auto volumes = [this](const std::string& key) {
    const Got got = call("GET", "/api/v1/coverage/plan", {.key = key});
    for (const Json& service : got.body.at("services").as_array())
      for (const Json& type : service.at("types").as_array())
        if (member_text(type, "type") == "ec2/volume") return type;
    return Json();
  };
  const Json all = volumes(all_);
  EXPECT_EQ(all.at("overdue").as_int64(), 1);
  EXPECT_EQ(all.at("lag_seconds").as_int64(), 120);
  EXPECT_EQ(all.at("running").as_int64(), 1);
  EXPECT_EQ(member_text(all, "next_due"), format_iso(now - std::chrono::minutes(2)));
  const Json& rate = all.at("rate");
  EXPECT_EQ(member_text(rate, "call"), "ec2:DescribeVolumes");
  const double published = aws::published_rate("ec2", "DescribeVolumes", aws::CallClass::list,
                                               catalog_->find("ec2/volume")->list.params)
                               .per_second;
  EXPECT_EQ(rate.at("per_second").to_number<double>(), published / 2);
  EXPECT_TRUE(rate.at("published").as_bool());
  EXPECT_EQ(volumes(only_a_).at("running").as_int64(), 0) << "the other account is not theirs to see";
}

}  // namespace
}  // namespace hm::api
