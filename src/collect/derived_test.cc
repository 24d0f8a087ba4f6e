// What keeps derived types honest: caps, keys that are not unique, and places where AWS has no such service.
#include <filesystem>

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "collect/replay.h"
#include "collect/sweep.h"
#include "inventory/read.h"

namespace hm::collect {
namespace {

struct Seen {
  std::vector<std::string> ids;
  std::string documents;  // as they are stored
  Status status = ok();
  int64_t calls = 0;
};

// One derived type in one region, and an AWS that `answer` speaks for.
struct Place {
  Place(const ReplayTransport::Answer& answer, const std::string& region, const std::string& call)
      : types(catalog::load_with({}, {call}).value()), transport(answer) {
    for (const auto& one : types->resources()) {
      if (one.derived) type = &one;
    }
    target.credentials = aws::static_credentials({"AKIDEXAMPLE", "secret", "", {}, "", "test"});
    target.region = region;
    target.endpoint_url = "http://127.0.0.1:5000";
  }

  SweepContext context() const {
    return {*type, {"111111111111", "aws", target.region}, target, {}, clock.now()};
  }
  static aws::ClientOptions unhurried() {
    aws::ClientOptions options;
    options.rate_share = 0;
    return options;
  }

  std::shared_ptr<const catalog::Catalog> types;
  const catalog::ResourceType* type = nullptr;
  ReplayTransport transport;
  FakeClock clock{parse_iso("2026-11-28T12:00:00Z").value()};
  aws::Client client{transport, clock, nullptr, unhurried()};
  const Redactor redactor{std::string(32, 'k')};
  Limits limits{1};
  WorkerPool pool{1};
  Reachability reachability{clock};
  aws::Target target;
  Tools tools{client, redactor, clock, limits, reachability};
};

// A derived list in one region; `answer` gives its pages.
Seen observe_derived(const ReplayTransport::Answer& answer, const std::string& region = "eu-west-1",
                     const std::string& call = "codecommit:ListRepositories") {
  Place place(answer, region, call);
  std::atomic<int64_t> calls{0};
  auto observation = observe(place.tools, place.pool, 1, place.context(), {}, calls);
  Seen seen{{}, {}, std::move(observation.status), calls};
  for (const auto& item : observation.items) {
    seen.ids.push_back(item.id);
    seen.documents += to_json(item.document);
  }
  return seen;
}

HttpResponse json(const Json& body) {
  return {200, {{"Content-Type", "application/x-amz-json-1.1"}}, to_json(body)};
}

Json repository(const std::string& id, const std::string& name) {
  return JsonObject{{"repositoryId", id}, {"repositoryName", name}};
}

// Direct Connect answers with the keys of BGP sessions, which its model does not mark.
TEST(DerivedList, StoresNoSecretThatItsNameTells) {
  const auto answer = [](const HttpRequest&) -> Result<HttpResponse> {
    return json(*parse_json(R"({"virtualInterfaces": [{"virtualInterfaceId": "dxvif-1",
        "authKey": "first-secret", "customerRouterConfig": "second-secret",
        "bgpPeers": [{"bgpPeerId": "dxpeer-1", "authKey": "third-secret"}]}]})"));
  };
  const auto seen = observe_derived(answer, "eu-west-1", "directconnect:DescribeVirtualInterfaces");
  ASSERT_TRUE(seen.status) << seen.status.error().text();
  EXPECT_EQ(seen.ids, std::vector<std::string>{"dxvif-1"});
  EXPECT_EQ(seen.documents.find("-secret"), std::string::npos) << seen.documents;
  EXPECT_NE(seen.documents.find("dxpeer-1"), std::string::npos) << "only the keys are hidden";
}

TEST(DerivedList, LeavesOutWhatAwsPutsBesideTheAccountsOwn) {
  const auto of = [](const std::string& call, const std::string& answer) {
    const auto seen =
        observe_derived([&](const HttpRequest&) -> Result<HttpResponse> { return json(*parse_json(answer)); },
                        "eu-west-1", call);
    EXPECT_TRUE(seen.status) << seen.status.error().text();
    return seen.ids;
  };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(of("codedeploy:ListDeploymentConfigs",
               R"({"deploymentConfigsList": ["CodeDeployDefault.OneAtATime", "ThreeQuartersHealthy"]})"),
            Ids{"ThreeQuartersHealthy"});
  EXPECT_EQ(of("appconfig:ListDeploymentStrategies",
               R"({"Items": [{"Id": "1225qzk"}, {"Id": "AppConfig.AllAtOnce"}]})"),
            Ids{"1225qzk"});
  EXPECT_EQ(of("workspaces:DescribeApplications",
               R"({"Applications": [{"ApplicationId": "wsa-1", "Owner": "AMAZON"},
                                                     {"ApplicationId": "wsa-2", "Owner": "111111111111"}]})"),
            Ids{"wsa-2"});
}

TEST(DerivedList, ReadsEveryPage) {
  int page = 0;
  const auto seen = observe_derived([&](const HttpRequest&) -> Result<HttpResponse> {
    JsonObject body{{"repositories", JsonArray{repository("id" + std::to_string(page), "name")}}};
    if (page++ < 2) body["nextToken"] = "token" + std::to_string(page);
    return json(body);
  });
  ASSERT_TRUE(seen.status) << seen.status.error().text();
  EXPECT_EQ(seen.ids, (std::vector<std::string>{"id0", "id1", "id2"}));
  EXPECT_EQ(seen.calls, 3);
}

TEST(DerivedList, ThatNeverEndsFailsAtItsCapAndKeepsWhatWasRead) {
  int page = 0;
  const auto seen = observe_derived([&](const HttpRequest&) -> Result<HttpResponse> {
    ++page;
    return json(JsonObject{{"repositories", JsonArray{repository("id" + std::to_string(page), "name")}},
                           {"nextToken", "token" + std::to_string(page)}});
  });
  ASSERT_FALSE(seen.status);
  EXPECT_EQ(seen.status.error().code, "list_too_long");
  EXPECT_NE(seen.status.error().message.find("200 pages"), std::string::npos);
  EXPECT_EQ(seen.ids.size(), 200U);
  EXPECT_EQ(page, 201);
}

TEST(DerivedList, OfTooManyItemsFailsAtItsCap) {
  const auto seen = observe_derived([&](const HttpRequest&) -> Result<HttpResponse> {
    JsonArray many;
    for (int i = 0; i < 20'001; ++i) many.push_back(repository("id" + std::to_string(i), "name"));
    return json(JsonObject{{"repositories", std::move(many)}});
  });
  ASSERT_FALSE(seen.status);
  EXPECT_EQ(seen.status.error().code, "list_too_long");
  EXPECT_EQ(seen.ids.size(), 20'000U);
}

TEST(DerivedList, WhoseKeyIsNotUniqueFails) {
  const auto seen = observe_derived([&](const HttpRequest&) -> Result<HttpResponse> {
    return json(
        JsonObject{{"repositories", JsonArray{repository("one", "first"), repository("one", "second")}}});
  });
  ASSERT_FALSE(seen.status);
  EXPECT_EQ(seen.status.error().code, "ambiguous_key");
  EXPECT_NE(seen.status.error().message.find("${repositoryId || repositoryName} 'one'"), std::string::npos);
}

// Lists shift while they are paged.
TEST(DerivedList, MayHoldTheSameItemTwice) {
  const auto seen = observe_derived([&](const HttpRequest&) -> Result<HttpResponse> {
    return json(
        JsonObject{{"repositories", JsonArray{repository("one", "same"), repository("one", "same")}}});
  });
  EXPECT_TRUE(seen.status);
}

// A name server may fail, and the list of regions lags behind: only both together say that there is nothing.
TEST(DerivedList, HasNothingWhereAwsDoesNotOfferTheService) {
  const auto no_such_host = [](const HttpRequest&) -> Result<HttpResponse> {
    return make_error(ErrorKind::unavailable, "unresolved_host", "no such host").note("sent", "no");
  };
  const auto no_answer = [](const HttpRequest&) -> Result<HttpResponse> {
    return make_error(ErrorKind::timeout, "connect_timeout", "no answer").note("sent", "no");
  };
  const std::string elsewhere = "dax:DescribeParameterGroups";
  EXPECT_TRUE(observe_derived(no_such_host, "me-south-1", elsewhere).status);
  EXPECT_FALSE(observe_derived(no_answer, "me-south-1", elsewhere).status);
  EXPECT_FALSE(observe_derived(no_such_host, "eu-west-1", elsewhere).status) << "it is offered there";
  EXPECT_FALSE(observe_derived(no_such_host, "xx-nowhere-9", elsewhere).status) << "nobody knows";
}

// Where something is known to be, the service is offered, whatever a name server and the list of regions say:
// two such sweeps would make all of it gone.
TEST(DerivedList, KeepsWhatIsKnownWhereAwsSeemsNotToOfferTheService) {
  bool resolves = false;
  Place place(
      [&](const HttpRequest&) -> Result<HttpResponse> {
        if (!resolves)
          return make_error(ErrorKind::unavailable, "unresolved_host", "no such host").note("sent", "no");
        return json(JsonObject{{"ParameterGroups", JsonArray{JsonObject{{"ParameterGroupName", "mine"}}}}});
      },
      "me-south-1", "dax:DescribeParameterGroups");
  const auto folder = std::filesystem::temp_directory_path() / ("hm-derived-" + hex(random_bytes(8)));
  auto database = store::Database::open("sqlite:" + (folder / "t.db").string(), place.clock).value();
  inventory::Inventory inventory(*database, place.clock);
  Sweeper sweeper(place.tools, inventory, place.pool, 1);
  const auto sweep = [&] {
    place.clock.advance(std::chrono::hours(24));
    const auto result = sweeper.run(place.context());
    EXPECT_FALSE(result.not_recorded);
    return result.sweep;
  };
  const auto alive = [&] {
    return inventory::list_resources(*database, identity::Scope::everything(), {}).value().total;
  };
  EXPECT_EQ(sweep().outcome, inventory::Outcome::ok) << "nothing is known there, and nothing can be";
  resolves = true;
  EXPECT_EQ(sweep().outcome, inventory::Outcome::ok);
  EXPECT_EQ(alive(), 1);
  resolves = false;
  for (int i = 0; i < 3; ++i) {
    const auto failed = sweep();
    EXPECT_EQ(failed.outcome, inventory::Outcome::failed);
    EXPECT_EQ(failed.error.code, "unresolved_host");
  }
  EXPECT_EQ(alive(), 1);
  database.reset();
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace hm::collect
