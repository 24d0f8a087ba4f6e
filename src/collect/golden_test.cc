// Runs every golden of the catalog: recorded answers of AWS go through the real client, and the rows must be
// those that another program worked out from the same answers (tools/record_golden.py).
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "catalog/project.h"
#include "collect/observe.h"
#include "collect/replay.h"

namespace hm::collect {
namespace {

namespace fs = std::filesystem;

fs::path resources_folder() {
  const char* root = std::getenv("HM_ROOT");
  fs::path at = root ? fs::path(root) : fs::current_path();
  while (!fs::exists(at / "catalog" / "resources") && at != at.root_path()) at = at.parent_path();
  return at / "catalog" / "resources";
}

Json read_document(const fs::path& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  auto parsed = parse_json(text.str());
  EXPECT_TRUE(parsed) << path << ": " << (parsed ? "" : parsed.error().text());
  return parsed ? *parsed : Json(JsonObject{});
}

std::string sorted_pairs(std::string_view text) {
  std::vector<std::string> pairs;
  std::istringstream in{std::string(text)};
  for (std::string pair; std::getline(in, pair, '&');) {
    std::replace(pair.begin(), pair.end(), '+', ' ');
    pair = percent_decode(pair);
    if (!pair.empty() && pair.back() == '=') pair.pop_back();  // "?acl=" is "?acl"
    // How many rows a page may hold is each client's own choice; the recorded answers fit on one.
    if (!pair.starts_with("x-id=") && !pair.starts_with("MaxResults=")) pairs.push_back(pair);
  }
  std::sort(pairs.begin(), pairs.end());
  std::string out;
  for (const auto& pair : pairs) out += pair + "&";
  return out;
}

// What a request asks for, whatever the order in which it says it.
std::string meaning(std::string_view method, std::string_view path, std::string_view target,
                    std::string_view body) {
  const auto question = path.find('?');
  std::string out(method);
  std::string place = percent_decode(path.substr(0, question));
  if (place.size() > 1 && place.back() == '/')
    place.pop_back();  // a bucket with and without the slash is one
  out += " " + place + "?";
  if (question != std::string_view::npos) out += sorted_pairs(path.substr(question + 1));
  out += " " + std::string(target) + " ";
  auto json = body.starts_with('{') ? parse_json(body) : Result<Json>(Json());
  if (json && json->is_object()) return out + (json->get_object().empty() ? "" : to_json(sorted(*json)));
  return out + sorted_pairs(body);
}

std::string meaning(const HttpRequest& request) {
  const auto host = request.url.find("://") + 3;
  const auto slash = request.url.find('/', host);
  return meaning(request.method, request.url.substr(slash), request.headers.get("X-Amz-Target"),
                 request.body);
}

class Replay {
 public:
  explicit Replay(const Json& recording) {
    for (const auto& exchange : recording.at("exchanges").as_array()) {
      const Json& request = exchange.at("request");
      const auto key = meaning(member_text(request, "method"), member_text(request, "path"),
                               member_text(request, "target"), member_text(request, "body"));
      HttpResponse response;
      response.status = exchange.at("status").to_number<int>();
      for (const auto& header : exchange.at("headers").as_object())
        response.headers.add(std::string(header.key()), std::string(as_text(header.value())));
      response.body = member_text(exchange, "body");
      answers_.emplace(key, std::move(response));
    }
  }

  Result<HttpResponse> answer(const HttpRequest& request) const {
    const auto found = answers_.find(meaning(request));
    if (found != answers_.end()) return found->second;
    ADD_FAILURE() << "nothing is recorded for " << meaning(request);
    return make_error(ErrorKind::unavailable, "not_recorded", "nothing is recorded for that request");
  }

 private:
  std::map<std::string, HttpResponse> answers_;
};

// A replaced value says that it was one; which hash it has is the installation's own.
Json without_hashes(const Json& value) {
  if (const auto* object = value.if_object()) {
    if (object->contains("redacted") && object->contains("looks_like")) return "<redacted>";
    JsonObject out;
    for (const auto& one : *object) out[one.key()] = without_hashes(one.value());
    return out;
  }
  if (const auto* array = value.if_array()) {
    JsonArray out;
    for (const auto& one : *array) out.push_back(without_hashes(one));
    return out;
  }
  return value;
}

Json row_of(const catalog::ResourceType& type, const inventory::Observed& item) {
  JsonObject tags;
  for (const auto& [key, value] : item.tags) tags[key] = value;
  JsonArray relations;
  for (const auto& one : item.relations) relations.push_back(JsonArray{one.name, one.type, one.target});
  JsonArray unknown;
  for (const auto& [part, error] : item.unknown) unknown.emplace_back(part);
  JsonObject columns;
  for (const auto& column : type.columns) columns[column.name] = catalog::column_value(column, item.document);
  return JsonObject{{"id", item.id},
                    {"arn", item.arn},
                    {"name", item.name},
                    {"region", item.region},
                    {"tags", std::move(tags)},
                    {"relations", std::move(relations)},
                    {"unknown", std::move(unknown)},
                    {"columns", without_hashes(columns)}};
}

Json expected_row(Json row) {
  JsonArray unknown;
  for (const auto& one : row.at("unknown").as_object()) unknown.emplace_back(one.key());
  row.as_object()["unknown"] = std::move(unknown);
  return row;
}

struct Golden {
  std::string type;
  fs::path folder;
};
void PrintTo(const Golden& golden, std::ostream* out) { *out << golden.type; }

std::vector<Golden> goldens() {
  std::vector<Golden> all;
  for (const auto& entry : fs::recursive_directory_iterator(resources_folder())) {
    if (entry.path().extension() != ".golden") continue;
    auto name = fs::relative(entry.path(), resources_folder()).replace_extension();
    all.push_back({name.generic_string(), entry.path()});
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.type < b.type; });
  return all;
}

std::shared_ptr<const catalog::Catalog> types() {
  static const auto loaded = catalog::load_catalog(catalog::embedded_files()).value();
  return loaded;
}

class GoldenTest : public testing::TestWithParam<Golden> {};

TEST_P(GoldenTest, GivesTheRowsThatWereWorkedOutApart) {
  const auto* type = types()->find(GetParam().type);
  ASSERT_NE(type, nullptr);
  const Json recording = read_document(GetParam().folder / "recording.json");
  const Json expected = read_document(GetParam().folder / "rows.json");
  ASSERT_FALSE(member_text(recording, "source").empty()) << "a golden states its source";
  const Replay replay(recording);
  ReplayTransport transport([&](const HttpRequest& request) { return replay.answer(request); });
  FakeClock clock{parse_iso("2026-11-23T12:00:00Z").value()};
  aws::Client client(transport, clock, nullptr, {});
  const Redactor redactor(std::string(32, 'k'));
  Limits limits(4);
  Reachability reachability(clock);
  WorkerPool pool(2);
  const std::string region(member_text(recording, "region"));
  const std::string place = type->scope == catalog::Scope::region ? region : "global";
  aws::Target target;
  target.credentials = aws::static_credentials({"AKIDEXAMPLE", "secret", "", {}, "", "test"});
  target.region = region;
  target.endpoint_url = "http://127.0.0.1:5000";
  const SweepContext context{
      *type, {std::string(member_text(recording, "account_id")), "aws", place}, target, {}, clock.now()};
  std::atomic<int64_t> calls{0};
  auto seen = observe({client, redactor, clock, limits, reachability}, pool, 2, context, {}, calls);
  ASSERT_TRUE(seen.status) << seen.status.error().text();
  std::sort(seen.items.begin(), seen.items.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  const auto& rows = expected.at("rows").as_array();
  ASSERT_EQ(seen.items.size(), rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const Json got = sorted(row_of(*type, seen.items[i]));
    const Json want = sorted(expected_row(rows[i]));
    for (const auto& one : want.as_object()) EXPECT_EQ(got.at(one.key()), one.value()) << one.key();
  }
}

INSTANTIATE_TEST_SUITE_P(Catalog, GoldenTest, testing::ValuesIn(goldens()), [](const auto& one) {
  std::string name = one.param.type;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '/' || c == '-'; }, '_');
  return name;
});

TEST(Goldens, EveryTypeHasOneWithARow) {
  const auto all = goldens();
  for (const auto& type : types()->resources()) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Golden& one) { return one.type == type.id; });
    ASSERT_NE(found, all.end()) << type.id << ": record one with tools/record_golden.py";
    EXPECT_FALSE(read_document(found->folder / "rows.json").at("rows").as_array().empty()) << type.id;
  }
}

}  // namespace
}  // namespace hm::collect
