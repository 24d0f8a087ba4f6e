// The operations that are more than a table row, one file a family.
#pragma once

#include "sim/state/engine.h"

namespace hm::sim {

// sts.cc
Result<Json> get_caller_identity(const Call& call);
Result<Json> assume_role(const Call& call);
Result<Json> get_session_token(const Call& call);
// ec2_read.cc
Result<Json> describe_regions(const Call& call);
Result<Json> describe_availability_zones(const Call& call);
Result<Json> describe_vpc_attribute(const Call& call);
Result<Json> describe_instance_attribute(const Call& call);
Result<Json> describe_security_group_rules(const Call& call);
Result<Json> describe_launch_template_versions(const Call& call);
Result<Json> describe_tags(const Call& call);
Result<Json> get_ebs_encryption_by_default(const Call& call);

}  // namespace hm::sim
