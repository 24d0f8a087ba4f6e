#include "aws/container_credentials.h"
#include "aws/endpoint.h"
#include "aws/sigv4.h"
#include "fuzz.h"

using namespace hm;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string input(fuzz::text(data, size));
  const aws::EndpointValue url = aws::parse_endpoint_url(input);
  if (const auto* record = std::get_if<std::shared_ptr<const aws::EndpointRecord>>(&url)) {
    HM_CHECK((*record)->find("authority") != nullptr && (*record)->find("isIp") != nullptr);
    HM_CHECK(std::get<std::string>(*(*record)->find("normalizedPath")).ends_with('/'));
  }
  static_cast<void>(aws::parse_arn(input));
  static_cast<void>(aws::is_valid_host_label(input, true));
  HM_CHECK(!aws::is_virtual_hostable_bucket(input, true) || (input.size() >= 3 && input.size() <= 63));
  static_cast<void>(aws::endpoint_substring(input, 0, static_cast<int64_t>(size / 2), true));
  // Canonical forms are their own canonical forms.
  const std::string query = aws::canonical_query(input);
  HM_CHECK(aws::canonical_query(query) == query);
  const std::string path = aws::canonical_path(input, false);
  HM_CHECK(aws::canonical_path(path, false) == path);
  static_cast<void>(aws::canonical_path(input, true));
  static_cast<void>(aws::split_pseudo_region(input));
  static_cast<void>(aws::context_texts(Json(JsonObject{{"A", JsonArray{Json(input)}}}), input));

  HttpRequest request;
  request.url = input;
  aws::Credentials keys;
  keys.access_key_id = "A";
  keys.secret_access_key = "s";
  HM_CHECK(aws::Signer().sign(request, keys, aws::Signing()).signature.size() == 64);
  static_cast<void>(aws::read_metadata_credentials(input, "container"));
  return 0;
}

std::vector<std::string> fuzz::seeds() {
  return {"https://user@host.example:8443/a/../b//c?x=1&y=%20z#f",
          "http://[fd00:ec2::254]:80/latest",
          "http://192.168.0.1",
          "arn:aws:s3:us-west-2:123456789012:accesspoint/my:endpoint",
          "arn:aws:s3:::bucket/key",
          "my-bucket.with.dots",
          "a=b&c=%2F&d&=e&&A=%zz",
          "keys(A)",
          "A[*].[B.C, D.E][]",
          R"({"AccessKeyId":"A","SecretAccessKey":"s","Token":"t","Expiration":"2026-11-23T12:00:00Z"})"};
}
