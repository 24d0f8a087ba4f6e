// Lists that are asked for each of several parents, described in chunks, or that consist of mere names.
#include "collect/observe.h"

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "collect/replay.h"

namespace hm::collect {
namespace {

constexpr const char* kService = R"(title: Service
table: aws_s
scope: region
list:
  parents: {into: Cluster, call: "ecs:ListClusters", items: "clusterArns[]", where: {path: Cluster, is_not: [hidden]}}
  call: ecs:ListServices
  params: {cluster: "${Cluster}"}
  items: serviceArns[]
  absent: [ClusterNotFoundException]
  describe: {call: "ecs:DescribeServices", params: {cluster: "${Cluster}", services: "${each}"}, items: "services[]", chunk: 2}
key: "${Cluster}/${serviceName}"
arn: arn:${Cluster}/${serviceName}
columns:
  cluster: {path: Cluster, description: Where it runs.}
sensitive: ["deployments[].serviceConnectConfiguration.logConfiguration.options"]
)";

HttpResponse json(const std::string& body, int status = 200) {
  return {status, {{"Content-Type", "application/x-amz-json-1.1"}}, body};
}

// An ECS of several clusters. Each service has a letter for a name.
struct FakeEcs {
  std::map<std::string, std::string> clusters;  // name -> services, or "!Code" which is how it refuses
  std::vector<std::string> described;           // the letters of each call
  std::string undescribed;                      // a code: how DescribeServices refuses

  Result<HttpResponse> answer(const HttpRequest& request) {
    const auto target = request.headers.get("X-Amz-Target");
    HM_TRY(auto body, parse_json(request.body));
    if (target.ends_with("ListClusters")) return json(names("clusterArns", cluster_names()));
    const std::string services = clusters.at(std::string(member_text(body, "cluster")));
    if (services.starts_with('!')) return json(R"({"__type":")" + services.substr(1) + R"("})", 400);
    if (target.ends_with("ListServices")) {
      std::vector<std::string> letters;
      for (const char c : services) letters.emplace_back(1, c);
      return json(names("serviceArns", letters));
    }
    if (!undescribed.empty()) return json(R"({"__type":")" + undescribed + R"("})", 400);
    JsonArray out;
    std::string asked;
    for (const auto& one : body.at("services").as_array()) {
      asked += as_text(one);
      out.push_back(JsonObject{{"serviceName", one}});
    }
    described.push_back(asked);
    return json(to_json(JsonObject{{"services", std::move(out)}}));
  }

  std::vector<std::string> cluster_names() const {
    std::vector<std::string> out;
    for (const auto& [name, services] : clusters) out.push_back(name);
    return out;
  }

  static std::string names(const char* key, const std::vector<std::string>& texts) {
    JsonArray list;
    for (const auto& one : texts) list.emplace_back(one);
    return to_json(JsonObject{{key, std::move(list)}});
  }
};

struct Seen {
  std::vector<std::string> ids;
  Status status = ok();
  int64_t calls = 0;
};

Seen observe_services(FakeEcs& ecs, const char* yaml = kService) {
  auto types = catalog::load_catalog({{.path = "resources/test/one.yaml", .text = yaml, .origin = ""}});
  EXPECT_TRUE(types) << types.error().text();
  ReplayTransport transport([&](const HttpRequest& request) { return ecs.answer(request); });
  FakeClock clock{parse_iso("2026-11-23T12:00:00Z").value()};
  aws::Client client(transport, clock, nullptr, {});
  const Redactor redactor(std::string(32, 'k'));
  Limits limits(1);  // so that a permit held while another is asked for would stop everything
  WorkerPool pool(1);
  Reachability reachability(clock);
  aws::Target target;
  target.credentials = aws::static_credentials({"AKIDEXAMPLE", "secret", "", {}, "", "test"});
  target.region = "eu-west-1";
  target.endpoint_url = "http://127.0.0.1:5000";
  const SweepContext context{
      *(*types)->find("test/one"), {"111111111111", "aws", "eu-west-1"}, target, {}, clock.now()};
  std::atomic<int64_t> calls{0};
  auto observation = observe({client, redactor, clock, limits, reachability}, pool, 1, context, {}, calls);
  Seen seen{{}, std::move(observation.status), calls};
  for (const auto& item : observation.items) seen.ids.push_back(item.id);
  return seen;
}

TEST(Observe, ListsForEachParentAndDescribesInChunks) {
  FakeEcs ecs{{{"blue", "abc"}, {"empty", ""}, {"green", "d"}, {"hidden", "xyz"}}, {}, {}};
  const auto seen = observe_services(ecs);
  ASSERT_TRUE(seen.status) << seen.status.error().text();
  EXPECT_EQ(seen.ids, (std::vector<std::string>{"blue/a", "blue/b", "blue/c", "green/d"}));
  EXPECT_EQ(ecs.described, (std::vector<std::string>{"ab", "c", "d"}));
  EXPECT_EQ(seen.calls, 1 + 3 + 3);
}

TEST(Observe, NoParentsCostOneCall) {
  FakeEcs ecs;
  const auto seen = observe_services(ecs);
  ASSERT_TRUE(seen.status);
  EXPECT_TRUE(seen.ids.empty());
  EXPECT_EQ(seen.calls, 1);
}

TEST(Observe, AParentThatIsGoneHasNone) {
  FakeEcs ecs{{{"blue", "a"}, {"gone", "!ClusterNotFoundException"}}, {}, {}};
  const auto seen = observe_services(ecs);
  EXPECT_TRUE(seen.status);
  EXPECT_EQ(seen.ids, std::vector<std::string>{"blue/a"});
}

TEST(Observe, AParentThatRefusesFailsTheListAndHidesNothing) {
  FakeEcs ecs{{{"blue", "a"}, {"denied", "!AccessDeniedException"}, {"green", "b"}}, {}, {}};
  const auto seen = observe_services(ecs);
  ASSERT_FALSE(seen.status);
  EXPECT_EQ(seen.status.error().kind, ErrorKind::denied);
  EXPECT_EQ(seen.status.error().notes.at("missing_permission"), "ecs:ListServices");
  EXPECT_EQ(seen.ids, (std::vector<std::string>{"blue/a", "green/b"}));
}

// What the list names is there, whatever the description says: it must not look like a complete list of none.
TEST(Observe, ADescriptionThatFindsNothingFailsTheList) {
  FakeEcs ecs{{{"blue", "abc"}}, {}, "ClusterNotFoundException"};
  const auto seen = observe_services(ecs);
  ASSERT_FALSE(seen.status);
  EXPECT_EQ(seen.status.error().code, "ClusterNotFoundException");
  EXPECT_TRUE(seen.ids.empty());
}

TEST(Observe, MereNamesBecomeItems) {
  FakeEcs ecs{{{"blue", ""}, {"green", ""}}, {}, {}};
  const auto seen = observe_services(ecs, R"(title: Cluster
table: aws_c
scope: region
list: {call: "ecs:ListClusters", items: "clusterArns[]", as: Arn, where: {path: Arn, is: [green]}}
key: Arn
arn: ${Arn}
columns: {arn_text: {path: Arn, description: The name of it.}}
)");
  ASSERT_TRUE(seen.status);
  EXPECT_EQ(seen.ids, std::vector<std::string>{"green"});
}

}  // namespace
}  // namespace hm::collect
