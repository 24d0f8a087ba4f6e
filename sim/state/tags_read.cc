// The many ways in which services are asked for tags, and what else needs more than one document.
#include "sim/state/handlers.h"

namespace hm::sim {

namespace {

Result<Json> descriptions(const Call& call, const char* param, const char* id_name,
                          std::initializer_list<const char*> collections) {
  const auto* ids = call.find(param);
  JsonArray rows;
  if (ids == nullptr || !ids->is_array()) return Json(JsonObject{{"TagDescriptions", std::move(rows)}});
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    for (const auto& id : ids->get_array()) {
      Json document;
      for (const char* collection : collections) {
        if (document.is_null()) document = place.of(collection).find(as_text(id));
      }
      if (document.is_null()) return no_such(*collections.begin(), as_text(id));
      const auto* tags = member(document, "_Tags");
      rows.push_back(JsonObject{{id_name, id}, {"Tags", tags != nullptr ? *tags : Json(JsonArray{})}});
    }
    return Json(JsonObject{{"TagDescriptions", std::move(rows)}});
  });
}

}  // namespace

Result<Json> elbv2_describe_tags(const Call& call) {
  return descriptions(call, "ResourceArns", "ResourceArn",
                      {"elbv2/load_balancer", "elbv2/target_group", "elbv2/listener"});
}

Result<Json> elb_describe_tags(const Call& call) {
  return descriptions(call, "LoadBalancerNames", "LoadBalancerName", {"elb/load_balancer"});
}

// arn:aws:rds:region:account:db:name and its sisters.
Result<Json> rds_list_tags(const Call& call) {
  const auto arn = call.text("ResourceName");
  for (const auto& pair : {std::pair<const char*, const char*>{":db:", "rds/db_instance"},
                           {":cluster:", "rds/db_cluster"},
                           {":snapshot:", "rds/db_snapshot"}}) {
    const char* marker = pair.first;
    const char* collection = pair.second;
    const auto at = arn.find(marker);
    if (at == std::string::npos) continue;
    const auto id = arn.substr(at + std::string_view(marker).size());
    HM_TRY(auto document,
           in_place(call, false, [&](Place& place) { return require(place, collection, id); }));
    const auto* tags = member(document, "TagList");
    return Json(JsonObject{{"TagList", tags != nullptr ? *tags : Json(JsonArray{})}});
  }
  return refusal(400, "InvalidParameterValue", "Invalid resource name: " + arn);
}

Result<Json> cloudwatch_list_tags(const Call& call) {
  const auto arn = call.text("ResourceARN");
  const auto at = arn.find(":alarm:");
  const auto name = at == std::string::npos ? arn : arn.substr(at + 7);
  HM_TRY(auto alarm,
         in_place(call, false, [&](Place& place) { return require(place, "cloudwatch/alarm", name); }));
  return Json(JsonObject{{"Tags", alarm.at("_Tags")}});
}

Result<Json> lambda_list_tags(const Call& call) {
  HM_TRY(auto function, in_place(call, false, [&](Place& place) {
           return require(place, "lambda/function", call.text("Resource"));
         }));
  return Json(JsonObject{{"Tags", function.at("_Tags")}});
}

Result<Json> lambda_get_function(const Call& call) {
  HM_TRY(auto function, in_place(call, false, [&](Place& place) {
           return require(place, "lambda/function", call.text("FunctionName"));
         }));
  auto tags = function.at("_Tags");
  const JsonObject code{{"RepositoryType", "S3"}, {"Location", "https://localhost/code.zip"}};
  return Json(JsonObject{{"Configuration", std::move(function)}, {"Code", code}, {"Tags", std::move(tags)}});
}

Result<Json> lambda_list_urls(const Call& call) {
  HM_DO(in_place(call, false,
                 [&](Place& place) { return require(place, "lambda/function", call.text("FunctionName")); }));
  return Json(JsonObject{{"FunctionUrlConfigs", JsonArray{}}});
}

// Public where the policy allows everybody something.
Result<Json> bucket_policy_status(const Call& call) {
  const auto name = call.text("Bucket");
  HM_TRY(auto bucket, in_place(call, true, [&](Place& place) { return require(place, "s3/bucket", name); }));
  const auto* stored_policy = member(bucket, "_Policy");
  if (stored_policy == nullptr) return refusal(404, "NoSuchBucketPolicy", "The bucket policy does not exist");
  bool open = false;
  const auto policy = parse_json(member_text(*stored_policy, "Policy"));
  const auto* statements = policy ? member(*policy, "Statement") : nullptr;
  if (statements != nullptr && statements->is_array()) {
    for (const auto& statement : statements->get_array()) {
      const auto* principal = member(statement, "Principal");
      open = open ||
             (member_text(statement, "Effect") == "Allow" && principal != nullptr && principal->is_string());
    }
  }
  return Json(JsonObject{{"PolicyStatus", JsonObject{{"IsPublic", open}}}});
}

Result<Json> auto_scaling_instances(const Call& call) {
  JsonArray rows;
  in_place(call, false, [&](Place& place) {
    place.of("autoscaling/group").each(0, [&](uint64_t, const std::string& name, const std::string& text) {
      const auto group = stored(text);
      for (const auto& one : group.at("Instances").as_array()) {
        auto row = one.as_object();
        row["AutoScalingGroupName"] = name;
        rows.push_back(std::move(row));
      }
      return true;
    });
  });
  return Json(JsonObject{{"AutoScalingInstances", std::move(rows)}});
}

}  // namespace hm::sim
