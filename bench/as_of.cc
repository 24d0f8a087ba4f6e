// How long a question about an earlier moment takes over one type of so many resources, beside the same
// question about now, on SQLite, and on PostgreSQL where HM_TEST_POSTGRES names an empty one:
//
//   bench_as_of [RESOURCES]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include <time.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "catalog/catalog.h"
#include "inventory/projection.h"

namespace {

using namespace hm;
using Steady = std::chrono::steady_clock;

constexpr int kRuns = 5;
constexpr double kGoalSeconds = 1;
constexpr const char* kQuestion =
    "select instance_type, count(*) from aws_ec2_instance group by 1 order by 2 desc";
constexpr const char* kWide =
    "select instance_id, vpc_id, subnet_id, private_ip_address, tags from aws_ec2_instance";

template <class T>
T must(Result<T> result) {
  if (!result.has_value()) {
    std::fprintf(stderr, "bench_as_of: %s\n", result.error().text().c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

double cpu_seconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

std::string number(const char* format, int i) {
  char text[80];
  std::snprintf(text, sizeof text, format, i);
  return text;
}

// An instance as AWS describes it, a member of a fleet.
inventory::Observed instance(int i, int round) {
  const std::string id = number("i-%017x", i);
  const std::string vpc = number("vpc-%017x", i % 60), subnet = number("subnet-%017x", i % 360);
  const std::string group = number("sg-%017x", i % 200);
  const bool changed = i % 10 < round;
  const JsonArray groups{JsonObject{{"GroupId", group}, {"GroupName", "web"}}};
  inventory::Observed item;
  item.id = id;
  item.region = "eu-west-1";
  item.arn = "arn:aws:ec2:eu-west-1:111111111111:instance/" + id;
  item.name = number("web-%05d", i);
  item.state = changed ? "stopped" : "running";
  item.tags = {{"Name", item.name}, {"Environment", "prod"}, {"Team", number("team-%d", i % 20)}};
  JsonArray tags;
  for (const auto& [key, value] : item.tags) tags.push_back(JsonObject{{"Key", key}, {"Value", value}});
  item.relations = {{"vpc", "ec2/vpc", vpc},
                    {"subnet", "ec2/subnet", subnet},
                    {"security_group", "ec2/security_group", group}};
  item.document = JsonObject{
      {"InstanceId", id},
      {"ImageId", number("ami-%017x", i % 12)},
      {"InstanceType", i % 3 == 0 ? "m6i.large" : "t3.medium"},
      {"State", JsonObject{{"Code", changed ? 80 : 16}, {"Name", item.state}}},
      {"PrivateDnsName", number("ip-10-1-%d.compute.internal", i)},
      {"PrivateIpAddress", "10.1." + std::to_string(i / 256 % 256) + "." + std::to_string(i % 256)},
      {"VpcId", vpc},
      {"SubnetId", subnet},
      {"Architecture", "x86_64"},
      {"LaunchTime", "2026-03-01T10:11:12+00:00"},
      {"KeyName", "ops"},
      {"EbsOptimized", true},
      {"Hypervisor", "xen"},
      {"VirtualizationType", "hvm"},
      {"RootDeviceName", "/dev/xvda"},
      {"RootDeviceType", "ebs"},
      {"Monitoring", JsonObject{{"State", "disabled"}}},
      {"SourceDestCheck", true},
      {"SecurityGroups", groups},
      {"Placement",
       JsonObject{{"AvailabilityZone", "eu-west-1a"}, {"GroupName", ""}, {"Tenancy", "default"}}},
      {"MetadataOptions", JsonObject{{"State", "applied"},
                                     {"HttpTokens", "required"},
                                     {"HttpPutResponseHopLimit", 2},
                                     {"HttpEndpoint", "enabled"}}},
      {"BlockDeviceMappings",
       JsonArray{JsonObject{{"DeviceName", "/dev/xvda"},
                            {"Ebs", JsonObject{{"VolumeId", number("vol-%017x", i)},
                                               {"Status", "attached"},
                                               {"AttachTime", "2026-03-01T10:11:13+00:00"},
                                               {"DeleteOnTermination", true}}}}}},
      {"NetworkInterfaces", JsonArray{JsonObject{{"NetworkInterfaceId", number("eni-%017x", i)},
                                                 {"Status", "in-use"},
                                                 {"SubnetId", subnet},
                                                 {"VpcId", vpc},
                                                 {"Groups", groups},
                                                 {"MacAddress", number("02:00:00:%06x", i)}}}},
      {"Tags", tags}};
  item.hash = id + item.state + std::to_string(changed ? round : 0);
  return item;
}

void fill(store::Database& database, FakeClock& clock, int resources, int round) {
  std::vector<inventory::Observed> items;
  items.reserve(static_cast<size_t>(resources));
  for (int i = 0; i < resources; ++i) items.push_back(instance(i, round));
  inventory::Sweep sweep;
  sweep.place = {"111111111111", "eu-west-1", "ec2/instance"};
  sweep.outcome = inventory::Outcome::ok;
  sweep.started_at = clock.now();
  must(inventory::Inventory(database, clock).record(sweep, std::move(items)));
}

template <class F>
void measure(const char* name, const char* statement, double goal, F&& ask) {
  std::vector<double> wall;
  const double cpu = cpu_seconds();
  size_t rows = 0;
  for (int i = 0; i < kRuns; ++i) {
    const auto start = Steady::now();
    rows = ask(statement);
    wall.push_back(std::chrono::duration<double>(Steady::now() - start).count());
  }
  std::sort(wall.begin(), wall.end());
  const double median = wall[wall.size() / 2];
  std::printf("  %s %-9s %6.3f s (median of %d), %6.3f s of processor, %zu rows%s: %.60s\n",
              goal <= 0 ? "    " : (median < goal ? "ok  " : "MISS"), name, median, kRuns,
              (cpu_seconds() - cpu) / kRuns, rows, goal <= 0 ? "" : " (goal < 1 s)", statement);
  std::fflush(stdout);
}

void run(const std::string& url, const std::filesystem::path& directory, int resources) {
  FakeClock clock(from_micros(1'795'435'200'000'000));
  const auto catalog = must(catalog::load_with({}));
  const auto database = must(store::Database::open(url, clock));
  std::vector<Time> moments;
  for (int round = 0; round < 3; ++round) {
    fill(*database, clock, resources, round);
    moments.push_back(clock.now());
    clock.advance(std::chrono::hours(1));
  }
  std::printf("%s, %d instances, of which a tenth has changed twice\n",
              std::string(to_string(database->dialect())).c_str(), resources);
  const auto everything = identity::Scope::everything();
  const query::Limits limits{.time = std::chrono::seconds(60), .rows = 1'000'000, .result_bytes = 1 << 30};
  const auto tables = must(query::QueryDatabase::open(directory.string(), inventory::table_specs(*catalog)));
  inventory::Follower follower(*database, *tables, *catalog);
  must(follower.catch_up());
  for (const char* statement : {kQuestion, kWide}) {
    measure("now", statement, 0, [&](const char* sql) {
      return must(inventory::query_now(*database, *tables, *catalog, sql, everything, limits))
          .answer.rows.size();
    });
    for (const Time moment : {moments[0], moments[2]})
      measure(moment == moments[0] ? "first" : "last", statement, kGoalSeconds, [&](const char* sql) {
        return must(inventory::query_at(*database, *catalog, directory.string(), sql, everything, moment,
                                        limits))
            .answer.rows.size();
      });
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int resources = argc > 1 ? std::atoi(argv[1]) : 100'000;
  const auto directory = std::filesystem::temp_directory_path() / ("hm-bench-" + hex(random_bytes(8)));
  std::filesystem::create_directories(directory);
  run("sqlite:" + (directory / "store.db").string(), directory, resources);
  const char* server = std::getenv("HM_TEST_POSTGRES");
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  if (server != nullptr) run(server, directory, resources);
  std::filesystem::remove_all(directory);
  return 0;
}
