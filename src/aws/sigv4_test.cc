#include "aws/sigv4.h"

#include <gtest/gtest.h>

namespace hm::aws {
namespace {

const Credentials kExample{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", {}, {}, {}, {}};

Signing example_signing() {
  Signing out;
  out.service = "service";
  out.region = "us-east-1";
  out.time = *parse_iso("2015-08-30T12:36:00Z");
  return out;
}

HttpRequest get(std::string url) {
  HttpRequest out;
  out.url = std::move(url);
  return out;
}

TEST(SigV4, SignsAPlainRequest) {
  Signer signer;
  HttpRequest request = get("https://example.amazonaws.com/");
  signer.sign(request, kExample, example_signing());
  EXPECT_EQ(request.headers.get("Authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            "SignedHeaders=host;x-amz-date, "
            "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

TEST(SigV4, SigningAgainReplacesWhatTheFirstAttemptLeft) {
  Signer signer;
  Credentials first = kExample;
  first.session_token = "old";
  HttpRequest request = get("https://example.amazonaws.com/");
  Signing later = example_signing();
  later.time += std::chrono::hours(1);
  signer.sign(request, first, later);
  signer.sign(request, kExample, example_signing());
  EXPECT_EQ(request.headers.size(), 2u);
  EXPECT_TRUE(request.headers.get("Authorization").ends_with("763fbf31"));
}

TEST(SigV4, AKeyIdWithAnotherSecretIsAnotherKey) {
  Signer signer;
  HttpRequest request = get("https://example.amazonaws.com/");
  Credentials other = kExample;
  other.secret_access_key = "another";
  const auto wrong = signer.sign(request, other, example_signing()).signature;
  const auto right = signer.sign(request, kExample, example_signing()).signature;
  EXPECT_NE(wrong, right);
  EXPECT_TRUE(right.ends_with("763fbf31"));
}

TEST(SigV4, HostIsWhatTheTransportSends) {
  const struct {
    const char* url;
    const char* host;
  } rows[] = {
      {"https://Example.COM/", "host:example.com\n"},
      {"https://example.com:443/", "host:example.com\n"},
      {"http://example.com:80", "host:example.com\n"},
      {"http://example.com:443/", "host:example.com:443\n"},
      {"http://127.0.0.1:5000/?a=b", "host:127.0.0.1:5000\n"},
      {"http://[fd00:ec2::254]:8080/", "host:[fd00:ec2::254]:8080\n"},
      {"https://user@example.com/", "host:example.com\n"},
  };
  Signer signer;
  for (const auto& row : rows) {
    HttpRequest request = get(row.url);
    const auto stages = signer.sign(request, kExample, example_signing());
    EXPECT_NE(stages.canonical_request.find(row.host), std::string::npos) << stages.canonical_request;
  }
}

// libcurl sends the host as the URL has it.
TEST(SigV4, TheUrlHasTheHostThatWasSigned) {
  Signer signer;
  HttpRequest request = get("https://Some:One@S3.Example.COM:8443/Key?X=Y");
  signer.sign(request, kExample, example_signing());
  EXPECT_EQ(request.url, "https://Some:One@s3.example.com:8443/Key?X=Y");
  HttpRequest presigned = get("https://S3.Example.COM/Key");
  signer.presign(presigned, kExample, example_signing(), std::chrono::seconds(60));
  EXPECT_TRUE(presigned.url.starts_with("https://s3.example.com/Key?X-Amz-Algorithm=")) << presigned.url;
}

TEST(SigV4, CanonicalPath) {
  const struct {
    const char* path;
    bool double_encode;
    const char* expected;
  } rows[] = {
      {"", true, "/"},
      {"", false, "/"},
      {"/a%20b", true, "/a%2520b"},
      {"/a%20b", false, "/a%20b"},
      {"/a//b/../c", true, "/a/c"},
      {"/a//b/../c", false, "/a//b/../c"},
      {"/a/.", true, "/a"},
      {"/../..", true, "/"},
      {"/key=1", false, "/key%3D1"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(canonical_path(row.path, row.double_encode), row.expected) << row.path;
  }
}

TEST(SigV4, CanonicalQuery) {
  EXPECT_EQ(canonical_query("acl"), "acl=");
  EXPECT_EQ(canonical_query("b=2&a=1&a=0&&B"), "B=&a=0&a=1&b=2");
  EXPECT_EQ(canonical_query("k=a%2fb&p=x y*"), "k=a%2Fb&p=x%20y%2A");
  EXPECT_EQ(canonical_query("a=b=c"), "a=b%3Dc");
}

TEST(SigV4, S3ShowsThePayloadHash) {
  Signer signer;
  Signing signing = example_signing();
  signing.content_sha256_header = true;
  HttpRequest request = get("https://b.s3.amazonaws.com/k");
  signer.sign(request, kExample, signing);
  EXPECT_EQ(request.headers.get("X-Amz-Content-SHA256"),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

  HttpRequest stream = get("https://b.s3.amazonaws.com/k");
  signing.unsigned_payload = true;
  EXPECT_TRUE(signer.sign(stream, kExample, signing).canonical_request.ends_with("\nUNSIGNED-PAYLOAD"));
  EXPECT_EQ(stream.headers.get("X-Amz-Content-SHA256"), "UNSIGNED-PAYLOAD");
}

TEST(SigV4, HeadersThatProxiesChangeAreNotSigned) {
  Signer signer;
  HttpRequest request = get("https://example.amazonaws.com/");
  request.headers = {{"User-Agent", "x"},        {"Connection", "close"},        {"X-Amzn-Trace-Id", "1"},
                     {"Expect", "100-continue"}, {"Content-Type", "text/plain"}, {"X-Empty", ""}};
  EXPECT_EQ(signer.sign(request, kExample, example_signing()).signed_headers,
            "content-type;host;x-amz-date;x-empty");
}

TEST(SigV4, PresignsBesideAnExistingQuery) {
  Signer signer;
  HttpRequest request = get("https://ec2.us-east-1.amazonaws.com/?Action=CopySnapshot");
  Credentials session = kExample;
  session.session_token = "a/b";
  signer.presign(request, session, example_signing(), std::chrono::hours(1));
  EXPECT_TRUE(
      request.url.starts_with("https://ec2.us-east-1.amazonaws.com/?Action=CopySnapshot&"
                              "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F"));
  EXPECT_NE(request.url.find("&X-Amz-Expires=3600&"), std::string::npos);
  EXPECT_NE(request.url.find("&X-Amz-Security-Token=a%2Fb&X-Amz-Signature="), std::string::npos);
}

}  // namespace
}  // namespace hm::aws
