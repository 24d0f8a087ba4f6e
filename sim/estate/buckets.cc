// S3 buckets with everything that can be asked of one.
#include "sim/estate/builder.h"

namespace hm::sim {

namespace {

Json owner(const Builder& b) {
  return JsonObject{{"DisplayName", b.account.name}, {"ID", "0123456789abcdef" + b.account.id}};
}

std::string policy_of(const std::string& name, bool open) {
  const JsonObject denied{{"Sid", "TlsOnly"},
                          {"Effect", "Deny"},
                          {"Principal", "*"},
                          {"Action", "s3:*"},
                          {"Resource", "arn:aws:s3:::" + name + "/*"},
                          {"Condition", JsonObject{{"Bool", JsonObject{{"aws:SecureTransport", "false"}}}}}};
  const JsonObject allowed{{"Sid", "Everyone"},
                           {"Effect", "Allow"},
                           {"Principal", "*"},
                           {"Action", "s3:GetObject"},
                           {"Resource", "arn:aws:s3:::" + name + "/*"}};
  return to_json(JsonObject{{"Version", "2012-10-17"}, {"Statement", JsonArray{open ? allowed : denied}}});
}

void add_details(Builder& b, const std::string& name, JsonObject& document, bool open) {
  if (b.rng.chance(60)) document["_Versioning"] = JsonObject{{"Status", "Enabled"}};
  if (open || b.rng.chance(50)) document["_Policy"] = JsonObject{{"Policy", policy_of(name, open)}};
  if (!open && b.rng.chance(85)) {
    document["_PublicAccessBlock"] =
        JsonObject{{"PublicAccessBlockConfiguration", JsonObject{{"BlockPublicAcls", true},
                                                                 {"IgnorePublicAcls", true},
                                                                 {"BlockPublicPolicy", true},
                                                                 {"RestrictPublicBuckets", true}}}};
  }
  if (b.rng.chance(40)) {
    document["_Lifecycle"] =
        JsonObject{{"Rules", JsonArray{JsonObject{{"ID", "expire"},
                                                  {"Filter", JsonObject{{"Prefix", "tmp/"}}},
                                                  {"Status", "Enabled"},
                                                  {"Expiration", JsonObject{{"Days", 30}}}}}}};
  }
  if (b.rng.chance(30)) {
    document["_Logging"] = JsonObject{
        {"LoggingEnabled", JsonObject{{"TargetBucket", name + "-logs"}, {"TargetPrefix", name + "/"}}}};
  }
  auto tags = b.tags(name, "s3/bucket", name);
  if (!tags.empty()) document["_Tagging"] = JsonObject{{"TagSet", std::move(tags)}};
}

void add_bucket(Builder& b, int64_t index) {
  const auto name =
      b.plan.company + "-" + b.account.name + "-" + b.service_name() + "-" + std::to_string(index);
  const auto& home = b.plan.options.regions[static_cast<size_t>(
      b.rng.chance(60) ? 0 : b.rng.between(0, static_cast<int64_t>(b.plan.options.regions.size()) - 1))];
  const bool open = b.rng.chance(5), encrypted = b.rng.chance(90);
  const JsonArray grants{JsonObject{{"Grantee", JsonObject{{"Type", "CanonicalUser"},
                                                           {"DisplayName", b.account.name},
                                                           {"ID", "0123456789abcdef" + b.account.id}}},
                                    {"Permission", "FULL_CONTROL"}}};
  JsonObject document{
      {"Name", name},
      {"CreationDate", b.past(30, 1500)},
      {"BucketRegion", home},
      {"_Location",
       home == "us-east-1" ? Json(JsonObject{}) : Json(JsonObject{{"LocationConstraint", home}})},
      {"_Head", JsonObject{{"BucketRegion", home}, {"AccessPointAlias", false}}},
      {"_Acl", JsonObject{{"Owner", owner(b)}, {"Grants", grants}}},
      {"_Ownership",
       JsonObject{
           {"OwnershipControls",
            JsonObject{{"Rules", JsonArray{JsonObject{{"ObjectOwnership", "BucketOwnerEnforced"}}}}}}}}};
  if (encrypted) {
    document["_Encryption"] =
        JsonObject{{"ServerSideEncryptionConfiguration",
                    JsonObject{{"Rules", JsonArray{JsonObject{{"ApplyServerSideEncryptionByDefault",
                                                               JsonObject{{"SSEAlgorithm", "AES256"}}},
                                                              {"BucketKeyEnabled", false}}}}}}};
  }
  add_details(b, name, document, open);
  if (!b.add("s3/bucket", name, std::move(document))) return;
  if (open) b.plant("bucket_public", "hole", "s3/bucket", name);
  if (!encrypted) b.plant("bucket_unencrypted", "hole", "s3/bucket", name);
}

}  // namespace

void build_buckets(Builder& b) {
  for (int64_t i = 0; !b.full(); ++i) add_bucket(b, i);
}

}  // namespace hm::sim
