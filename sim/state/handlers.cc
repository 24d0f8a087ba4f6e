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
    {"iam", "GetUser", get_user},
    {"iam", "GetGroup", get_group},
    {"iam", "GetPolicyVersion", get_policy_version},
    {"iam", "GetUserPolicy", get_user_policy},
    {"iam", "GetRolePolicy", get_role_policy},
    {"iam", "GetGroupPolicy", get_group_policy},
    {"iam", "ListAccessKeys", list_access_keys},
    {"iam", "GetAccessKeyLastUsed", get_access_key_last_used},
    {"iam", "GetAccountSummary", get_account_summary},
    {"iam", "GetAccountPasswordPolicy", get_account_password_policy},
    {"iam", "ListAccountAliases", list_account_aliases},
    {"elbv2", "DescribeTags", elbv2_describe_tags},
    {"elb", "DescribeTags", elb_describe_tags},
    {"rds", "ListTagsForResource", rds_list_tags},
    {"cloudwatch", "ListTagsForResource", cloudwatch_list_tags},
    {"lambda", "ListTags", lambda_list_tags},
    {"lambda", "GetFunction", lambda_get_function},
    {"lambda", "ListFunctionUrlConfigs", lambda_list_urls},
    {"s3", "GetBucketPolicyStatus", bucket_policy_status},
    {"autoscaling", "DescribeAutoScalingInstances", auto_scaling_instances},
};

}  // namespace

std::span<const HandlerSpec> handler_specs() { return kHandlers; }

}  // namespace hm::sim
