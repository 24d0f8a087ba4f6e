#include "sim/state/handlers.h"

namespace hm::sim {

namespace {

constexpr HandlerSpec kHandlers[] = {
    {"sts", "GetCallerIdentity", get_caller_identity},
    {"sts", "AssumeRole", assume_role},
    {"sts", "GetSessionToken", get_session_token},
    {"ec2", "DescribeRegions", describe_regions},
    {"ec2", "DescribeAvailabilityZones", describe_availability_zones},
    {"ec2", "DescribeVpcAttribute", describe_vpc_attribute},
    {"ec2", "DescribeInstanceAttribute", describe_instance_attribute},
    {"ec2", "DescribeSecurityGroupRules", describe_security_group_rules},
    {"ec2", "DescribeLaunchTemplateVersions", describe_launch_template_versions},
    {"ec2", "DescribeTags", describe_tags},
    {"ec2", "GetEbsEncryptionByDefault", get_ebs_encryption_by_default},
};

}  // namespace

std::span<const HandlerSpec> handler_specs() { return kHandlers; }

}  // namespace hm::sim
