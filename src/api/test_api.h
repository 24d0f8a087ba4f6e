// For tests: the API in-process, on an empty store with two accounts of which something was swept. Every
// answer is held against openapi.yaml.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "api/browser.h"
#include "api/gate.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/yaml.h"
#include "catalog/schema_check.h"
#include "embedded/openapi.h"
#include "inventory/inventory.h"
#include "inventory/search.h"
#include "store/test_database.h"

namespace hm::api {

inline constexpr std::string_view kAccountA = "111111111111";
inline constexpr std::string_view kAccountB = "222222222222";
inline constexpr std::string_view kTestPassword = "correct horse battery";

// The document as one schema: a part of it is named by a pointer.
class Contract {
 public:
  Contract() : document_(with_plain_nulls(parse_yaml(embedded::openapi())->value)) {}

  const Json& document() const { return document_; }
  // The schema of an answer, or nullptr where the document knows none for it.
  const Json* schema(std::string_view method, std::string_view pattern, int status,
                     std::string_view type) const {
    const Json* operation = at("/paths/" + escaped(pattern) + "/" + lower(method));
    if (!operation) return nullptr;
    const Json* responses = member(*operation, "responses");
    const Json* response = member(*responses, std::to_string(status));
    if (!response) response = member(*responses, "default");
    if (!response) return nullptr;
    if (const Json* reference = member(*response, "$ref")) {
      response = at(std::string(as_text(*reference)).substr(1));
    }
    const Json* content = member(*response, "content");
    const Json* media = content ? member(*content, type) : nullptr;
    return media ? member(*media, "schema") : nullptr;
  }
  std::vector<catalog::SchemaFault> check(const Json& schema, const Json& answer) const {
    return catalog::check_schema(
        JsonObject{{"allOf", JsonArray{schema}}, {"components", document_.at("components")}}, answer);
  }

 private:
  // The validator holds null against "format" too, where a text or null is allowed.
  static Json with_plain_nulls(Json schema) {
    if (schema.is_array()) {
      for (Json& item : schema.get_array()) item = with_plain_nulls(std::move(item));
    } else if (schema.is_object()) {
      const Json* type = member(schema, "type");
      if (type && type->is_array()) schema.get_object().erase("format");
      for (auto& [name, value] : schema.get_object()) value = with_plain_nulls(std::move(value));
    }
    return schema;
  }
  static std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) result += c == '/' ? "~1" : std::string(1, c);
    return result;
  }
  static std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = static_cast<char>(std::tolower(c));
    return result;
  }
  const Json* at(const std::string& pointer) const {
    boost::system::error_code failure;
    return document_.find_pointer(pointer, failure);
  }

  const Json document_;
};

struct Ask {
  std::string key{};     // an API key
  std::string cookie{};  // a session's token
  Json body = nullptr;
  HttpHeaders headers{};
  std::string host = "127.0.0.1:8620";
};

struct Got {
  int status = 0;
  HttpHeaders headers;
  std::string text;
  Json body = nullptr;

  std::string code() const {
    const Json* error = member(body, "error");
    return error ? std::string(member_text(*error, "code")) : "";
  }
};

class ApiTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() / ("hm-api-" + hex(random_bytes(8)));
    auto opened = store::Database::open("sqlite:" + (directory_ / "test.db").string(), clock_);
    ASSERT_OK(opened);
    database_ = std::move(*opened);
    auto catalog = catalog::load_with({});
    ASSERT_OK(catalog);
    users_.emplace(*database_, clock_);
    sessions_.emplace(*database_, clock_, identity::SessionLimits());
    keys_.emplace(*database_, clock_);
    first_admin_.emplace(*users_);
    accounts_.emplace(*database_, clock_, box_,
                      std::vector<AccountEntry>{{.account_id = std::string(kAccountA), .name = "Alpha"},
                                                {.account_id = std::string(kAccountB), .name = "Beta"}});
    catalog_ = *catalog;
    auto book = rules::RuleBook::make(*catalog_, *database_, {});
    ASSERT_OK(book);
    rules_ = std::move(*book);
    auto search = inventory::Search::open(directory_.string(), *database_, *catalog_);
    ASSERT_OK(search);
    search_ = std::move(*search);
    remake_services();
  }
  // On the rules as they are now.
  void remake_services() {
    gate_.reset();
    live_.reset();
    services_.reset(
        new Services{.database = *database_,
                     .clock = clock_,
                     .users = *users_,
                     .sessions = *sessions_,
                     .keys = *keys_,
                     .first_admin = *first_admin_,
                     .accounts = *accounts_,
                     .rules = *rules_,
                     .catalog = catalog_,
                     .login_limit = login_limit_,
                     .metrics = metrics_,
                     .version = "0.0.0",
                     .model_version = "1.0.0",
                     .allowed_hosts = {"hostmaster.example.com"},
                     .settings = {{"listen", "127.0.0.1:8620", "default", "where it listens"}},
                     .search = search_.get(),
                     .scan_progress = [this] { return progress(); },
                     .places = [this](const auto& scope) { return scope.unlimited() ? places_ : 0; },
                     .account_troubles = [this] { return troubles_; },
                     .start_scan =
                         [this](const std::vector<std::string>& ids) {
                           scanned_ = ids;
                           return ok();
                         },
                     .run_query = nullptr,
                     .quotas = nullptr,
                     .try_rule = nullptr,
                     .query_tables = nullptr,
                     .try_account = [](const AccountEntry& entry) -> Result<AccountTrial> {
                       return AccountTrial{entry.account_id, entry.role_arn};
                     },
                     .own_arn = [] { return Result<std::string>("arn:aws:iam::999999999999:user/hm"); }});
    live_ = std::make_unique<LiveHub>(*services_, LiveOptions());
    gate_ = std::make_unique<Gate>(*services_, assets_, *live_);
  }
  void TearDown() override {
    gate_.reset();
    live_.reset();
    services_.reset();
    search_.reset();
    rules_.reset();
    database_.reset();
    std::filesystem::remove_all(directory_);
  }

  // A user of that role with a key of theirs: keys are quick, passwords are not.
  std::string key_of(const std::string& name, identity::Role role, const identity::Scope& scope = {}) {
    auto user = users_->add({"test", identity::Via::server, ""},
                            {name, role, scope, std::string(kTestPassword), false});
    EXPECT_TRUE(user.has_value()) << (user ? "" : user.error().text());
    identity::Principal principal;
    principal.name = name;
    principal.role = role;
    principal.scope = scope;
    auto key = keys_->add(principal, {"test", role, scope, 30});
    EXPECT_TRUE(key.has_value()) << (key ? "" : key.error().text());
    return key ? key->secret : "";
  }
  std::string session_of(const std::string& name) {
    auto in = sessions_->open(name, "127.0.0.1");
    EXPECT_TRUE(in.has_value()) << (in ? "" : in.error().text());
    return in ? in->token : "";
  }

  Got call(const std::string& method, const std::string& target, const Ask& ask = {}) {
    ServerRequest request;
    request.method = method;
    request.target = target;
    request.headers = ask.headers;
    request.headers.add("Host", ask.host);
    request.peer = "127.0.0.1";
    if (!ask.key.empty()) request.headers.add("Authorization", "Bearer " + ask.key);
    if (!ask.cookie.empty()) request.headers.add("Cookie", "hm_session=" + ask.cookie);
    if (!ask.body.is_null()) {
      request.body = to_json(ask.body);
      request.headers.add("Content-Type", "application/json");
    }
    ServerResponse response = gate_->handle(request);
    Got got{response.status, response.headers, text_of(response), nullptr};
    if (got.headers.get("content-type") == "application/json") {
      auto parsed = parse_json(got.text);
      EXPECT_TRUE(parsed.has_value()) << got.text;
      if (parsed) got.body = std::move(*parsed);
      hold_to_contract(method, request.path(), got);
    }
    return got;
  }

  // Three volumes in A and two in B, eu-west-1 and us-east-1; a denied sweep of instances in B.
  void sweep_estate() {
    sweep(kAccountA, "eu-west-1", {"vol-a1", "vol-a2"});
    sweep(kAccountA, "us-east-1", {"vol-a3"});
    sweep(kAccountB, "eu-west-1", {"vol-b1", "vol-b2-secret"});
    inventory::Sweep denied;
    denied.place = {std::string(kAccountB), "eu-west-1", "ec2/instance"};
    denied.outcome = inventory::Outcome::denied;
    denied.error = make_error(ErrorKind::denied, "UnauthorizedOperation", "You are not authorized")
                       .note("missing_permission", "ec2:DescribeInstances")
                       .note("operation", "DescribeInstances");
    denied.started_at = clock_.now();
    ASSERT_OK(inventory::Inventory(*database_, clock_).record(denied, {}));
  }
  void sweep(std::string_view account, const std::string& region, const std::vector<std::string>& volumes) {
    clock_.advance(std::chrono::seconds(1));
    inventory::Sweep made;
    made.place = {std::string(account), region, "ec2/volume"};
    made.outcome = inventory::Outcome::ok;
    made.started_at = clock_.now();
    std::vector<inventory::Observed> items;
    for (const std::string& id : volumes) {
      inventory::Observed item;
      item.id = id;
      item.region = region;
      item.arn = "arn:aws:ec2:" + region + ":" + std::string(account) + ":volume/" + id;
      item.name = "=name of " + id;
      item.state = "in-use";
      item.document = JsonObject{{"VolumeId", id}, {"State", "in-use"}, {"Size", 8}};
      item.tags = {{"env", "prod"}};
      item.hash = id;
      items.push_back(std::move(item));
    }
    ASSERT_OK(inventory::Inventory(*database_, clock_).record(made, std::move(items)));
    ASSERT_OK(search_->catch_up());
  }
  static std::string id_of(std::string_view account, const std::string& region, const std::string& key) {
    return inventory::resource_id(
        inventory::resource_number({std::string(account), region, "ec2/volume"}, key));
  }
  ScanProgress progress() {
    return scan_.with([](const ScanProgress& scan) { return scan; });
  }
  static identity::Scope only_a() { return {std::set<std::string>{std::string(kAccountA)}, std::nullopt}; }

  FakeClock clock_{from_micros(1'795'435'200'000'000)};
  std::unique_ptr<store::Database> database_;
  identity::SecretBox box_{std::string(32, 'k')};
  std::optional<identity::Users> users_;
  std::optional<identity::Sessions> sessions_;
  std::optional<identity::Keys> keys_;
  std::optional<identity::FirstAdmin> first_admin_;
  std::optional<AccountBook> accounts_;
  std::shared_ptr<const catalog::Catalog> catalog_;  // shared with the services
  std::unique_ptr<rules::RuleBook> rules_;
  std::unique_ptr<inventory::Search> search_;
  RateLimit login_limit_{20, std::chrono::seconds(3)};
  Metrics metrics_;
  Synced<ScanProgress> scan_;
  int64_t places_ = 0;
  std::vector<AccountTrouble> troubles_;
  Assets assets_{
      "/index.html\ttext/html\t0\t36\n/assets/a.js\ttext/javascript\t36\t5\n/assets/a.js.br\t-\t41\t2\n\n"
      "<html><style nonce=\"__CSP_NONCE__\"> hellobr"};
  std::unique_ptr<Services> services_;
  std::unique_ptr<LiveHub> live_;
  std::unique_ptr<Gate> gate_;
  std::vector<std::string> scanned_{"nothing"};
  Contract contract_;

 private:
  static std::string text_of(ServerResponse& response) {
    if (auto* owned = std::get_if<std::string>(&response.body)) return *owned;
    if (auto* fixed = std::get_if<std::string_view>(&response.body)) return std::string(*fixed);
    std::string all;
    while (true) {
      auto piece = std::get<BodySource>(response.body)();
      EXPECT_TRUE(piece.has_value());
      if (!piece || piece->empty()) return all;
      all += *piece;
    }
  }
  void hold_to_contract(const std::string& method, std::string_view path, const Got& got) {
    const std::string pattern = pattern_of(method, path);
    if (pattern.empty()) return;
    const Json* schema = contract_.schema(method, pattern, got.status, "application/json");
    ASSERT_NE(schema, nullptr) << method << " " << pattern << " " << got.status << " is not in openapi.yaml";
    for (const auto& fault : contract_.check(*schema, got.body)) {
      ADD_FAILURE() << method << " " << pattern << " " << got.status << ": " << fault.pointer << ": "
                    << fault.text << "\n"
                    << got.text.substr(0, 300);
    }
  }
  // The route that a path belongs to; the one with the fewest parameters.
  std::string pattern_of(std::string_view method, std::string_view path) {
    std::string best;
    for (const Route& route : all_routes()) {
      if (route.method == method && matches_pattern(route.pattern, path) &&
          (best.empty() || route.pattern.find('{') == std::string::npos)) {
        best = route.pattern;
      }
    }
    return best;
  }
  static bool matches_pattern(std::string_view pattern, std::string_view path) {
    while (!pattern.empty() && !path.empty()) {
      const std::string_view want = pattern.substr(0, pattern.find('/', 1));
      const std::string_view have = path.substr(0, path.find('/', 1));
      if (want != have && !want.starts_with("/{")) return false;
      pattern.remove_prefix(want.size());
      path.remove_prefix(have.size());
    }
    return pattern.empty() && path.empty();
  }

  std::filesystem::path directory_;
};

}  // namespace hm::api
