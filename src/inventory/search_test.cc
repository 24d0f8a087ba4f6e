#include "inventory/search.h"

#include <fstream>
#include <sstream>
#include <thread>

#include "base/utf8.h"
#include "inventory/search_text.h"
#include "store/test_database.h"

namespace hm::inventory {
namespace {

const std::string kA = "111111111111";
const std::string kB = "222222222222";

class SearchTest : public store::DatabaseTest {
 protected:
  void SetUp() override {
    store::DatabaseTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    directory_ = std::filesystem::temp_directory_path() / ("hm-search-" + hex(random_bytes(8)));
    auto loaded = catalog::load_with({});
    ASSERT_OK(loaded);
    catalog_ = *loaded;
    open();
  }
  void TearDown() override {
    search_.reset();
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
    store::DatabaseTest::TearDown();
  }
  void open() {
    search_.reset();
    auto opened = Search::open(directory_.string(), database(), *catalog_);
    ASSERT_OK(opened);
    search_ = std::move(*opened);
  }

  static Observed instance(const std::string& id, const std::string& name, const std::string& address,
                           std::map<std::string, std::string> tags = {}) {
    Observed made;
    made.id = id;
    made.name = name;
    made.arn = "arn:aws:ec2:eu-west-1:" + kA + ":instance/" + id;
    made.state = "running";
    made.document = JsonObject{
        {"InstanceId", id},
        {"PrivateIpAddress", address},
        {"PrivateDnsName", "host-" + id + ".internal"},
        {"NetworkInterfaces",
         JsonArray{JsonObject{
             {"NetworkInterfaceId", "eni-1"},
             {"Ipv6Addresses", JsonArray{JsonObject{{"Ipv6Address", "2001:db8::" + id.substr(2)}}}}}}}};
    made.hash = id + name + address;
    for (const auto& [key, value] : tags) made.hash += key + value;
    made.tags = std::move(tags);
    return made;
  }
  void record(const std::string& account, const std::string& region, std::vector<Observed> items) {
    for (Observed& one : items) one.region = region;
    clock_.advance(std::chrono::minutes(1));
    Sweep sweep;
    sweep.place = {account, region, "ec2/instance"};
    sweep.outcome = Outcome::ok;
    sweep.started_at = clock_.now();
    ASSERT_OK(Inventory(database(), clock_).record(sweep, std::move(items)));
  }
  void catch_up() { ASSERT_OK(search_->catch_up()); }

  static std::string keys_of(const SearchAnswer& answer) {
    std::string keys;
    for (const SearchHit& hit : answer.items) keys += (keys.empty() ? "" : " ") + hit.key;
    return keys;
  }
  SearchAnswer ask(std::string_view text, const Scope& scope = {}) {
    auto question = parse_search(text);
    EXPECT_TRUE(question.has_value()) << text;
    auto answer = search_->find(*question, scope, 50);
    EXPECT_TRUE(answer.has_value()) << (answer ? "" : answer.error().text());
    return answer ? std::move(*answer) : SearchAnswer();
  }
  std::string find(std::string_view text, const Scope& scope = {}) { return keys_of(ask(text, scope)); }
  // What a filter of bare words selects; a word that begins with - is what it must not bear.
  std::string filter(const std::vector<std::string>& words, const Scope& scope = {}) {
    ListQuery query;
    for (const std::string& word : words) {
      Condition condition;
      condition.negated = word.starts_with("-");
      condition.values = {condition.negated ? word.substr(1) : word};
      query.conditions.push_back(condition);
    }
    EXPECT_TRUE(search_->resolve(query.conditions, scope).has_value());
    auto page = list_resources(database(), scope, query);
    EXPECT_TRUE(page.has_value()) << (page ? "" : page.error().text());
    std::string keys;
    for (const Resource& one : page.value_or(Page{}).items) keys += (keys.empty() ? "" : " ") + one.key;
    return keys;
  }
  static Scope only(const std::string& account) { return {std::set{account}, std::nullopt}; }

  std::filesystem::path directory_;
  std::shared_ptr<const catalog::Catalog> catalog_;  // as load_with() gives it
  std::unique_ptr<Search> search_;
};

TEST_P(SearchTest, EveryNameOfAResourceIsFoundAndSaysWhy) {
  record(kA, "eu-west-1",
         {instance("i-0aaa", "Web-Front", "10.0.7.21", {{"env", "prod"}, {"Owner", "Zoë 🚀"}}),
          instance("i-0bbb", "", "10.0.7.22")});
  catch_up();
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"web-front", "name"},
      {"FRONT", "name"},
      {"0aaa", "id arn private_dns_name network_interfaces"},
      {"instance/i-0aaa", "arn"},
      {"10.0.7.21", "private_ip_address"},
      {"host-i-0aaa", "private_dns_name"},
      {"2001:db8::0aaa", "network_interfaces"},
      {"prod", "tag:env"},
      {"env=prod", "tag:env"},
      {"owner", "tag:Owner"},
      {"zoë 🚀", ""},
      {"zoë", "tag:Owner"},
      {"we", "name"},
      {"web prod", "name tag:env"}};
  for (const auto& [text, fields] : cases) {
    const SearchAnswer answer = ask(text);
    if (fields.empty()) {
      EXPECT_EQ(keys_of(answer), "") << "one letter alone begins no name: " << text;
      continue;
    }
    ASSERT_EQ(keys_of(answer), "i-0aaa") << text;
    std::string found;
    for (const auto& field : answer.items[0].matched) found += (found.empty() ? "" : " ") + field.name;
    EXPECT_EQ(found, fields) << text;
    EXPECT_EQ(answer.items[0].label, "Web-Front");
    EXPECT_EQ(answer.items[0].account_id, kA);
  }
  EXPECT_EQ(find("10.0.7"), "i-0bbb i-0aaa") << "by label: the id of what has no name";
  EXPECT_EQ(find("eni-1"), "") << "no address";
  EXPECT_EQ(ask("10.0.7.21").items[0].matched[0].value, "10.0.7.21");
}

TEST_P(SearchTest, FollowsWhatChangesAndGoes) {
  record(kA, "eu-west-1", {instance("i-1", "first", "10.0.0.1"), instance("i-2", "second", "10.0.0.2")});
  EXPECT_TRUE(ask("first").freshness.behind) << "nothing was read yet, and it says so";
  EXPECT_EQ(ask("first").freshness.as_of, std::nullopt);
  catch_up();
  EXPECT_FALSE(ask("first").freshness.behind);
  EXPECT_EQ(find("first"), "i-1");
  record(kA, "eu-west-1", {instance("i-1", "renamed", "10.0.0.1"), instance("i-2", "second", "10.0.0.2")});
  const SearchAnswer late = ask("renamed");
  EXPECT_EQ(keys_of(late), "");
  EXPECT_TRUE(late.freshness.behind);
  EXPECT_TRUE(late.freshness.as_of.has_value());
  EXPECT_FALSE(ask("renamed", only(kB)).freshness.behind) << "what happens elsewhere is not told";
  catch_up();
  EXPECT_EQ(find("renamed"), "i-1");
  EXPECT_EQ(find("first"), "");
  for (int i = 0; i < 2; ++i) record(kA, "eu-west-1", {instance("i-1", "renamed", "10.0.0.1")});
  catch_up();
  EXPECT_EQ(find("second"), "");
  EXPECT_EQ(find("second is:gone"), "i-2");
  EXPECT_TRUE(ask("is:gone second").items[0].gone_at.has_value());
  EXPECT_EQ(find("renamed is:gone"), "");
}

TEST_P(SearchTest, TheFilterAndTheSearchMeanTheSame) {
  record(kA, "eu-west-1",
         {instance("i-1", "50%_off", "10.0.0.1", {{"team", "red"}}), instance("i-2", "web", "10.0.0.2"),
          instance("i-3", "other", "10.0.0.3", {{"team", "web"}})});
  record(kB, "us-east-1", {instance("i-9", "web-secret", "10.9.0.9")});
  catch_up();
  for (const std::string word :
       {"%_o", "web", "w", "team", "10.0.0.", "NOT", "\"", "i-", "zzz", "WEB", "10.9"}) {
    std::set<std::string> a, b;
    const SearchAnswer answer = ask(word);
    for (const SearchHit& hit : answer.items) a.insert(hit.key);
    std::istringstream listed(filter({word}));
    for (std::string key; listed >> key;) b.insert(key);
    EXPECT_EQ(a, b) << word;
  }
  EXPECT_EQ(filter({"web"}), "i-3 i-2 i-9");
  EXPECT_EQ(filter({"web", "-secret"}), "i-3 i-2");
  EXPECT_EQ(filter({"-web"}), "i-1");
  EXPECT_EQ(filter({"web"}, only(kA)), "i-3 i-2");
  EXPECT_EQ(filter({"-web"}, only(kA)), "i-1");
}

TEST_P(SearchTest, AViewerOfOneAccountLearnsNothingOfTheOther) {
  record(kA, "eu-west-1", {instance("i-1", "shared-name", "10.0.0.1")});
  record(kB, "us-east-1", {instance("i-9", "shared-name", "10.9.0.9", {{"env", "secret"}})});
  catch_up();
  EXPECT_EQ(find("shared-name"), "i-1 i-9");
  EXPECT_EQ(find("shared-name", only(kA)), "i-1");
  EXPECT_EQ(find("secret", only(kA)), "");
  EXPECT_EQ(find("10.9.0.9", only(kA)), "");
  EXPECT_EQ(find("shared-name", {std::nullopt, std::set<std::string>{"us-east-1"}}), "i-9");
  EXPECT_FALSE(search_->find(*parse_search("shared-name"), only(kA), 1)->more);
}

TEST_P(SearchTest, IsMadeAnewWhereItIsDamagedLostOrOfAnotherStore) {
  record(kA, "eu-west-1", {instance("i-1", "name", "10.0.0.1")});
  catch_up();
  const std::string path = search_->index().path();
  search_.reset();
  for (const char* ending : {"-wal", "-shm"}) std::filesystem::remove(path + ending);
  {
    std::ofstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(4096);
    file << std::string(20 * 4096, 'x');
  }
  open();
  // Some damage shows at once and some only when the page is read.
  auto broken = search_->find(*parse_search("name"), {}, 50);
  if (!broken) {
    EXPECT_EQ(broken.error().code, "search_damaged");
  } else {
    EXPECT_TRUE(broken->freshness.behind);
  }
  catch_up();
  EXPECT_EQ(find("name"), "i-1");
  EXPECT_FALSE(ask("name").freshness.behind);

  // A copy of another store may have the same number of changes.
  ASSERT_OK(search_->index().write([](query::TextWriter& writer) -> Status {
    HM_TRY(query::TextProgress progress, writer.progress());
    progress.position.source = "another";
    return writer.set_progress(progress);
  }));
  EXPECT_EQ(find("name"), "") << "what another store holds is not shown";
  EXPECT_EQ(filter({"name"}), "");
  EXPECT_TRUE(ask("name").freshness.behind);
  catch_up();
  EXPECT_EQ(find("name"), "i-1");
}

TEST_P(SearchTest, BeginsAnewWhereTheLogHasBeenTrimmed) {
  record(kA, "eu-west-1", {instance("i-1", "name", "10.0.0.1")});
  catch_up();
  search_.reset();
  record(kA, "eu-west-1", {instance("i-1", "other", "10.0.0.1"), instance("i-2", "second", "10.0.0.2")});
  clock_.advance(std::chrono::hours(48));
  record(kA, "eu-west-1", {instance("i-1", "third", "10.0.0.1"), instance("i-2", "second", "10.0.0.2")});
  ASSERT_OK(database().trim_changes(std::chrono::hours(1)));
  open();
  EXPECT_TRUE(ask("name").freshness.behind);
  catch_up();
  EXPECT_EQ(find("second"), "i-2");
  EXPECT_EQ(find("third"), "i-1");
  EXPECT_EQ(find("name"), "");
}

TEST_P(SearchTest, ReadsInStepsAndGoesOnWhereItWasStopped) {
  constexpr int kMany = 2500;
  std::vector<Observed> many;
  many.reserve(kMany);
  for (int i = 0; i < kMany; ++i)
    many.push_back(instance("i-" + std::to_string(i), "n" + std::to_string(i), "10.0.0.1"));
  record(kA, "eu-west-1", std::move(many));
  // Two followers on one file, as a server and a command would be: each step is taken by one of them.
  auto other = Search::open(directory_.string(), database(), *catalog_);
  ASSERT_OK(other);
  std::jthread beside([&] { EXPECT_TRUE((*other)->catch_up().has_value()); });
  catch_up();
  beside.join();
  EXPECT_EQ(*search_->index().count(), kMany);
  EXPECT_EQ(find("n2499"), "i-2499");
  EXPECT_TRUE(search_->find(*parse_search("10.0.0.1"), {}, 50)->more);
}

HM_ON_BOTH_STORES(SearchTest);

TEST(SearchText, AddressesAreToldByColumnAndForm) {
  const auto column = [](const char* name, catalog::ColumnType type = catalog::ColumnType::text) {
    return catalog::Column{name, *JsonPath::parse("X"), type, ""};
  };
  for (const char* name : {"private_ip_address", "dns_name", "endpoint", "reader_endpoint", "public_ip",
                           "url", "records", "cidr_block", "subject_alternative_names"})
    EXPECT_TRUE(holds_addresses(column(name))) << name;
  for (const char* name : {"ship", "ip_address_count", "subdomains", "endpoint_type"})
    EXPECT_FALSE(holds_addresses(column(name))) << name;
  EXPECT_FALSE(holds_addresses(column("public_ip", catalog::ColumnType::boolean)));
  for (const char* text :
       {"10.0.0.1", "2001:db8::1", "a.example.com", "https://sqs.eu-west-1.amazonaws.com/1/q"})
    EXPECT_TRUE(looks_like_address(text)) << text;
  for (const char* text :
       {"vpc", "eni-1", "2026-01-01T00:00:00Z", "arn:aws:iam::1:role/x", "Some words. More."})
    EXPECT_FALSE(looks_like_address(text)) << text;
}

TEST(SearchText, ALongValueIsCutBetweenCharacters) {
  State state;
  // Four bytes each, of which the limit would cut one in two.
  state.tags["note"] = "x";
  for (int i = 0; i < 256; ++i) state.tags["note"] += "🚀";
  const auto document = text_document(
      nullptr, {.number = 1, .place = {kA, "r", "t"}, .key = "k", .first_seen = {}, .gone_at = {}}, state);
  const std::string& kept = document.tags.at(0).value;
  EXPECT_GT(kept.size(), 990u);
  EXPECT_LE(kept.size(), 1000u);
  EXPECT_EQ(valid_utf8(kept), kept);
}

TEST(SearchText, AQuestionNeedsAWord) {
  EXPECT_EQ(parse_search("").error().code, "search");
  EXPECT_EQ(parse_search(" is:gone ").error().code, "search");
  EXPECT_TRUE(parse_search("web is:gone")->gone);
  EXPECT_FALSE(parse_search("is:gones")->gone);
}

}  // namespace
}  // namespace hm::inventory
