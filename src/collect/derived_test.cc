// What keeps derived types honest: caps, keys that are not unique, and places where AWS has no such service.
#include <gtest/gtest.h>

#include "collect/observe.h"
#include "collect/replay.h"

namespace hm::collect {
namespace {

struct Seen {
  std::vector<std::string> ids;
  Status status = ok();
  int64_t calls = 0;
};

// A derived list in one region; `answer` gives its pages.
Seen observe_derived(const ReplayTransport::Answer& answer, const std::string& region = "eu-west-1",
                     const std::string& call = "codecommit:ListRepositories") {
  auto types = catalog::load_with({}, {call});
  EXPECT_TRUE(types) << types.error().text();
  const catalog::ResourceType* type = nullptr;
  for (const auto& one : (*types)->resources()) {
    if (one.derived) type = &one;
  }
  EXPECT_NE(type, nullptr);
  ReplayTransport transport(answer);
  FakeClock clock{parse_iso("2026-11-28T12:00:00Z").value()};
  aws::ClientOptions options;
  options.rate_share = 0;
  aws::Client client(transport, clock, nullptr, options);
  const Redactor redactor(std::string(32, 'k'));
  Limits limits(1);
  WorkerPool pool(1);
  Reachability reachability(clock);
  aws::Target target;
  target.credentials = aws::static_credentials({"AKIDEXAMPLE", "secret", "", {}, "", "test"});
  target.region = region;
  target.endpoint_url = "http://127.0.0.1:5000";
  const SweepContext context{*type, {"111111111111", "aws", region}, target, {}, {}};
  std::atomic<int64_t> calls{0};
  auto observation = observe({client, redactor, clock, limits, reachability}, pool, 1, context, {}, calls);
  Seen seen{{}, std::move(observation.status), calls};
  for (const auto& item : observation.items) seen.ids.push_back(item.id);
  return seen;
}

HttpResponse json(const Json& body) {
  return {200, {{"Content-Type", "application/x-amz-json-1.1"}}, to_json(body)};
}

Json repository(const std::string& id, const std::string& name) {
  return JsonObject{{"repositoryId", id}, {"repositoryName", name}};
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

}  // namespace
}  // namespace hm::collect
