#include "api/column_title.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hm::api {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 49> kAbbreviations = {{
    {"acl", "ACL"},     {"acls", "ACLs"}, {"ami", "AMI"},   {"api", "API"},      {"arn", "ARN"},
    {"arns", "ARNs"},   {"az", "AZ"},     {"azs", "AZs"},   {"ca", "CA"},        {"cidr", "CIDR"},
    {"cpu", "CPU"},     {"db", "DB"},     {"dbi", "DBI"},   {"dns", "DNS"},      {"ebs", "EBS"},
    {"ec2", "EC2"},     {"ena", "ENA"},   {"eni", "ENI"},   {"gib", "GiB"},      {"http", "HTTP"},
    {"https", "HTTPS"}, {"iam", "IAM"},   {"id", "ID"},     {"ids", "IDs"},      {"iops", "IOPS"},
    {"ip", "IP"},       {"ips", "IPs"},   {"ipv4", "IPv4"}, {"ipv6", "IPv6"},    {"kms", "KMS"},
    {"mac", "MAC"},     {"mfa", "MFA"},   {"mib", "MiB"},   {"nat", "NAT"},      {"ok", "OK"},
    {"os", "OS"},       {"ram", "RAM"},   {"rds", "RDS"},   {"s3", "S3"},        {"sha256", "SHA-256"},
    {"sns", "SNS"},     {"sql", "SQL"},   {"sqs", "SQS"},   {"sriov", "SR-IOV"}, {"ssl", "SSL"},
    {"tls", "TLS"},     {"url", "URL"},   {"vpc", "VPC"},   {"vpn", "VPN"},
}};

void add_word(std::string& title, std::string_view word) {
  if (!title.empty()) title += ' ';
  const auto* const known = std::find_if(kAbbreviations.begin(), kAbbreviations.end(),
                                         [&](const auto& each) { return each.first == word; });
  if (known != kAbbreviations.end()) {
    title += known->second;
    return;
  }
  const bool first = title.empty();
  title += word;
  if (first && word[0] >= 'a' && word[0] <= 'z') title[0] = static_cast<char>(word[0] - 'a' + 'A');
}

}  // namespace

std::string column_title(std::string_view column) {
  std::string title;
  while (!column.empty()) {
    const size_t end = std::min(column.find('_'), column.size());
    if (end > 0) add_word(title, column.substr(0, end));
    column.remove_prefix(std::min(end + 1, column.size()));
  }
  return title;
}

}  // namespace hm::api
