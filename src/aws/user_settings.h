// What the user has set for AWS's tools about how to call, put into the options of our client: retries,
// endpoints and the `s3` block of the profile.
#pragma once

#include <memory>

#include "aws/client.h"
#include "aws/shared_config.h"

namespace hm::aws {

// AWS_MAX_ATTEMPTS / max_attempts, AWS_RETRY_MODE / retry_mode ("legacy" is taken for "standard"),
// AWS_NEW_RETRIES_2026, AWS_REQUEST_CHECKSUM_CALCULATION / request_checksum_calculation,
// AWS_RESPONSE_CHECKSUM_VALIDATION / response_checksum_validation, AWS_ACCOUNT_ID_ENDPOINT_MODE /
// account_id_endpoint_mode, the endpoint URLs of services, and of S3 addressing_style,
// use_accelerate_endpoint, use_dualstack_endpoint, us_east_1_regional_endpoint, use_arn_region,
// payload_signing_enabled and s3_disable_multiregion_access_points. A value that is none of the allowed ones
// is an error of kind invalid, in the AWS CLI's words: to ignore it would retry or send otherwise than was
// asked for.
Status apply_user_settings(const std::shared_ptr<const SharedConfig>& config, ClientOptions& options);

}  // namespace hm::aws
