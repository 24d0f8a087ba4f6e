// Lambda functions (one with a secret where none should be), CloudWatch alarms and KMS keys.
#include "base/crypto.h"
#include "base/encoding.h"
#include "sim/estate/builder.h"

namespace hm::sim {

namespace {

constexpr const char* kRuntimes[] = {"python3.12", "nodejs20.x", "java21", "provided.al2023", "python3.8"};

std::string uuid(Rng& rng) {
  return rng.hex(8) + "-" + rng.hex(4) + "-4" + rng.hex(3) + "-a" + rng.hex(3) + "-" + rng.hex(12);
}

JsonObject tag_map(const JsonArray& rows) {
  JsonObject map;
  for (const auto& row : rows) map[as_text(row.at("Key"))] = row.at("Value");
  return map;
}

void add_function(Builder& b, int64_t index) {
  const auto name = b.service_name() + "-fn-" + std::to_string(index);
  const auto arn = b.arn("lambda", "function:" + name);
  const auto* runtime = b.rng.pick(kRuntimes);
  JsonObject variables{{"STAGE", b.account.name}, {"LOG_LEVEL", "info"}};
  // The first function of the first account's first region holds a password, for the proof that nobody stores
  // it.
  const bool secret = index == 0;
  if (secret) variables["DB_PASSWORD"] = "hunter2-" + b.rng.hex(20);
  JsonObject document{
      {"FunctionName", name},
      {"FunctionArn", arn},
      {"Runtime", runtime},
      {"Role", b.arn("iam", "role/app-server", false)},
      {"Handler", "app.handler"},
      {"CodeSize", b.rng.between(2'000, 9'000'000)},
      {"Description", ""},
      {"Timeout", 30},
      {"MemorySize", int64_t{128} << b.rng.between(0, 4)},
      {"LastModified", b.past(1, 600).substr(0, 19) + ".000+0000"},
      {"CodeSha256", base64(b.rng.hex(32))},
      {"Version", "$LATEST"},
      {"Environment", JsonObject{{"Variables", std::move(variables)}}},
      {"TracingConfig", JsonObject{{"Mode", b.rng.chance(30) ? "Active" : "PassThrough"}}},
      {"RevisionId", uuid(b.rng)},
      {"PackageType", "Zip"},
      {"Architectures", JsonArray{Json(b.rng.chance(40) ? "arm64" : "x86_64")}},
      {"EphemeralStorage", JsonObject{{"Size", 512}}},
      {"LoggingConfig", JsonObject{{"LogFormat", "Text"}, {"LogGroup", "/aws/lambda/" + name}}},
      {"State", "Active"},
      {"LastUpdateStatus", "Successful"},
      {"_Tags", tag_map(b.tags(name, "lambda/function", name))}};
  if (b.rng.chance(20)) {
    const bool open = b.rng.chance(30);
    const JsonObject policy{
        {"Version", "2012-10-17"},
        {"Statement",
         JsonArray{JsonObject{
             {"Effect", "Allow"},
             {"Principal", open ? Json("*") : Json(JsonObject{{"Service", "events.amazonaws.com"}})},
             {"Action", "lambda:InvokeFunction"},
             {"Resource", arn}}}}};
    document["_Policy"] = JsonObject{{"Policy", to_json(policy)}, {"RevisionId", uuid(b.rng)}};
    if (open) b.plant("function_public", "hole", "lambda/function", name);
  }
  if (!b.add("lambda/function", name, std::move(document))) return;
  if (secret) b.plant("function_secret_in_environment", "hole", "lambda/function", name);
  if (std::string_view(runtime) == "python3.8") {
    b.plant("function_old_runtime", "hole", "lambda/function", name);
  }
}

void add_alarm(Builder& b, int64_t index) {
  if (b.instances.empty()) return;
  const auto& instance = b.rng.pick(b.instances);
  const auto name = "cpu-" + instance + "-" + std::to_string(index);
  const bool alarmed = b.rng.chance(5), orphan = b.rng.chance(5);
  const auto target = orphan ? b.id("i") : instance;
  const auto updated = b.past(0, 30);
  const bool added =
      b.add("cloudwatch/alarm", name,
            JsonObject{{"AlarmName", name},
                       {"AlarmArn", b.arn("cloudwatch", "alarm:" + name)},
                       {"AlarmDescription", "Processor busy"},
                       {"AlarmConfigurationUpdatedTimestamp", b.past(40, 700)},
                       {"ActionsEnabled", true},
                       {"OKActions", JsonArray{}},
                       {"AlarmActions", JsonArray{Json(b.arn("sns", "operations"))}},
                       {"InsufficientDataActions", JsonArray{}},
                       {"StateValue", alarmed  ? "ALARM"
                                      : orphan ? "INSUFFICIENT_DATA"
                                               : "OK"},
                       {"StateReason", alarmed ? "Threshold Crossed" : "Within limits"},
                       {"StateUpdatedTimestamp", updated},
                       {"MetricName", "CPUUtilization"},
                       {"Namespace", "AWS/EC2"},
                       {"Statistic", "Average"},
                       {"Dimensions", JsonArray{JsonObject{{"Name", "InstanceId"}, {"Value", target}}}},
                       {"Period", 300},
                       {"EvaluationPeriods", 3},
                       {"Threshold", 80.0},
                       {"ComparisonOperator", "GreaterThanThreshold"},
                       {"TreatMissingData", "missing"},
                       {"StateTransitionedTimestamp", updated},
                       {"_Tags", b.name_tag(name)}});
  if (added && alarmed) b.plant("alarm_in_alarm", "fault", "cloudwatch/alarm", name);
  if (added && orphan && !alarmed) b.plant("alarm_without_resource", "waste", "cloudwatch/alarm", name);
}

void add_key(Builder& b, int64_t index) {
  const auto id = uuid(b.rng);
  const auto arn = b.arn("kms", "key/" + id);
  const bool rotated = b.rng.chance(75);
  const JsonObject policy{
      {"Version", "2012-10-17"},
      {"Id", "key-default-1"},
      {"Statement", JsonArray{JsonObject{{"Sid", "Owner"},
                                         {"Effect", "Allow"},
                                         {"Principal", JsonObject{{"AWS", b.arn("iam", "root", false)}}},
                                         {"Action", "kms:*"},
                                         {"Resource", "*"}}}}};
  auto rows = b.tags("data-" + std::to_string(index), "kms/key", id);
  JsonArray tags;
  for (const auto& row : rows)
    tags.push_back(JsonObject{{"TagKey", row.at("Key")}, {"TagValue", row.at("Value")}});
  JsonObject rotation{{"KeyId", id}, {"KeyRotationEnabled", rotated}};
  if (rotated) rotation["RotationPeriodInDays"] = 365;
  const auto created = b.past(100, 1500);
  if (!b.add("kms/key", id,
             JsonObject{{"AWSAccountId", b.account.id},
                        {"KeyId", id},
                        {"Arn", arn},
                        {"CreationDate", created},
                        {"Enabled", true},
                        {"Description", "Data at rest"},
                        {"KeyUsage", "ENCRYPT_DECRYPT"},
                        {"KeyState", "Enabled"},
                        {"Origin", "AWS_KMS"},
                        {"KeyManager", "CUSTOMER"},
                        {"CustomerMasterKeySpec", "SYMMETRIC_DEFAULT"},
                        {"KeySpec", "SYMMETRIC_DEFAULT"},
                        {"EncryptionAlgorithms", JsonArray{Json("SYMMETRIC_DEFAULT")}},
                        {"MultiRegion", false},
                        {"_Rotation", std::move(rotation)},
                        {"_Policy", JsonObject{{"Policy", to_json(policy)}, {"PolicyName", "default"}}},
                        {"_Tags", std::move(tags)}})) {
    return;
  }
  if (!rotated) b.plant("key_rotation_off", "hole", "kms/key", id);
  if (b.kms_key_arn.empty()) b.kms_key_arn = arn;
  const auto alias = "alias/data-" + std::to_string(index);
  b.place.of("kms/alias")
      .put(alias, JsonObject{{"AliasName", alias},
                             {"AliasArn", b.arn("kms", alias)},
                             {"TargetKeyId", id},
                             {"CreationDate", created},
                             {"LastUpdatedDate", created}});
}

}  // namespace

void build_functions(Builder& b) {
  for (int64_t i = 0; i < b.share(40, 1); ++i) add_function(b, i);
  for (int64_t i = 0; i < b.share(50, 1); ++i) add_alarm(b, i);
}

void build_keys(Builder& b) {
  for (int64_t i = 0; i < b.share(6, 1); ++i) add_key(b, i);
}

}  // namespace hm::sim
