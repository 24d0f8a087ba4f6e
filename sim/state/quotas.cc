// Service Quotas: the limits that AWS gives every account, and a raised one where the estate outgrew it.
#include <algorithm>
#include <array>
#include <cmath>

#include "sim/state/handlers.h"

namespace hm::sim {

namespace {

struct QuotaSpec {
  const char* service;
  const char* code;
  const char* name;
  double value;
  const char* collection = "";  // what it counts, where the world has such; an outgrown quota was raised
  const char* volumes = "";     // or the kind of volumes whose TiB it adds up
  bool adjustable = true;
  bool global = false;  // told in the home region alone
};

constexpr const char* kHomeRegion = "us-east-1";
constexpr size_t kUsualPage = 100;

// The values are AWS's defaults.
constexpr QuotaSpec kQuotas[] = {
    {"autoscaling", "L-CDE20ADC", "Auto Scaling groups per region", 500, "autoscaling/group"},
    {"autoscaling", "L-6B80B8FA", "Launch configurations per region", 200},
    {"cloudformation", "L-0485CB21", "Stack count", 2000},
    {"dynamodb", "L-F98FE922", "Maximum number of tables", 2500},
    {"ebs", "L-309BACF6", "Snapshots per Region", 100000, "ec2/snapshot"},
    {"ebs", "L-D18FCD1D", "Storage for General Purpose SSD (gp2) volumes, in TiB", 50, "ec2/volume", "gp2"},
    {"ebs", "L-7A658B76", "Storage for General Purpose SSD (gp3) volumes, in TiB", 50, "ec2/volume", "gp3"},
    {"ec2", "L-0263D0A3", "EC2-VPC Elastic IPs", 5, "ec2/elastic_ip"},
    {"ec2", "L-1216C47A", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", 1920},
    {"eks", "L-1194D53C", "Clusters", 100},
    {"elasticloadbalancing", "L-53DA6B97", "Application Load Balancers per Region", 50,
     "elbv2/load_balancer"},
    {"elasticloadbalancing", "L-69A177A2", "Network Load Balancers per Region", 50, "elbv2/load_balancer"},
    {"elasticloadbalancing", "L-E9E9831D", "Classic Load Balancers per Region", 20, "elb/load_balancer"},
    {"elasticloadbalancing", "L-B22855CB", "Target Groups per Region", 3000, "elbv2/target_group"},
    {"iam", "L-E95E4862", "Customer managed policies per account", 1500, "iam/policy", "", true, true},
    {"iam", "L-F4A5425F", "Groups per account", 300, "iam/group", "", true, true},
    {"iam", "L-6E65F664", "Instance profiles per account", 1000, "", "", true, true},
    {"iam", "L-FE177D64", "Roles per account", 1000, "iam/role", "", true, true},
    {"iam", "L-F55AF5E4", "Users per account", 5000, "iam/user", "", false, true},
    {"lambda", "L-B99A9384", "Concurrent executions", 1000},
    {"rds", "L-952B80B8", "DB clusters", 40, "rds/db_cluster"},
    {"rds", "L-7B6409FD", "DB instances", 40, "rds/db_instance"},
    {"rds", "L-48C6BF61", "DB subnet groups", 50},
    {"rds", "L-272F1212", "Manual DB instance snapshots", 100, "rds/db_snapshot"},
    {"route53", "L-4EA4796A", "Hosted zones", 500, "", "", true, true},
    {"s3", "L-DC2B2D3D", "General purpose buckets", 10000, "", "", true, true},
    {"vpc", "L-0EA8095F", "Inbound or outbound rules per security group", 60},
    {"vpc", "L-A4707A72", "Internet gateways per Region", 5, "ec2/internet_gateway"},
    {"vpc", "L-FE5A380F", "NAT gateways per Availability Zone", 5},
    {"vpc", "L-DF5E4CA3", "Network interfaces per Region", 5000, "ec2/network_interface"},
    {"vpc", "L-589F43AA", "Route tables per VPC", 200},
    {"vpc", "L-407747CB", "Subnets per VPC", 200},
    {"vpc", "L-E79EC296", "VPC security groups per Region", 2500, "ec2/security_group"},
    {"vpc", "L-F678F1CE", "VPCs per Region", 5, "ec2/vpc"},
};

// Service Quotas tells more services than have quotas here.
constexpr std::array<std::pair<const char*, const char*>, 15> kServices = {{
    {"AWSCloudMap", "AWS Cloud Map"},
    {"autoscaling", "Amazon EC2 Auto Scaling"},
    {"cloudformation", "AWS CloudFormation"},
    {"dynamodb", "Amazon DynamoDB"},
    {"ebs", "Amazon Elastic Block Store (Amazon EBS)"},
    {"ec2", "Amazon Elastic Compute Cloud (Amazon EC2)"},
    {"eks", "Amazon Elastic Kubernetes Service (Amazon EKS)"},
    {"elasticloadbalancing", "Elastic Load Balancing (ELB)"},
    {"iam", "AWS Identity and Access Management (IAM)"},
    {"lambda", "AWS Lambda"},
    {"rds", "Amazon Relational Database Service (Amazon RDS)"},
    {"route53", "Amazon Route 53"},
    {"s3", "Amazon Simple Storage Service (Amazon S3)"},
    {"vpc", "Amazon Virtual Private Cloud (Amazon VPC)"},
    {"workspaces", "Amazon WorkSpaces"},
}};

// One page of `rows` as NextToken and MaxResults ask for it.
Result<Json> page_of(const Call& call, const char* output, JsonArray rows) {
  size_t from = 0;
  if (const auto token = call.text("NextToken"); !token.empty()) {
    const bool number = token.size() < 7 && token.find_first_not_of("0123456789") == std::string::npos;
    from = number ? std::stoul(token) : rows.size();
    if (from >= rows.size())
      return refusal(400, "InvalidPaginationTokenException", "The pagination token is not valid.");
  }
  size_t most = kUsualPage;
  if (const auto* asked = call.find("MaxResults")) most = static_cast<size_t>(asked->to_number<int64_t>());
  const size_t to = std::min(rows.size(), from + most);
  JsonArray page(rows.begin() + static_cast<std::ptrdiff_t>(from),
                 rows.begin() + static_cast<std::ptrdiff_t>(to));
  JsonObject answer{{output, std::move(page)}};
  if (to < rows.size()) answer["NextToken"] = std::to_string(to);
  return Json(std::move(answer));
}

// The default, or the next step of it that holds what there is.
double applied(const Call& call, const QuotaSpec& quota) {
  if (*quota.collection == '\0' || !quota.adjustable) return quota.value;
  const auto used = in_place(call, quota.global, [&](Place& place) {
    const auto& all = place.of(quota.collection);
    if (*quota.volumes == '\0') return static_cast<double>(all.size());
    double gib = 0;
    all.each(0, [&](uint64_t, const std::string&, const std::string& text) {
      const auto volume = stored(text);
      if (member_text(volume, "VolumeType") == quota.volumes) gib += volume.at("Size").to_number<double>();
      return true;
    });
    return gib / 1024;
  });
  return quota.value * std::max(1.0, std::ceil(used / quota.value));
}

Json quota_json(const Call& call, const QuotaSpec& quota, const char* service_name) {
  return JsonObject{{"ServiceCode", quota.service},
                    {"ServiceName", service_name},
                    {"QuotaArn", "arn:aws:servicequotas:" + call.region + ":" + call.account_id + ":" +
                                     quota.service + "/" + quota.code},
                    {"QuotaCode", quota.code},
                    {"QuotaName", quota.name},
                    {"Value", applied(call, quota)},
                    {"Unit", "None"},
                    {"Adjustable", quota.adjustable},
                    {"GlobalQuota", quota.global},
                    {"QuotaAppliedAtLevel", "ACCOUNT"}};
}

}  // namespace

Result<Json> list_quota_services(const Call& call) {
  JsonArray rows;
  for (const auto& [code, name] : kServices)
    rows.push_back(JsonObject{{"ServiceCode", code}, {"ServiceName", name}});
  return page_of(call, "Services", std::move(rows));
}

Result<Json> list_service_quotas(const Call& call) {
  const auto wanted = call.text("ServiceCode");
  const auto service =
      std::find_if(kServices.begin(), kServices.end(), [&](const auto& one) { return wanted == one.first; });
  JsonArray rows;
  for (const auto& quota : kQuotas) {
    if (wanted != quota.service || (quota.global && call.region != kHomeRegion)) continue;
    rows.push_back(quota_json(call, quota, service->second));
  }
  if (rows.empty())
    return refusal(400, "NoSuchResourceException",
                   "The request failed because the specified service does not exist.");
  return page_of(call, "Quotas", std::move(rows));
}

}  // namespace hm::sim
