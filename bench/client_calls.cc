// Makes the calls that scan_boto3.py wrote down, with our client and nothing else: what the client alone
// costs.
//
//   bench_client PLAN CALLS [THREADS]
//
// Prints one line of JSON with the number of calls, of failures and of bytes of documents.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "aws/client.h"
#include "base/http_client.h"
#include "base/json.h"
#include "base/time.h"

namespace {

struct Call {
  std::string service, operation;
  hm::Json params;
  hm::aws::Target target;
};

struct Totals {
  std::atomic<size_t> next{0}, failures{0};
};

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string text(const hm::Json& object, std::string_view key) {
  return std::string(hm::member_text(object, key));
}

std::map<std::string, hm::aws::Target> read_targets(const hm::Json& plan) {
  std::map<std::string, hm::aws::Target> targets;
  for (const hm::Json& account : plan.at("accounts").as_array()) {
    hm::aws::Credentials credentials;
    credentials.access_key_id = text(account, "access_key_id");
    credentials.secret_access_key = text(account, "secret_access_key");
    credentials.session_token = text(account, "session_token");
    hm::aws::Target target;
    target.credentials = hm::aws::static_credentials(credentials);
    target.account_id = text(account, "account_id");
    target.endpoint_url = text(plan, "endpoint_url");
    targets[target.account_id] = target;
  }
  return targets;
}

std::vector<Call> read_calls(const char* path, const std::map<std::string, hm::aws::Target>& targets) {
  std::vector<Call> calls;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto parsed = hm::parse_json(line);
    if (!parsed) continue;
    Call call{text(*parsed, "service"), text(*parsed, "operation"), parsed->at("params"),
              targets.at(text(*parsed, "account_id"))};
    call.target.region = text(*parsed, "region");
    calls.push_back(std::move(call));
  }
  return calls;
}

void work(hm::aws::Client& client, const std::vector<Call>& calls, Totals& totals) {
  while (true) {
    const size_t at = totals.next.fetch_add(1);
    if (at >= calls.size()) return;
    const Call& call = calls[at];
    if (!client.call_all(call.service, call.operation, call.params, call.target)) ++totals.failures;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: bench_client PLAN CALLS [THREADS]\n");
    return 2;
  }
  const auto plan = hm::parse_json(read_file(argv[1]));
  if (!plan) {
    std::fprintf(stderr, "bench_client: %s\n", plan.error().text().c_str());
    return 1;
  }
  const auto calls = read_calls(argv[2], read_targets(*plan));
  const auto transport = hm::make_curl_transport({});
  hm::SystemClock clock;
  hm::aws::ClientOptions options;
  options.rate_share = 0;  // the server alone limits the rate here
  hm::aws::Client client(*transport, clock, nullptr, options);
  Totals totals;
  {
    std::vector<std::jthread> threads;
    const int count = argc > 3 ? std::atoi(argv[3]) : 8;
    threads.reserve(static_cast<size_t>(count));
    for (int i = 0; i < count; ++i) threads.emplace_back([&] { work(client, calls, totals); });
  }
  std::printf("{\"calls\": %zu, \"failures\": %zu}\n", calls.size(), totals.failures.load());
  return 0;
}
