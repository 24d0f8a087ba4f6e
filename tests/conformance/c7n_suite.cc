// What Cloud Custodian recorded of real accounts: every answer is read as it was, every list that the catalog
// knows becomes exactly its resources, and where a policy without filters counted them, the count is the
// same.
#include <algorithm>

#include <fmt/format.h>

#include "aws/protocol.h"
#include "aws/quirks.h"
#include "catalog/catalog.h"
#include "collect/collector.h"
#include "document.h"
#include "flight.h"
#include "inventory/read.h"
#include "models.h"
#include "suites.h"

namespace hm::conformance {

namespace {

// Where most of the flights were recorded.
constexpr const char* kRegion = "us-east-1";
constexpr const char* kAccount = "644160558196";

// Without the members that today's models do not know.
Json known_part(const aws::Shape& shape, const Json& value) {
  if (const JsonArray* array = value.if_array()) {
    JsonArray out;
    if (shape.kind() == aws::ShapeKind::list)
      for (const Json& one : *array) out.push_back(known_part(shape.element().shape(), one));
    return out;
  }
  const JsonObject* object = value.if_object();
  if (object == nullptr) return value;
  JsonObject out;
  for (const auto& [key, one] : *object) {
    if (shape.kind() == aws::ShapeKind::map) {
      out[key] = known_part(shape.value().shape(), one);
    } else if (const auto inner =
                   shape.kind() == aws::ShapeKind::structure ? shape.find(key) : std::nullopt) {
      out[key] = known_part(inner->shape(), one);
    }
  }
  return out;
}

// Why the answer is not read as it was recorded; empty where it is.
std::string misread(const Recorded& recorded, const RecordedAnswer& answer) {
  HttpResponse response = written(recorded, answer);
  const std::string body = response.body;
  auto result = aws::parse(recorded.service, recorded.operation, std::move(response));
  if (answer.status >= 400) {
    const Json* error = member(answer.data, "Error");
    const auto code = error == nullptr ? std::string_view() : member_text(*error, "Code");
    if (result) return "the refusal is taken for an answer";
    return result.error().code == code ? "" : "the code is " + result.error().code;
  }
  if (!result) return result.error().text();
  const auto output = recorded.operation.output();
  if (!output) return {};
  // Cloud Custodian's recordings leave out what stands in the status alone.
  for (const aws::Member& one : output->members())
    if (one.location() == aws::Location::status && !answer.data.get_object().contains(one.name()))
      result->get_object().erase(one.name());
  const Json ours = result_for_vector(*output, *result);
  const Json theirs = result_for_vector(*output, known_part(*output, answer.data));
  return same(ours, theirs) ? "" : fmt::format("read as {}, recorded as {}", to_json(ours), to_json(theirs));
}

void judge(Report& report, const std::string& name, const std::string& why) {
  if (why.empty()) {
    report.pass(name);
  } else {
    report.fail(name, why);
  }
}

void read_answers(const std::string& flight_name, const Flight& flight, Report& report) {
  for (const auto& [name, answers] : flight) {
    for (const RecordedAnswer& answer : answers) {
      const std::string label = flight_name + "/" + answer.file;
      const auto recorded = operation_of(name, answer);
      judge(report, label, recorded ? misread(*recorded, answer) : "the models have no such operation");
    }
  }
}

// Counts what a path leads to, apart from the code that evaluates paths.
void gather(const std::vector<JsonPath::Step>& steps, size_t at, const Json& value,
            std::set<std::string>& found) {
  if (at == steps.size()) {
    found.insert(to_json(value));
    return;
  }
  if (const auto* named = std::get_if<JsonPath::Member>(&steps[at])) {
    if (const Json* inner = member(value, named->name)) gather(steps, at + 1, *inner, found);
  } else if (const JsonArray* array = value.if_array()) {
    for (const Json& one : *array) gather(steps, at + 1, one, found);
  }
}

class Company {
 public:
  Company(const catalog::Catalog& types, const Flight& flight) : types_(types), transport_(flight) {}

  Status open() {
    HM_TRY(database_, store::Database::open("sqlite:" + (folder_.path() / "t.db").string(), clock_));
    inventory_ = std::make_unique<inventory::Inventory>(*database_, clock_);
    collector_ = std::make_unique<collect::Collector>(types_, client_, *inventory_, redactor_, clock_);
    return ok();
  }
  collect::SweepResult sweep(const catalog::ResourceType& type) {
    collect::AccountView view;
    view.account.target.credentials = aws::static_credentials({"AKIDEXAMPLE", "secret", "", {}, "", "test"});
    view.account.target.region = kRegion;
    view.id = kAccount;
    view.regions = {kRegion};
    return collector_->sweep(type, view, type.scope == catalog::Scope::region ? kRegion : "global", {});
  }
  // How many of a type are in the inventory.
  Result<int64_t> count(const std::string& type) {
    inventory::Condition of_type;
    of_type.field = inventory::Condition::Field::type;
    of_type.values = {type};
    inventory::ListQuery query;
    query.conditions.push_back(std::move(of_type));
    HM_TRY(const auto page, inventory::list_resources(*database_, identity::Scope::everything(), query));
    return page.total;
  }
  const FlightTransport& transport() const { return transport_; }

 private:
  const catalog::Catalog& types_;
  TemporaryFolder folder_;
  FakeClock clock_{parse_iso("2026-11-23T12:00:00Z").value()};
  FlightTransport transport_;
  aws::Client client_{transport_, clock_, nullptr, {}};
  collect::Redactor redactor_{std::string(32, 'k')};
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<inventory::Inventory> inventory_;
  std::unique_ptr<collect::Collector> collector_;
};

// How many different items the answers hold that were given out.
std::set<std::string> items_in(const catalog::ResourceType& type,
                               const std::vector<const RecordedAnswer*>& answers) {
  std::set<std::string> found;
  for (const auto& steps : type.items.alternatives()) {
    for (const RecordedAnswer* answer : answers)
      if (answer->status < 400) gather(steps, 0, answer->data, found);
    if (!found.empty()) break;
  }
  return found;
}

// The name under which the flight has the answers of a call; empty where it has none.
std::string name_in(const catalog::Call& call, const Flight& flight) {
  for (const auto& [name, answers] : flight) {
    const auto recorded = operation_of(name, answers.front());
    if (recorded && recorded->service.name() == call.service && recorded->operation.name() == call.operation)
      return name;
  }
  return {};
}

// Whether all that a type's list takes was recorded.
bool can_list(const catalog::ResourceType& type, const Flight& flight) {
  const auto has = [&](const catalog::Call& call) { return !name_in(call, flight).empty(); };
  return has(type.list) && (!type.parents || has(type.parents->call)) &&
         (!type.describe || has(type.describe->call));
}

void sweep_one(const std::string& label, const catalog::Catalog& types, const catalog::ResourceType& type,
               const Flight& flight, Report& report) {
  if (!can_list(type, flight)) return;
  const std::string list = name_in(type.list, flight);
  Company company(types, flight);
  if (const Status opened = company.open(); !opened) return report.fail(label, opened.error().text());
  const auto result = company.sweep(type);
  const auto served = company.transport().served().find(list);
  // Where there are no parents, the list is never asked for.
  if (served == company.transport().served().end()) return;
  if (result.not_recorded) return report.fail(label, result.not_recorded->text());
  const bool refused = std::any_of(served->second.begin(), served->second.end(),
                                   [](const RecordedAnswer* answer) { return answer->status >= 400; });
  if (refused) {
    const bool said = result.sweep.outcome != inventory::Outcome::ok || !type.list_absent.empty();
    return judge(report, label, said ? "" : "the refusal of the list is not told");
  }
  const auto count = company.count(type.id);
  if (!count) return report.fail(label, count.error().text());
  // A recording that ends within its pages begins again: that must not look like an end.
  const bool cut_short = !type.parents && served->second.size() > flight.at(list).size();
  if (cut_short) {
    const bool told = result.sweep.error.code == "repeated_token";
    return judge(report, label, told ? "" : "pages without end are not told");
  }
  if (result.sweep.outcome != inventory::Outcome::ok) return report.fail(label, result.sweep.error.text());
  // What is described by a second call, or picked by a condition, is not in the list as it stands.
  if (type.describe || type.where) return report.pass(label);
  const auto items = items_in(type, served->second);
  judge(report, label,
        static_cast<size_t>(*count) == items.size()
            ? ""
            : fmt::format("{} resources of {} items", *count, items.size()));
}

// Cloud Custodian's word for a type, and ours.
constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
    {"alarm", "cloudwatch/alarm"},
    {"ami", "ec2/image"},
    {"app-elb-target-group", "elbv2/target_group"},
    {"cache-cluster", "elasticache/cluster"},
    {"codebuild", "codebuild/project"},
    {"ec2", "ec2/instance"},
    {"ec2-reserved", "ec2/reserved_instance"},
    {"ecs-service", "ecs/service"},
    {"elasticsearch", "opensearch/domain"},
    {"glue-connection", "glue/connection"},
    {"health-event", "health/event"},
    {"iam-group", "iam/group"},
    {"iam-profile", "iam/instance_profile"},
    {"internet-gateway", "ec2/internet_gateway"},
    {"lambda", "lambda/function"},
    {"launch-template-version", "ec2/launch_template_version"},
    {"nat-gateway", "ec2/nat_gateway"},
    {"rds", "rds/db_instance"},
    {"rds-cluster", "rds/db_cluster"},
    {"rds-cluster-snapshot", "rds/db_cluster_snapshot"},
    {"rds-snapshot", "rds/db_snapshot"},
    {"s3", "s3/bucket"},
};

void count_case(const Json& row, const catalog::Catalog& types, const std::map<std::string, Flight>& flights,
                Report& report) {
  const std::string label(member_text(row, "id"));
  const auto word = member_text(row, "resource");
  const auto* known =
      std::find_if(std::begin(kTypes), std::end(kTypes), [&](const auto& one) { return one.first == word; });
  const catalog::ResourceType* type = known == std::end(kTypes) ? nullptr : types.find(known->second);
  if (type == nullptr) return report.skip(label, fmt::format("the catalog has no type for {}", word));
  const auto flight = flights.find(std::string(member_text(row, "flight")));
  if (flight == flights.end()) return report.fail(label, "there is no such flight");
  if (!can_list(*type, flight->second)) return report.skip(label, "the list of the type was not recorded");
  Company company(types, flight->second);
  if (const Status opened = company.open(); !opened) return report.fail(label, opened.error().text());
  company.sweep(*type);
  const auto count = company.count(type->id);
  if (!count) return report.fail(label, count.error().text());
  const int64_t wanted = member(row, "expected_count")->to_number<int64_t>();
  judge(report, label, *count == wanted ? "" : fmt::format("{} resources, {} were counted", *count, wanted));
}

// Unpacks the flights; an error where tar cannot.
Status unpack(const Path& archive, const Path& into) {
  return run_program({"tar", "-xJf", archive.string(), "-C", into.string()});
}

}  // namespace

void run_c7n(const std::filesystem::path& dir, Report& report) {
  const TemporaryFolder folder;
  const auto types = catalog::load_with({});
  const auto cases = read_document(dir / "cases.json");
  const Status unpacked = unpack(dir / "flights.tar.xz", folder.path());
  if (!types) return report.fail("catalog", types.error().text());
  if (!cases) return report.fail("cases", cases.error().text());
  if (!unpacked) return report.fail("flights", unpacked.error().text());
  std::map<std::string, Flight> flights;
  for (const Path& one : entries(folder.path() / "flights")) {
    const std::string name = one.filename().string();
    auto flight = read_flight(one);
    if (!flight) {
      report.fail(name, flight.error().text());
      continue;
    }
    read_answers(name, *flight, report);
    for (const auto& type : (*types)->resources())
      sweep_one(name + "/" + type.id, **types, type, *flight, report);
    flights.emplace(name, std::move(*flight));
  }
  for (const Json& row : cases->get_array())
    if (member_text(row, "kind") == "inventory_count") count_case(row, **types, flights, report);
}

}  // namespace hm::conformance
