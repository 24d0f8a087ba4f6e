#include "aws/endpoint_value.h"

#include <gtest/gtest.h>

#include "aws/model.h"
#include "aws/partitions.h"

namespace hm::aws {
namespace {

std::string field(const EndpointValue& value, std::string_view name) {
  const auto* record = std::get_if<std::shared_ptr<const EndpointRecord>>(&value);
  const EndpointValue* found = record ? (*record)->find(name) : nullptr;
  if (!found) return "(not set)";
  if (const bool* flag = std::get_if<bool>(found)) return *flag ? "true" : "false";
  if (const auto* list = std::get_if<std::vector<std::string>>(found)) {
    std::string out;
    for (const std::string& item : *list) out += (out.empty() ? "" : "|") + item;
    return out;
  }
  return std::get<std::string>(*found);
}

TEST(EndpointUrl, IsTakenApart) {
  const struct {
    const char* url;
    const char* authority;
    const char* path;
    const char* normalized;
    const char* is_ip;
  } rows[] = {
      {"https://example.com", "example.com", "", "/", "false"},
      {"https://example.com:8443/a/b", "example.com:8443", "/a/b", "/a/b/", "false"},
      {"http://127.0.0.1:80/x/", "127.0.0.1:80", "/x/", "/x/", "true"},
      {"http://[::1]:80", "[::1]:80", "", "/", "true"},
      {"http://1.2.3.4.example", "1.2.3.4.example", "", "/", "false"},
      {"http://u@1.2.3.4", "u@1.2.3.4", "", "/", "true"},
  };
  for (const auto& row : rows) {
    const EndpointValue url = parse_endpoint_url(row.url);
    EXPECT_EQ(field(url, "authority"), row.authority);
    EXPECT_EQ(field(url, "path"), row.path);
    EXPECT_EQ(field(url, "normalizedPath"), row.normalized);
    EXPECT_EQ(field(url, "isIp"), row.is_ip) << row.url;
  }
  for (const char* bad : {"", "example.com", "ftp://x", "https://", "https:///path", "https://x?a=b",
                          "https://x#f", "https://x:port", "https://x:70000"}) {
    EXPECT_TRUE(std::holds_alternative<std::monostate>(parse_endpoint_url(bad))) << bad;
  }
}

TEST(Arn, IsTakenApart) {
  const EndpointValue arn = parse_arn("arn:aws:s3:us-east-1:123456789012:accesspoint:my/point");
  EXPECT_EQ(field(arn, "partition"), "aws");
  EXPECT_EQ(field(arn, "service"), "s3");
  EXPECT_EQ(field(arn, "region"), "us-east-1");
  EXPECT_EQ(field(arn, "accountId"), "123456789012");
  EXPECT_EQ(field(arn, "resourceId"), "accesspoint|my|point");
  EXPECT_EQ(field(parse_arn("arn:aws:s3:::bucket"), "region"), "");
  EXPECT_EQ(field(parse_arn("arn:aws:s3:::a:"), "resourceId"), "a|");
  for (const char* bad :
       {"", "arn:aws:s3", "arn:aws:s3:::", "nra:aws:s3:::b", "arn::s3:::b", "arn:aws::::b"}) {
    EXPECT_TRUE(std::holds_alternative<std::monostate>(parse_arn(bad))) << bad;
  }
}

TEST(HostLabel, FollowsRfc1123) {
  for (const char* yes : {"a", "A-1", "9"}) EXPECT_TRUE(is_valid_host_label(yes, false)) << yes;
  for (const char* no : {"", "-a", "a-", "a.b", "a_b", "a b", "é"})
    EXPECT_FALSE(is_valid_host_label(no, false)) << no;
  EXPECT_TRUE(is_valid_host_label("a.b-c.9", true));
  for (const char* no : {"a..b", ".a", "a.", "."}) EXPECT_FALSE(is_valid_host_label(no, true)) << no;
  EXPECT_FALSE(is_valid_host_label(std::string(64, 'a'), false));
}

TEST(EndpointSubstring, CountsFromEitherEnd) {
  const EndpointValue front = endpoint_substring("abcdef", 0, 3, false);
  EXPECT_EQ(std::get<std::string>(front), "abc");
  EXPECT_EQ(std::get<std::string>(endpoint_substring("abcdef", 1, 3, true)), "de");
  for (const auto& [from, to] : {std::pair{3, 3}, std::pair{4, 2}, std::pair{0, 7}, std::pair{-1, 2}}) {
    EXPECT_TRUE(std::holds_alternative<std::monostate>(endpoint_substring("abcdef", from, to, false)));
  }
  EXPECT_TRUE(std::holds_alternative<std::monostate>(endpoint_substring("äbc", 0, 1, false)));
}

TEST(Partitions, KnownNewAndStrangeRegions) {
  const auto all = Partitions::parse(partitions());
  ASSERT_TRUE(all.has_value());
  const struct {
    const char* region;
    const char* partition;
  } rows[] = {{"eu-west-1", "aws"},
              {"eu-west-77", "aws"},
              {"cn-north-1", "aws-cn"},
              {"cn-moon-1", "aws-cn"},
              {"us-gov-east-1", "aws-us-gov"},
              {"us-iso-east-1", "aws-iso"},
              {"us-isob-far-9", "aws-iso-b"},
              {"aws-global", "aws"},
              {"mars", "aws"},
              {"", "aws"}};
  for (const auto& row : rows) EXPECT_EQ(all->of_region(row.region).id, row.partition) << row.region;
  EXPECT_EQ(all->of_region(std::string(100000, 'a')).id, "aws");
  ASSERT_NE(all->find("aws-cn"), nullptr);
  EXPECT_EQ(all->find("aws-cn")->dns_suffix, "amazonaws.com.cn");
  EXPECT_EQ(all->find("aws-cn")->implicit_global_region, "cn-northwest-1");
  EXPECT_EQ(all->find("mars"), nullptr);
}

TEST(Partitions, BadDocumentsAreErrors) {
  for (const char* bad : {"", "{}", R"({"partitions":[]})", R"({"partitions":[{"id":"x"}]})",
                          R"({"partitions":[{"id":"x","outputs":{},"regionRegex":"("}]})"}) {
    EXPECT_FALSE(Partitions::parse(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace hm::aws
