#include "collect/account_settings.h"

#include <gtest/gtest.h>

#include "collect/replay.h"

namespace hm::collect {
namespace {

Result<std::vector<AccountSetting>> read(std::string_view text) {
  auto yaml = parse_yaml(text);
  EXPECT_TRUE(yaml) << text;
  return read_account_settings(*yaml, "/accounts", "hostmaster.yaml");
}

TEST(AccountSettings, TakeTheIdFromTheRole) {
  auto settings = read(R"(accounts:
  - {name: a, role_arn: "arn:aws:iam::111111111111:role/R", external_id: x, regions: [eu-west-1]}
  - {name: b, profile: p})");
  ASSERT_TRUE(settings) << settings.error().text();
  ASSERT_EQ(settings->size(), 2u);
  EXPECT_EQ((*settings)[0].account_id, "111111111111");
  EXPECT_EQ((*settings)[0].regions, std::vector<std::string>{"eu-west-1"});
  EXPECT_EQ((*settings)[1].profile, "p");
}

TEST(AccountSettings, TakeMetricsWhereTheAccountIsKnown) {
  auto settings = read(R"(accounts:
  - {role_arn: "arn:aws:iam::111111111111:role/R", metrics: false}
  - {profile: p, account_id: "222222222222", metrics_budget_usd: 1})");
  ASSERT_TRUE(settings) << settings.error().text();
  EXPECT_EQ((*settings)[0].metrics, false);
  EXPECT_EQ((*settings)[1].metrics_budget_usd, Money::of(1));
}

TEST(AccountSettings, NoAccountsAreNone) { EXPECT_TRUE(read("a: 1").value().empty()); }

TEST(AccountSettings, AProfileThatDoesNotExistIsToldByTheAccount) {
  const aws::Environment nothing{
      .variable = [](const std::string&) { return std::nullopt; },
      .read_file = [](const std::string&) -> Result<std::string> {
        return make_error(ErrorKind::not_found, "no_file", "there is no such file");
      },
      .write_file = [](const std::string&, std::string_view) { return ok(); },
      .run = [](const std::vector<std::string>&) { return Result<std::string>(std::string()); }};
  SystemClock clock;
  ReplayTransport transport([](const HttpRequest&) -> Result<HttpResponse> {
    return make_error(ErrorKind::unavailable, "no_network", "nobody is asked");
  });
  auto config = aws::SharedConfig::load(nothing, "");
  ASSERT_TRUE(config) << config.error().text();
  const auto account = make_account({.name = "sandbox",
                                     .account_id = "111111111111",
                                     .role_arn = "",
                                     .external_id = "",
                                     .profile = "absent",
                                     .regions = {"eu-west-1"}},
                                    {{transport, clock}, *config, "", ""});
  ASSERT_TRUE(account.failure);
  EXPECT_NE(account.failure->message.find("absent"), std::string::npos);
  EXPECT_EQ(account.id, "111111111111");
  EXPECT_EQ(account.regions, std::vector<std::string>{"eu-west-1"});
}

struct Bad {
  const char* text;
  const char* says;
};
class BadSettings : public testing::TestWithParam<Bad> {};

TEST_P(BadSettings, AreRefusedWithTheirLine) {
  auto settings = read(GetParam().text);
  ASSERT_FALSE(settings);
  EXPECT_NE(settings.error().message.find(GetParam().says), std::string::npos) << settings.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    All, BadSettings,
    testing::Values(
        Bad{"accounts: x", "hostmaster.yaml:1: 'accounts' must be a list"},
        Bad{"accounts:\n  - nam: x", "hostmaster.yaml:2: unknown key 'nam'"},
        Bad{"accounts:\n  - name: x\n    role_arn: y", "hostmaster.yaml:3: 'role_arn' must look like"},
        Bad{"accounts:\n  - name: x\n    external_id: y", "hostmaster.yaml:3: 'external_id' needs"},
        Bad{"accounts:\n  - account_id: 123", "hostmaster.yaml:2: 'account_id' must be a text"},
        Bad{"accounts:\n  - account_id: '123'", "hostmaster.yaml:2: 'account_id' must have 12 digits"},
        Bad{"accounts:\n  - profile: p\n    metrics: false",
            "hostmaster.yaml:3: 'account_id' is needed beside 'metrics'"},
        Bad{"accounts:\n  - profile: p\n    metrics_budget_usd: 1",
            "hostmaster.yaml:3: 'account_id' is needed beside 'metrics_budget_usd'"},
        Bad{"accounts:\n  - profile: p\n  - profile: p", "hostmaster.yaml:3: the account is named twice"},
        Bad{"accounts:\n  - regions: eu-west-1", "hostmaster.yaml:2: 'regions' must be a list"},
        Bad{"accounts:\n  - event_queues: https://sqs.eu-west-1.amazonaws.com/111111111111/q",
            "hostmaster.yaml:2: 'event_queues' must be a list"},
        Bad{"accounts:\n  - event_queues: [hostmaster-events]",
            "hostmaster.yaml:2: 'hostmaster-events' is not the URL of an SQS queue, which looks like "
            "https://sqs."},
        Bad{"accounts:\n  - event_queues: [https://sqs.eu-west-1.amazonaws.com/111111111111/q]\n"
            "  - profile: p\n    event_queues: [https://sqs.eu-west-1.amazonaws.com/111111111111/q]",
            "hostmaster.yaml:4: the queue 'https://sqs.eu-west-1.amazonaws.com/111111111111/q' is named "
            "twice"}));

Result<std::vector<OrganizationSetting>> read_organizations(std::string_view text) {
  auto yaml = parse_yaml(text);
  EXPECT_TRUE(yaml) << text;
  return read_organization_settings(*yaml, "/organizations", "hostmaster.yaml");
}

TEST(OrganizationSettings, SayWhoListsTheAccountsAndHowEachIsEntered) {
  auto settings = read_organizations(R"(organizations:
  - {management_account: "111111111111", role_name: audit/Reader, external_id: x, exclude: ["222222222222"],
     event_queues: ["https://sqs.eu-west-1.amazonaws.com/333333333333/q"]})");
  ASSERT_TRUE(settings) << settings.error().text();
  ASSERT_EQ(settings->size(), 1u);
  EXPECT_EQ((*settings)[0].management_account, "111111111111");
  EXPECT_EQ((*settings)[0].role_name, "audit/Reader");
  EXPECT_EQ((*settings)[0].exclude, std::vector<std::string>{"222222222222"});
  EXPECT_EQ((*settings)[0].event_queues.size(), 1u);
  EXPECT_TRUE(read_organizations("a: 1").value().empty());
}

class BadOrganizations : public testing::TestWithParam<Bad> {};

TEST_P(BadOrganizations, AreRefusedWithTheirLine) {
  auto settings = read_organizations(GetParam().text);
  ASSERT_FALSE(settings);
  EXPECT_NE(settings.error().message.find(GetParam().says), std::string::npos) << settings.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    All, BadOrganizations,
    testing::Values(
        Bad{"organizations: x", "hostmaster.yaml:1: 'organizations' must be a list"},
        Bad{"organizations:\n  - role_name: R", "hostmaster.yaml:2: 'management_account' is needed"},
        Bad{"organizations:\n  - management_account: '111111111111'", "'role_name' is needed"},
        Bad{"organizations:\n  - management_account: 111111111111\n    role_name: R",
            "hostmaster.yaml:2: 'management_account' must be a text: put it between quotes"},
        Bad{"organizations:\n  - management_account: '111111111111'\n    role_name: /R",
            "'role_name' is needed"},
        Bad{"organizations:\n  - management_account: '111111111111'\n    role_name: R\n    exclude: ['1']",
            "hostmaster.yaml:4: '1' is no account id"},
        Bad{"organizations:\n  - management_account: '111111111111'\n    role_name: R\n    roles: R",
            "hostmaster.yaml:4: unknown key 'roles'"},
        Bad{"organizations:\n  - &o {management_account: '111111111111', role_name: R}\n  - *o",
            "the organization is named twice"}));

}  // namespace
}  // namespace hm::collect
