// Keeps credentials until they are about to expire; one caller renews them while the others wait.
#pragma once

#include <functional>
#include <memory>

#include "aws/credentials.h"

namespace hm::aws {

// `fetch` asks the source anew; it is never called by two threads at once, and may block for as long as its
// own time limits allow.
//
//   15 minutes before expiry   one caller renews, the others go on with the old ones; a failure is tolerated
//                              and tried again a minute later
//   10 minutes before expiry   everybody waits for the renewal, and its failure is everybody's
//
// These are botocore's figures. For credentials that live less than an hour the distances shrink with
// their life (a quarter and a sixth), so that short ones are not fetched at every call.
std::shared_ptr<CredentialProvider> refreshing_credentials(Clock& clock,
                                                           std::function<Result<Credentials>()> fetch);

}  // namespace hm::aws
