// Who asks, where a proxy stands in between: what it says of the other side counts only if it is trusted.
#pragma once

#include <vector>

#include "base/address.h"
#include "base/http_server.h"

namespace hm {

// Where request.peer is a trusted proxy, the peer becomes the rightmost address of X-Forwarded-For that is no
// trusted proxy (what stands left of it anybody may have written), and `tls` what X-Forwarded-Proto says.
// Where that address is not to be understood, the last proxy before it stands for it.
void apply_forwarded(ServerRequest& request, const std::vector<Network>& trusted);

}  // namespace hm
