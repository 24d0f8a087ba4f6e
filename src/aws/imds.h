// Credentials of the EC2 instance that this runs on, by its metadata service.
#pragma once

#include <string>

#include "aws/credentials.h"

namespace hm::aws {

// The service's address, without a slash at its end: AWS_EC2_METADATA_SERVICE_ENDPOINT, the profile's
// ec2_metadata_service_endpoint, else by the mode (IPv4 or IPv6) that AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE
// or the profile sets. What is given here stands above all of them. Errors: "bad_imds_endpoint",
// "bad_imds_mode".
Result<std::string> imds_endpoint(const SharedConfig& config, const std::string& endpoint = {},
                                  const std::string& mode = {});

// By version 2 of the protocol; by version 1 only where the instance does not know version 2 and nobody
// forbade it. Never through a proxy. Code "no_credentials" where there is no such service, it is switched
// off, or the instance has no role.
//
// Credentials that the service hands out although they are about to expire are kept: their expiry is moved 12
// to 20 minutes ahead, so that a disturbance of the service does not stop what runs on the instance.
Result<Credentials> instance_credentials(const CredentialContext& context, const SharedConfig& config);

}  // namespace hm::aws
