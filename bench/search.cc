// The search over many resources beside the scan with LIKE that it took the place of, on SQLite, and on
// PostgreSQL where HM_TEST_POSTGRES names an empty one:
//
//   bench_search [RESOURCES]
//
// Prints how long the index takes to be made, its size, and for each word p50 and p99 of the search, of the
// inventory's filter by that word, and of the scan.
#include "inventory/search.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <time.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "catalog/catalog.h"

namespace {

using namespace hm;
using Steady = std::chrono::steady_clock;

constexpr int kAccounts = 20;
constexpr int kSearches = 100;
constexpr int kScans = 5;
constexpr const char* kRegions[] = {"eu-west-1",  "us-east-1", "eu-central-1",
                                    "ap-south-1", "us-west-2", "sa-east-1"};
constexpr const char* kEnvironments[] = {"prod", "staging", "dev"};
constexpr const char* kApplications[] = {"web", "api", "worker", "cache", "billing", "ledger", "search"};

template <class T>
T must(Result<T> result) {
  if (!result.has_value()) {
    std::fprintf(stderr, "bench_search: %s\n", result.error().text().c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

double seconds_since(Steady::time_point start) {
  return std::chrono::duration<double>(Steady::now() - start).count();
}

std::string account_of(int number) {
  char text[16];
  std::snprintf(text, sizeof text, "%012d", number + 100000);
  return text;
}

std::string id_of(int number) { return "i-0" + sha256_hex(std::to_string(number)).substr(0, 16); }

inventory::Observed instance(int number, const std::string& account, const std::string& region) {
  const std::string env = kEnvironments[number % 3], app = kApplications[number % 7];
  const std::string address = "10." + std::to_string(number >> 16 & 255) + "." +
                              std::to_string(number >> 8 & 255) + "." + std::to_string(number & 255);
  std::string host = address;
  std::replace(host.begin(), host.end(), '.', '-');
  inventory::Observed item;
  item.id = id_of(number);
  item.region = region;
  item.arn = "arn:aws:ec2:" + region + ":" + account + ":instance/" + item.id;
  item.name = env + "-" + app + "-" + std::to_string(number);
  item.state = "running";
  item.tags = {
      {"Name", item.name}, {"env", env}, {"app", app}, {"team", "team-" + std::to_string(number % 40)}};
  item.document = JsonObject{{"InstanceId", item.id},
                             {"PrivateIpAddress", address},
                             {"PrivateDnsName", "ip-" + host + "." + region + ".compute.internal"},
                             {"State", JsonObject{{"Name", "running"}}}};
  item.hash = item.id;
  return item;
}

void fill(store::Database& database, const Clock& clock, int resources) {
  inventory::Inventory inventory(database, clock);
  const int places = kAccounts * static_cast<int>(std::size(kRegions));
  for (int place = 0; place < places; ++place) {
    inventory::Sweep sweep;
    sweep.place = {account_of(place % kAccounts), kRegions[place / kAccounts], "ec2/instance"};
    sweep.outcome = inventory::Outcome::ok;
    sweep.started_at = clock.now();
    std::vector<inventory::Observed> items;
    for (int number = place; number < resources; number += places)
      items.push_back(instance(number, sweep.place.account_id, sweep.place.region));
    must(inventory.record(sweep, std::move(items)));
  }
}

// What the filter did before there was an index: the count and the first page.
int64_t scan(store::Database& database, const std::string& word) {
  const std::string like = " like lower('%" + word + "%') escape '\\'";
  const std::string where = " from resource r where r.gone_at is null and (lower(r.label)" + like +
                            " or lower(r.key)" + like + " or lower(r.arn)" + like +
                            " or r.id in (select t.resource_id from tag t where lower(t.value)" + like + "))";
  return must(database.read("scanning", [&](store::Reader& reader) -> Result<int64_t> {
    HM_TRY(const int64_t total, reader.number("select count(*)" + where));
    HM_DO(reader.each("select r.id" + where + " order by r.label limit 20", {},
                      [](const store::Row&) { return ok(); }));
    return total;
  }));
}

struct Times {
  double p50 = 0, p99 = 0;  // milliseconds
  double cpu = 0;           // of the thread, on average: what does not depend on who else is at work
};

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

template <class F>
Times measure(int times, F&& f) {
  std::vector<double> all;
  const double cpu = cpu_seconds();
  for (int i = 0; i < times; ++i) {
    const auto start = Steady::now();
    f();
    all.push_back(seconds_since(start) * 1000);
  }
  std::sort(all.begin(), all.end());
  return {all[all.size() / 2], all[std::min(all.size() - 1, all.size() * 99 / 100)],
          (cpu_seconds() - cpu) * 1000 / times};
}

struct Bench {
  store::Database& database;
  inventory::Search& search;

  void compare(const std::string& word, const identity::Scope& scope, const char* who) {
    const auto question = must(inventory::parse_search(word));
    inventory::SearchAnswer answer;
    const Times searched = measure(kSearches, [&] { answer = must(search.find(question, scope, 20)); });
    inventory::Page page;
    const Times listed = measure(kScans, [&] {
      inventory::ListQuery query;
      query.limit = 20;
      for (const std::string& one : question.words.words) query.conditions.emplace_back().values = {one};
      must(search.resolve(query.conditions, scope));
      page = must(inventory::list_resources(database, scope, query));
    });
    // Of a letter or two PostgreSQL makes minutes: it goes through the tags once for each resource.
    const bool apart = word.size() < 3 || question.words.words.size() > 1;
    const Times scanned = apart ? Times{} : measure(kScans, [&] { scan(database, word); });
    std::printf("%-27.27s %-8s%3zu%s of %6lld", word.c_str(), who, answer.items.size(),
                answer.more ? "+" : " ", static_cast<long long>(page.total));
    for (const Times& times : {searched, listed})
      std::printf(" | %8.2f %8.2f %8.2f", times.p50, times.p99, times.cpu);
    if (apart) {
      std::printf(" | not scanned\n");
    } else {
      std::printf(" | %8.2f %8.2f %8.2f | %6.0f\n", scanned.p50, scanned.p99, scanned.cpu,
                  scanned.p50 / searched.p50);
    }
    std::fflush(stdout);
  }
};

void run(const std::string& url, const std::filesystem::path& directory, int resources) {
  SystemClock clock;
  const auto catalog = must(catalog::load_with({}));
  const auto database = must(store::Database::open(url, clock));
  fill(*database, clock, resources);
  const auto search = must(inventory::Search::open(directory.string(), *database, *catalog));
  const auto start = Steady::now();
  const double cpu = cpu_seconds();
  must(search->catch_up());
  const double took = seconds_since(start), worked = cpu_seconds() - cpu;
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  std::printf("%s: %d resources indexed in %.1f s (%.1f s of processor), file %.0f MB, peak memory %.0f MB\n",
              std::string(to_string(database->dialect())).c_str(), resources, took, worked,
              static_cast<double>(std::filesystem::file_size(search->index().path())) / 1e6,
              static_cast<double>(used.ru_maxrss) / 1000);
  std::printf(
      "milliseconds: p50, p99 and processor time of the search | the filter | the scan with LIKE | and how "
      "often the search's p50 goes into the scan's\n");
  Bench bench{*database, *search};
  const auto everything = identity::Scope::everything();
  const identity::Scope one{std::set<std::string>{account_of(3)}, std::nullopt};
  for (const std::string& word :
       {id_of(4711), id_of(815).substr(6, 8), std::string("10.1.44."), std::string("billing-77"),
        "arn:aws:ec2:eu-west-1:" + account_of(7), std::string("team-17"), std::string("web"),
        std::string("prod"), std::string("compute.internal"), std::string("p"), std::string("i"),
        std::string("web prod team"), std::string("1 10 compute.internal"), std::string("0.10.10.10.1"),
        std::string("nothing-such")})
    bench.compare(word, everything, "all");
  for (const std::string& word : {std::string("prod"), std::string("billing-77")})
    bench.compare(word, one, "1 of 20");
}

}  // namespace

int main(int argc, char** argv) {
  const int resources = argc > 1 ? std::atoi(argv[1]) : 100'000;
  const auto directory = std::filesystem::temp_directory_path() / ("hm-bench-" + hex(random_bytes(8)));
  run("sqlite:" + (directory / "store.db").string(), directory, resources);
  const char* server = std::getenv("HM_TEST_POSTGRES");
  if (server != nullptr) run(server, directory, resources);
  std::filesystem::remove_all(directory);
  return 0;
}
