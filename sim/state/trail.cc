#include "sim/state/trail.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/crypto.h"
#include "base/encoding.h"

namespace hm::sim {

namespace {

constexpr std::chrono::hours kKept{24 * 90};
constexpr int64_t kMostResults = 50;
constexpr int kMostDepth = 12;

constexpr std::array<std::pair<std::string_view, const char*>, 12> kTypes = {
    {{"i-", "AWS::EC2::Instance"},
     {"vol-", "AWS::EC2::Volume"},
     {"snap-", "AWS::EC2::Snapshot"},
     {"ami-", "AWS::EC2::Ami"},
     {"vpc-", "AWS::EC2::VPC"},
     {"subnet-", "AWS::EC2::Subnet"},
     {"sg-", "AWS::EC2::SecurityGroup"},
     {"rtb-", "AWS::EC2::RouteTable"},
     {"igw-", "AWS::EC2::InternetGateway"},
     {"eipalloc-", "AWS::EC2::EIP"},
     {"eni-", "AWS::EC2::NetworkInterface"},
     {"nat-", "AWS::EC2::NatGateway"}}};
// Members that name a resource outside EC2.
constexpr std::array<std::pair<std::string_view, const char*>, 6> kNames = {
    {{"Bucket", "AWS::S3::Bucket"},
     {"UserName", "AWS::IAM::User"},
     {"RoleName", "AWS::IAM::Role"},
     {"DBInstanceIdentifier", "AWS::RDS::DBInstance"},
     {"AutoScalingGroupName", "AWS::AutoScaling::AutoScalingGroup"},
     {"FunctionName", "AWS::Lambda::Function"}}};

// Where the history calls an operation otherwise than its API does.
struct EventName {
  std::string_view service, operation;
  const char* event;
};
constexpr EventName kEventNames[] = {
    {"s3", "PutBucketLifecycleConfiguration", "PutBucketLifecycle"},
    {"s3", "PutPublicAccessBlock", "PutBucketPublicAccessBlock"},
    {"s3", "DeletePublicAccessBlock", "DeleteBucketPublicAccessBlock"},
    {"lambda", "UpdateFunctionConfiguration", "UpdateFunctionConfiguration20150331v2"},
    {"lambda", "UpdateFunctionCode", "UpdateFunctionCode20150331v2"},
    {"lambda", "CreateFunction", "CreateFunction20150331"},
    {"lambda", "DeleteFunction", "DeleteFunction20150331"}};

std::string event_name(const Wire& wire) {
  for (const auto& row : kEventNames)
    if (wire.service.name() == row.service && wire.operation.name() == row.operation) return row.event;
  return std::string(wire.operation.name());
}

std::string small(std::string_view name) {
  std::string out(name);
  if (!out.empty() && out[0] >= 'A' && out[0] <= 'Z') out[0] = static_cast<char>(out[0] - 'A' + 'a');
  return out;
}

// Documents as records write them.
class RecordWriter {
 public:
  explicit RecordWriter(bool ec2) : ec2_(ec2) {}

  Json structure(aws::Shape shape, const Json& value, int depth = 0) const {
    JsonObject out;
    if (!value.is_object() || depth > kMostDepth) return out;
    for (const auto& [name, one] : value.get_object()) {
      const auto member = shape.kind() == aws::ShapeKind::structure ? shape.find(std::string_view(name))
                                                                    : std::optional<aws::Member>();
      if (!member) continue;
      if (member->sensitive()) {
        out[small(name)] = "HIDDEN_DUE_TO_SECURITY_REASONS";
      } else if (ec2_ && one.is_array()) {
        add_set(out, std::string(name), *member, one.get_array(), depth);
      } else {
        out[small(name)] = any(member->shape(), one, depth + 1);
      }
    }
    return out;
  }

 private:
  Json any(aws::Shape shape, const Json& value, int depth) const {
    if (value.is_object() && shape.kind() == aws::ShapeKind::structure) return structure(shape, value, depth);
    if (value.is_array() && shape.kind() == aws::ShapeKind::list) {
      JsonArray out;
      for (const auto& one : value.get_array()) out.push_back(any(shape.element().shape(), one, depth + 1));
      return out;
    }
    return value;
  }

  // "InstanceIds": ["i-1"] is "instancesSet": {"items": [{"instanceId": "i-1"}]}.
  void add_set(JsonObject& out, const std::string& name, const aws::Member& member, const JsonArray& list,
               int depth) const {
    std::string one = small(name);
    std::string all = one;
    if (one.ends_with("Ids")) {
      one.pop_back();
      all = one.substr(0, one.size() - 2) + "s";
    } else if (one == "resources") {
      one = "resourceId";
    }
    JsonArray items;
    for (const auto& value : list) {
      if (value.is_structured()) {
        items.push_back(any(member.shape().element().shape(), value, depth + 1));
      } else {
        items.push_back(JsonObject{{one, value}});
      }
    }
    out[all + "Set"] = JsonObject{{"items", std::move(items)}};
  }

  const bool ec2_;
};

void find_resources(const Json& value, std::string_view name, TrailEvent& event, int depth = 0) {
  if (depth > kMostDepth) return;
  if (value.is_object()) {
    for (const auto& [key, one] : value.get_object()) find_resources(one, key, event, depth + 1);
  } else if (value.is_array()) {
    for (const auto& one : value.get_array()) find_resources(one, name, event, depth + 1);
  } else if (value.is_string()) {
    const auto text = as_text(value);
    const auto add = [&](const char* type) {
      const std::pair<std::string, std::string> found(type, text);
      if (std::find(event.resources.begin(), event.resources.end(), found) == event.resources.end())
        event.resources.push_back(found);
    };
    for (const auto& [prefix, type] : kTypes)
      if (text.starts_with(prefix) && text.find_first_of("/: ") == std::string_view::npos) add(type);
    for (const auto& [member, type] : kNames)
      if (name == member) add(type);
  }
}

Json identity_of(const Call& call, const TrailCaller& from) {
  const auto& arn = call.caller.arn;
  JsonObject identity{{"principalId", call.caller.user_id},
                      {"arn", arn},
                      {"accountId", call.caller.account_id},
                      {"accessKeyId", from.access_key_id}};
  const auto slash = arn.rfind('/');
  if (!call.caller.session) {
    identity["type"] = "IAMUser";
    identity["userName"] = arn.substr(slash + 1);
    return identity;
  }
  const auto role = arn.find(":assumed-role/");
  const auto name = role == std::string::npos ? std::string() : arn.substr(role + 14, slash - role - 14);
  identity["type"] = "AssumedRole";
  identity["sessionContext"] = JsonObject{
      {"sessionIssuer", JsonObject{{"type", "Role"},
                                   {"arn", "arn:aws:iam::" + call.caller.account_id + ":role/" + name},
                                   {"accountId", call.caller.account_id},
                                   {"userName", name}}}};
  return identity;
}

// The whole seconds that CloudTrail gives.
std::string seconds(Time at) { return format_iso(std::chrono::floor<std::chrono::seconds>(at)); }

bool fits(const TrailEvent& event, std::string_view key, std::string_view value) {
  if (key == "EventId") return event.id == value;
  if (key == "EventName") return event.name == value;
  if (key == "EventSource") return event.source == value;
  if (key == "ReadOnly") return (event.read_only ? "true" : "false") == value;
  if (key == "Username") return event.user_name == value;
  if (key == "AccessKeyId") return event.access_key_id == value;
  return std::any_of(event.resources.begin(), event.resources.end(), [&](const auto& resource) {
    return (key == "ResourceType" ? resource.first : resource.second) == value;
  });
}

Json row_of(const TrailEvent& event) {
  JsonArray resources;
  for (const auto& [type, name] : event.resources)
    resources.push_back(JsonObject{{"ResourceType", type}, {"ResourceName", name}});
  return JsonObject{{"EventId", event.id},
                    {"EventName", event.name},
                    {"ReadOnly", event.read_only ? "true" : "false"},
                    {"AccessKeyId", event.access_key_id},
                    {"EventTime", seconds(event.at)},
                    {"EventSource", event.source},
                    {"Username", event.user_name},
                    {"Resources", std::move(resources)},
                    {"CloudTrailEvent", event.record}};
}

struct Question {
  Time from, to;
  std::string key, value;
  size_t limit = kMostResults;
  uint64_t before = UINT64_MAX;  // the number of the last event of the page before
  std::string form;              // all parameters but the token: a token fits no other question
};

Result<Time> moment(const Call& call, const char* name, Time otherwise) {
  const auto text = call.text(name);
  if (text.empty()) return otherwise;
  auto time = parse_iso(text);
  if (!time) return refusal(400, "InvalidTimeRangeException", "The time range is not valid.");
  return *time;
}

Result<Question> question_of(const Call& call) {
  Question question;
  HM_TRY(question.from, moment(call, "StartTime", call.now - kKept));
  HM_TRY(question.to, moment(call, "EndTime", call.now));
  if (question.from > question.to)
    return refusal(400, "InvalidTimeRangeException", "Start time is after end time.");
  if (const auto* limit = call.find("MaxResults")) {
    const auto number = limit->to_number<int64_t>();
    if (number < 1 || number > kMostResults)
      return refusal(400, "InvalidMaxResultsException", "MaxResults must be between 1 and 50.");
    question.limit = static_cast<size_t>(number);
  }
  if (const auto* attributes = call.find("LookupAttributes"); attributes && attributes->is_array()) {
    if (attributes->get_array().size() > 1)
      return refusal(400, "InvalidLookupAttributesException", "You can specify only one lookup attribute.");
    for (const auto& one : attributes->get_array()) {
      question.key = member_text(one, "AttributeKey");
      question.value = member_text(one, "AttributeValue");
    }
  }
  Json rest = call.params;
  rest.get_object().erase("NextToken");
  question.form = sha256_hex(to_json(sorted(rest))).substr(0, 16);
  const auto token = call.text("NextToken");
  if (token.empty()) return question;
  const auto text = unbase64(token).value_or(std::string());
  const auto dot = text.find('.');
  const auto* end = text.data() + text.size();
  const bool good = dot != std::string::npos && text.substr(0, dot) == question.form &&
                    std::from_chars(text.data() + dot + 1, end, question.before).ptr == end;
  if (!good) return refusal(400, "InvalidNextTokenException", "The token is not valid for this request.");
  return question;
}

// "For most global services, events are logged as occurring in the US East (N. Virginia) Region."
// (CloudTrail's user guide, "Global service events")
std::string region_told_of(const Call& call) {
  const auto prefix = call.wire.service.endpoint_prefix();
  const bool global =
      prefix == "iam" || prefix == "route53" || prefix == "cloudfront" || prefix == "organizations";
  return global ? "us-east-1" : call.region;
}

}  // namespace

TrailEvent Trail::record(const Call& call, const TrailCaller& from, const Json* answer,
                         const Error* refused) {
  const auto& operation = call.wire.operation;
  const bool ec2 = call.wire.protocol == aws::Protocol::ec2;
  const std::string region = region_told_of(call);
  TrailEvent event;
  event.id = random_uuid();
  event.name = event_name(call.wire);
  event.source = std::string(call.wire.service.endpoint_prefix()) + ".amazonaws.com";
  event.user_name = call.caller.arn.substr(call.caller.arn.rfind('/') + 1);
  event.access_key_id = from.access_key_id;
  event.at = call.now;
  find_resources(call.params, "", event);
  if (answer != nullptr) find_resources(*answer, "", event);
  const RecordWriter writer(ec2);
  JsonObject record{{"eventVersion", "1.11"},
                    {"userIdentity", identity_of(call, from)},
                    {"eventTime", seconds(call.now)},
                    {"eventSource", event.source},
                    {"eventName", event.name},
                    {"awsRegion", region},
                    {"sourceIPAddress", from.source_ip},
                    {"userAgent", from.user_agent},
                    {"requestParameters", nullptr},
                    {"responseElements", nullptr},
                    {"requestID", from.request_id},
                    {"eventID", event.id},
                    {"readOnly", false},
                    {"eventType", "AwsApiCall"},
                    {"managementEvent", true},
                    {"recipientAccountId", call.account_id},
                    {"eventCategory", "Management"}};
  if (const auto shape = operation.input())
    record["requestParameters"] = writer.structure(*shape, call.params);
  if (const auto shape = operation.output(); shape && answer != nullptr)
    record["responseElements"] = writer.structure(*shape, *answer);
  if (refused != nullptr) {
    record["errorCode"] = refused->code;
    record["errorMessage"] = refused->message;
  }
  event.record = to_json(record);
  places_.with([&](auto& places) {
    Events& events = places[{call.account_id, region}];
    event.number = events.empty() ? 1 : events.back().number + 1;
    events.push_back(event);
    if (events.size() > kMost) events.pop_front();
  });
  return event;
}

Result<Json> Trail::lookup(const Call& call) const {
  HM_TRY(const Question question, question_of(call));
  const Time oldest = call.now - kKept;
  JsonArray rows;
  std::string next;
  places_.with([&](const auto& places) {
    const auto place = places.find({call.account_id, call.region});
    if (place == places.end()) return;
    uint64_t last = 0;
    for (auto event = place->second.rbegin(); event != place->second.rend(); ++event) {
      const auto at = std::chrono::floor<std::chrono::seconds>(event->at);
      if (event->number >= question.before || at > question.to) continue;
      if (at < question.from || at < oldest) break;
      if (!question.key.empty() && !fits(*event, question.key, question.value)) continue;
      if (rows.size() == question.limit) {
        next = base64(question.form + "." + std::to_string(last));
        break;
      }
      last = event->number;
      rows.push_back(row_of(*event));
    }
  });
  JsonObject answer{{"Events", std::move(rows)}};
  if (!next.empty()) answer["NextToken"] = next;
  return Json(std::move(answer));
}

}  // namespace hm::sim
