#include "aws/quirks.h"

#include <algorithm>
#include <array>

#include "base/crypto.h"
#include "base/encoding.h"

namespace hm::aws {

namespace {

struct Name {
  std::string_view service;
  std::string_view operation;  // empty: every one of the service
  bool is(const Service& the_service, const Operation& the_operation) const {
    return service == the_service.name() && (operation.empty() || operation == the_operation.name());
  }
};

std::string* text_at(JsonObject& params, std::string_view key, std::string& copy) {
  Json* value = params.if_contains(key);
  if (!value || !value->is_string()) return nullptr;
  copy = as_text(*value);
  return &copy;
}

// --- Parameters ----------------------------------------------------------------------------------------

// The service wants base64 where people write text.
Status encode_user_data(JsonObject& params) {
  std::string text;
  if (text_at(params, "UserData", text)) params["UserData"] = base64(text);
  return ok();
}

// "/hostedzone/Z123", as the service answers it, is not accepted where it asks for the id.
Status cut_id_prefixes(JsonObject& params) {
  for (const char* key : {"HostedZoneId", "DelegationSetId", "HostedZoneIdMarker"}) {
    std::string text;
    if (text_at(params, key, text)) params[key] = text.substr(text.rfind('/') + 1);
  }
  return ok();
}

Status cut_own_id_prefix(JsonObject& params) {
  std::string text;
  if (text_at(params, "Id", text)) params["Id"] = text.substr(text.rfind('/') + 1);
  return ok();
}

Status own_account(JsonObject& params) {
  const Json* account = params.if_contains("accountId");
  if (!account || account->is_null()) params["accountId"] = "-";
  return ok();
}

bool is_bucket(std::string_view name) {
  if (name.starts_with("arn:")) return true;
  return !name.empty() && name.size() <= 255 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  });
}

// A key of the customer's goes in base64, with its MD5.
Status encode_customer_keys(JsonObject& params) {
  for (const std::string prefix : {"SSECustomer", "CopySourceSSECustomer"}) {
    std::string key;
    if (!text_at(params, prefix + "Key", key) || params.contains(prefix + "KeyMD5")) continue;
    params[prefix + "Key"] = base64(key);
    params[prefix + "KeyMD5"] = md5_base64(key);
  }
  return ok();
}

void quote_copy_source(JsonObject& params) {
  Json* source = params.if_contains("CopySource");
  if (!source) return;
  std::string version;
  std::string path;
  if (source->is_string()) {
    path = as_text(*source);
    if (const auto mark = path.rfind("?versionId="); mark != std::string::npos) {
      version = path.substr(mark);
      path.resize(mark);
    }
  } else if (source->is_object()) {
    const std::string bucket(member_text(*source, "Bucket"));
    path =
        bucket + (bucket.starts_with("arn:") ? "/object/" : "/") + std::string(member_text(*source, "Key"));
    if (const auto id = member_text(*source, "VersionId"); !id.empty())
      version = "?versionId=" + std::string(id);
  }
  params["CopySource"] = percent_encode(path, "/") + version;
}

Status amend_s3(JsonObject& params) {
  std::string bucket;
  if (text_at(params, "Bucket", bucket) && !is_bucket(bucket)) {
    return make_error(ErrorKind::invalid, "ParamValidation",
                      "Parameter validation failed:\nInvalid bucket name \"" + bucket +
                          "\": Bucket name must match the regex \"^[a-zA-Z0-9.\\-_]{1,255}$\" or be an ARN");
  }
  quote_copy_source(params);
  return ok();
}

// Keys may hold characters that XML cannot; the answer is decoded again in decode_keys().
Status ask_for_encoding(JsonObject& params) {
  if (!params.contains("EncodingType")) params["EncodingType"] = "url";
  return ok();
}

struct ParamQuirk {
  Name name;
  Status (*amend)(JsonObject& params);
};
constexpr ParamQuirk kParamQuirks[] = {
    {{"ec2", "RunInstances"}, encode_user_data},
    {{"autoscaling", "CreateLaunchConfiguration"}, encode_user_data},
    {{"route53", ""}, cut_id_prefixes},
    {{"route53", "GetHostedZone"}, cut_own_id_prefix},
    {{"route53", "DeleteHostedZone"}, cut_own_id_prefix},
    {{"route53", "UpdateHostedZoneComment"}, cut_own_id_prefix},
    {{"route53", "GetChange"}, cut_own_id_prefix},
    {{"route53", "GetReusableDelegationSet"}, cut_own_id_prefix},
    {{"route53", "DeleteReusableDelegationSet"}, cut_own_id_prefix},
    {{"glacier", ""}, own_account},
    {{"s3", ""}, amend_s3},
    {{"s3", "HeadObject"}, encode_customer_keys},
    {{"s3", "GetObject"}, encode_customer_keys},
    {{"s3", "PutObject"}, encode_customer_keys},
    {{"s3", "CopyObject"}, encode_customer_keys},
    {{"s3", "CreateMultipartUpload"}, encode_customer_keys},
    {{"s3", "UploadPart"}, encode_customer_keys},
    {{"s3", "UploadPartCopy"}, encode_customer_keys},
    {{"s3", "CompleteMultipartUpload"}, encode_customer_keys},
    {{"s3", "SelectObjectContent"}, encode_customer_keys},
    {{"s3", "ListObjects"}, ask_for_encoding},
    {{"s3", "ListObjectsV2"}, ask_for_encoding},
    {{"s3", "ListObjectVersions"}, ask_for_encoding},
};

// --- Requests ------------------------------------------------------------------------------------------

// The endpoint rules put the bucket into the URL, and so does the model.
void drop_bucket(const Operation& operation, WireRequest& wire) {
  if (!operation.request_uri().starts_with("/{Bucket}")) return;
  const auto next = wire.path.find('/', 1);
  wire.path = next == std::string::npos ? "" : wire.path.substr(next);
}

// The same with the account's host.
void drop_account_host(const Operation& operation, WireRequest& wire) {
  const bool ruled = operation.static_context_params().find("RequiresAccountId") != std::string_view::npos;
  if (ruled && operation.host_prefix() == "{AccountId}.") wire.host_prefix.clear();
}

// Line breaks of the user's would be changed by the reader of the XML.
void keep_line_breaks(const Operation&, WireRequest& wire) {
  std::string out;
  for (const char c : wire.body) {
    if (c == '\r') {
      out += "&#xD;";
    } else if (c == '\n') {
      out += "&#xA;";
    } else {
      out += c;
    }
  }
  wire.body = std::move(out);
}

struct WireQuirk {
  Name name;
  void (*amend)(const Operation& operation, WireRequest& wire);
};
constexpr WireQuirk kWireQuirks[] = {
    {{"s3", ""}, drop_bucket},
    {{"s3control", ""}, drop_account_host},
    {{"s3", "DeleteObjects"}, keep_line_breaks},
    {{"s3", "PutBucketLifecycleConfiguration"}, keep_line_breaks},
};

// The root of a binary tree of SHA-256 over pieces of a mebibyte.
std::string tree_hash_hex(std::string_view data) {
  constexpr size_t kPiece = 1024 * 1024;
  std::vector<std::string> level;
  for (size_t at = 0; at < data.size() || at == 0; at += kPiece) {
    level.emplace_back(view(sha256(data.substr(at, kPiece))));
  }
  while (level.size() > 1) {
    std::vector<std::string> above;
    for (size_t i = 0; i < level.size(); i += 2) {
      above.push_back(i + 1 < level.size() ? std::string(view(sha256(level[i] + level[i + 1]))) : level[i]);
    }
    level = std::move(above);
  }
  return hex(level[0]);
}

void add_api_version(const Service& service, HttpRequest& request) {
  request.headers.set("x-amz-api-version", std::string(service.api_version()));
}
void add_archive_version(const Service& service, HttpRequest& request) {
  request.headers.set("x-amz-glacier-version", std::string(service.api_version()));
}
void add_archive_hashes(const Service&, HttpRequest& request) {
  if (!request.headers.find("x-amz-content-sha256")) {
    request.headers.set("x-amz-content-sha256", sha256_hex(request.body));
  }
  if (!request.headers.find("x-amz-sha256-tree-hash")) {
    request.headers.set("x-amz-sha256-tree-hash", tree_hash_hex(request.body));
  }
}
// Without it the service answers in HAL, with links.
void accept_json(const Service&, HttpRequest& request) {
  if (!request.headers.find("Accept")) request.headers.set("Accept", "application/json");
}
// A query may grow beyond what a URL may hold.
void post_the_query(const Service&, HttpRequest& request) {
  const auto mark = request.url.find('?');
  if (mark == std::string::npos) return;
  request.method = "POST";
  request.body = request.url.substr(mark + 1);
  request.url.resize(mark);
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
}
// The endpoint to call is a parameter.
void go_to_predict_endpoint(const Service&, HttpRequest& request) {
  const auto body = parse_json(request.body);
  const std::string_view target = body ? member_text(*body, "PredictEndpoint") : std::string_view();
  if (target.find("://") == std::string_view::npos) return;
  const auto path = request.url.find('/', request.url.find("://") + 3);
  const auto end = target.find('/', target.find("://") + 3);
  request.url =
      std::string(target.substr(0, end)) + (path == std::string::npos ? "/" : request.url.substr(path));
}

struct RequestQuirk {
  Name name;
  void (*amend)(const Service& service, HttpRequest& request);
};
constexpr RequestQuirk kRequestQuirks[] = {
    {{"glacier", ""}, add_archive_version},
    {{"glacier", "UploadArchive"}, add_archive_hashes},
    {{"glacier", "UploadMultipartPart"}, add_archive_hashes},
    {{"apigateway", ""}, accept_json},
    {{"machinelearning", "Predict"}, go_to_predict_endpoint},
    {{"cloudsearchdomain", "Search"}, post_the_query},
    {{"dynamodb", "DescribeEndpoints"}, add_api_version},
    {{"timestream-query", "DescribeEndpoints"}, add_api_version},
    {{"timestream-write", "DescribeEndpoints"}, add_api_version},
};

// The callers of these have no credentials yet.
constexpr Name kUnsigned[] = {
    {"cognito-identity", "GetId"},          {"cognito-identity", "GetOpenIdToken"},
    {"cognito-identity", "UnlinkIdentity"}, {"cognito-identity", "GetCredentialsForIdentity"},
    {"sts", "AssumeRoleWithSAML"},          {"sts", "AssumeRoleWithWebIdentity"},
};

struct PresignQuirk {
  Name name;
  CrossRegion cross;
};
constexpr PresignQuirk kPresignQuirks[] = {
    {{"ec2", "CopySnapshot"}, {"PresignedUrl", true}},
    {{"rds", "CopyDBClusterSnapshot"}, {"PreSignedUrl", false}},
    {{"rds", "CreateDBCluster"}, {"PreSignedUrl", false}},
    {{"rds", "CopyDBSnapshot"}, {"PreSignedUrl", false}},
    {{"rds", "CreateDBInstanceReadReplica"}, {"PreSignedUrl", false}},
    {{"rds", "StartDBInstanceAutomatedBackupsReplication"}, {"PreSignedUrl", false}},
    {{"neptune", "CopyDBClusterSnapshot"}, {"PreSignedUrl", false}},
    {{"neptune", "CreateDBCluster"}, {"PreSignedUrl", false}},
    {{"docdb", "CopyDBClusterSnapshot"}, {"PreSignedUrl", false}},
    {{"docdb", "CreateDBCluster"}, {"PreSignedUrl", false}},
};

}  // namespace

Status amend_params(const Service& service, const Operation& operation, JsonObject& params) {
  for (const ParamQuirk& quirk : kParamQuirks) {
    if (quirk.name.is(service, operation)) HM_DO(quirk.amend(params));
  }
  return ok();
}

void amend_wire(const Service& service, const Operation& operation, WireRequest& wire) {
  for (const WireQuirk& quirk : kWireQuirks) {
    if (quirk.name.is(service, operation)) quirk.amend(operation, wire);
  }
}

void amend_request(const Service& service, const Operation& operation, HttpRequest& request) {
  for (const RequestQuirk& quirk : kRequestQuirks) {
    if (quirk.name.is(service, operation)) quirk.amend(service, request);
  }
}

bool never_signed(const Service& service, const Operation& operation) {
  return std::any_of(std::begin(kUnsigned), std::end(kUnsigned),
                     [&](const Name& name) { return name.is(service, operation); });
}

std::optional<CrossRegion> cross_region(const Service& service, const Operation& operation) {
  for (const PresignQuirk& quirk : kPresignQuirks) {
    if (quirk.name.is(service, operation)) return quirk.cross;
  }
  return std::nullopt;
}

bool signs_like_s3(const Service& service) { return service.name() == "s3" || service.name() == "s3control"; }

std::string_view signing_region(const Service& service) {
  return service.name() == "health" ? "us-east-1" : std::string_view();
}

void apply_s3_options(const Service& service, const Json& params, const S3Options& s3,
                      EndpointOptions& endpoint) {
  if (!signs_like_s3(service)) return;
  endpoint.use_dualstack = endpoint.use_dualstack || s3.dualstack;
  if (s3.use_arn_region) {
    endpoint.switches["AWS::S3::UseArnRegion"] = *s3.use_arn_region;
    endpoint.switches["AWS::S3Control::UseArnRegion"] = *s3.use_arn_region;
  }
  if (!has_buckets(service)) return;
  endpoint.switches["AWS::S3::Accelerate"] = s3.accelerate;
  endpoint.switches["AWS::S3::UseGlobalEndpoint"] = s3.global_us_east_1 && endpoint.region == "us-east-1";
  if (s3.disable_multiregion_access_points) {
    endpoint.switches["AWS::S3::DisableMultiRegionAccessPoints"] = *s3.disable_multiregion_access_points;
  }
  // Neither an access point nor the accelerated endpoint can have the bucket in the path.
  if (member_text(params, "Bucket").starts_with("arn:")) return;
  if (s3.accelerate) {
    endpoint.s3_path_style = false;
  } else if (s3.path_style) {
    endpoint.s3_path_style = s3.path_style;
  }
}

bool has_buckets(const Service& service) { return service.name() == "s3"; }

}  // namespace hm::aws
