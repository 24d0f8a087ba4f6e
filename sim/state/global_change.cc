// Buckets and people come and go.
#include "base/crypto.h"
#include "base/encoding.h"
#include "sim/state/change.h"
#include "sim/state/handlers.h"

namespace hm::sim {

namespace {

bool good_bucket_name(const std::string& name) {
  if (name.size() < 3 || name.size() > 63) return false;
  for (const char c : name) {
    const bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    if (!fine) return false;
  }
  return name.front() != '-' && name.back() != '-';
}

std::string iam_id(const char* prefix) {
  auto id = hex(random_bytes(9)).substr(0, 17);
  for (auto& c : id) c = static_cast<char>(c >= 'a' ? c - 'a' + 'A' : c);
  return prefix + id;
}

std::string path_of(const Call& call) { return call.text("Path").empty() ? "/" : call.text("Path"); }

Json tags_of(const Call& call) {
  const auto* tags = call.find("Tags");
  return tags != nullptr ? *tags : Json(JsonArray{});
}

bool anything(const Json& document, const char* name) {
  const auto* list = member(document, name);
  return list != nullptr && list->is_array() && !list->get_array().empty();
}

Error exists(const char* what, const std::string& name) {
  return refusal(409, "EntityAlreadyExists", std::string(what) + " with name " + name + " already exists.");
}

Error conflict(const char* what) {
  return refusal(409, "DeleteConflict", std::string("Cannot delete entity, must ") + what + " first.");
}

}  // namespace

Result<Json> create_bucket(const Call& call) {
  const auto name = call.text("Bucket");
  if (!good_bucket_name(name)) {
    return refusal(400, "InvalidBucketName", "The specified bucket is not valid.").note("BucketName", name);
  }
  std::string home = "us-east-1";
  if (const auto* configuration = call.find("CreateBucketConfiguration")) {
    home = member_text(*configuration, "LocationConstraint", home);
  }
  if (home != call.region) {
    return refusal(400, "IllegalLocationConstraintException",
                   "The " + home +
                       " location constraint is incompatible for the region specific endpoint this request "
                       "was sent to.");
  }
  const auto owner = call.world.owner_of_bucket(name, call.now);
  if (!owner.empty()) {
    if (owner != call.account_id) {
      return refusal(409, "BucketAlreadyExists", "The requested bucket name is not available.");
    }
    if (home != "us-east-1") {
      return refusal(409, "BucketAlreadyOwnedByYou",
                     "Your previous request to create the named bucket succeeded and "
                     "you already own it.");
    }
  }
  return in_place(call, true, [&](Place& place) -> Result<Json> {
    const JsonObject block{{"BlockPublicAcls", true},
                           {"IgnorePublicAcls", true},
                           {"BlockPublicPolicy", true},
                           {"RestrictPublicBuckets", true}};
    const JsonObject by_default{
        {"ApplyServerSideEncryptionByDefault", JsonObject{{"SSEAlgorithm", "AES256"}}},
        {"BucketKeyEnabled", false}};
    const JsonObject person{{"DisplayName", "owner"}, {"ID", "0123456789abcdef" + call.account_id}};
    auto grantee = person;
    grantee["Type"] = "CanonicalUser";
    const JsonObject grant{{"Grantee", std::move(grantee)}, {"Permission", "FULL_CONTROL"}};
    place.put(
        "s3/bucket", name,
        JsonObject{
            {"Name", name},
            {"CreationDate", format_iso(call.now)},
            {"BucketRegion", home},
            {"_Location",
             home == "us-east-1" ? Json(JsonObject{}) : Json(JsonObject{{"LocationConstraint", home}})},
            {"_Head", JsonObject{{"BucketRegion", home}, {"AccessPointAlias", false}}},
            {"_Acl", JsonObject{{"Owner", person}, {"Grants", JsonArray{grant}}}},
            {"_Ownership",
             JsonObject{
                 {"OwnershipControls",
                  JsonObject{{"Rules", JsonArray{JsonObject{{"ObjectOwnership", "BucketOwnerEnforced"}}}}}}}},
            {"_PublicAccessBlock", JsonObject{{"PublicAccessBlockConfiguration", block}}},
            {"_Encryption", JsonObject{{"ServerSideEncryptionConfiguration",
                                        JsonObject{{"Rules", JsonArray{by_default}}}}}}});
    return Json(JsonObject{{"Location", "/" + name}});
  });
}

Result<Json> delete_bucket(const Call& call) {
  const auto name = call.text("Bucket");
  return in_place(call, true, [&](Place& place) -> Result<Json> {
    HM_DO(require(place, "s3/bucket", name));
    place.erase("s3/bucket", name);
    return Json(JsonObject{});
  });
}

Result<Json> list_objects(const Call& call) {
  // The company's buckets hold nothing: what is in them is no resource.
  HM_DO(in_place(call, true, [&](Place& place) { return require(place, "s3/bucket", call.text("Bucket")); }));
  return Json(JsonObject{{"Name", call.text("Bucket")},
                         {"Prefix", call.text("Prefix")},
                         {"KeyCount", 0},
                         {"MaxKeys", 1000},
                         {"IsTruncated", false}});
}

Result<Json> create_user(const Call& call) {
  const auto name = call.text("UserName");
  return in_place(call, true, [&](Place& place) -> Result<Json> {
    if (place.of("iam/user").contains(name)) return exists("User", name);
    const auto path = path_of(call);
    const JsonObject user{{"Path", path},
                          {"UserName", name},
                          {"UserId", iam_id("AIDA")},
                          {"Arn", "arn:aws:iam::" + call.account_id + ":user" + path + name},
                          {"CreateDate", format_iso(call.now)},
                          {"Tags", tags_of(call)},
                          {"_Groups", JsonArray{}},
                          {"_Attached", JsonArray{}},
                          {"_Inline", JsonArray{}},
                          {"_Mfa", JsonArray{}},
                          {"_Keys", JsonArray{}}};
    place.put("iam/user", name, user);
    return Json(JsonObject{{"User", user}});
  });
}

Result<Json> delete_user(const Call& call) {
  const auto name = call.text("UserName");
  const bool has_keys = !call.identity.keys_of(call.account_id, name).empty();
  return in_place(call, true, [&](Place& place) -> Result<Json> {
    HM_TRY(auto user, require(place, "iam/user", name));
    if (has_keys || anything(user, "_Keys")) return conflict("delete access keys");
    if (anything(user, "_Groups")) return conflict("remove users from group");
    if (member(user, "_Login") != nullptr) return conflict("delete login profile");
    if (anything(user, "_Attached")) return conflict("detach all policies");
    place.erase("iam/user", name);
    return Json(JsonObject{});
  });
}

Result<Json> create_access_key(const Call& call) {
  const auto name = call.text("UserName");
  HM_DO(in_place(call, true, [&](Place& place) {
    ++place.version;  // lists of keys given before are stale
    return require(place, "iam/user", name);
  }));
  const auto key = call.identity.create_key(call.account_id, name);
  return Json(JsonObject{{"AccessKey", JsonObject{{"UserName", name},
                                                  {"AccessKeyId", key.id},
                                                  {"Status", "Active"},
                                                  {"SecretAccessKey", key.secret},
                                                  {"CreateDate", format_iso(call.now)}}}});
}

Result<Json> delete_access_key(const Call& call) {
  call.identity.remove_key(call.text("AccessKeyId"));
  in_place(call, true, [](Place& place) { return ++place.version; });
  return Json(JsonObject{});
}

Result<Json> create_role(const Call& call) {
  const auto name = call.text("RoleName"), trust = call.text("AssumeRolePolicyDocument");
  if (!parse_json(trust)) return refusal(400, "MalformedPolicyDocument", "This policy contains invalid Json");
  return in_place(call, true, [&](Place& place) -> Result<Json> {
    if (place.of("iam/role").contains(name)) return exists("Role", name);
    const auto path = path_of(call);
    const JsonObject role{{"Path", path},
                          {"RoleName", name},
                          {"RoleId", iam_id("AROA")},
                          {"Arn", "arn:aws:iam::" + call.account_id + ":role" + path + name},
                          {"CreateDate", format_iso(call.now)},
                          {"AssumeRolePolicyDocument", percent_encode(trust)},
                          {"Description", call.text("Description")},
                          {"MaxSessionDuration", number(call, "MaxSessionDuration", 3600)},
                          {"Tags", tags_of(call)},
                          {"_Attached", JsonArray{}},
                          {"_Inline", JsonArray{}},
                          {"_Profiles", JsonArray{}}};
    place.put("iam/role", name, role);
    return Json(JsonObject{{"Role", role}});
  });
}

Result<Json> delete_role(const Call& call) {
  const auto name = call.text("RoleName");
  return in_place(call, true, [&](Place& place) -> Result<Json> {
    HM_TRY(auto role, require(place, "iam/role", name));
    if (anything(role, "_Attached")) return conflict("detach all policies");
    if (anything(role, "_Inline")) return conflict("delete policies");
    place.erase("iam/role", name);
    return Json(JsonObject{});
  });
}

}  // namespace hm::sim
