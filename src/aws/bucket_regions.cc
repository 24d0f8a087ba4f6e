#include "aws/bucket_regions.h"

namespace hm::aws {

std::optional<std::string> BucketRegions::find(const std::string& bucket) const {
  return regions_.with([&](const auto& regions) -> std::optional<std::string> {
    const auto found = regions.find(bucket);
    return found == regions.end() ? std::nullopt : std::optional(found->second);
  });
}

void BucketRegions::learn(const std::string& bucket, const std::string& region) {
  regions_.with([&](auto& regions) {
    if (regions.size() >= kMaxBuckets) regions.clear();
    regions[bucket] = region;
  });
}

bool is_region_redirect(const Error& error, std::string_view operation) {
  const auto note = error.notes.find("http_status");
  const std::string status = note == error.notes.end() ? "" : note->second;
  if (status == "301" || status == "302" || status == "307") return true;
  if (error.code == "PermanentRedirect" || error.code == "AuthorizationHeaderMalformed") return true;
  if (error.code == "IllegalLocationConstraintException") return operation != "CreateBucket";
  // HEAD has no body, so its code is the bare status.
  return status == "400" &&
         (error.code == "400" || error.code == "BadRequest" || error.code == "Bad Request");
}

std::string redirect_region(const HttpHeaders& headers, const Error& error) {
  if (const std::string* region = headers.find("x-amz-bucket-region")) return *region;
  const auto named = error.notes.find("bucket_region");
  return named == error.notes.end() ? std::string() : named->second;
}

}  // namespace hm::aws
