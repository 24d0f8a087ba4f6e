// What the server tells of the queues that events come through.
#pragma once

#include "api/services.h"

namespace hm::api {

// Sets the figures of `services.metrics` that are about them. Where the store does not answer they stay.
void count_event_queues(Services& services);

}  // namespace hm::api
