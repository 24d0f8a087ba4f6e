// What the doctor says of a queue of events.
#pragma once

#include <string>

#include "collect/event_queue.h"

namespace hm::cli {

// Whether it can be read, how many messages wait and how long, and which rules fill it; the latter two where
// that may be asked. Errors say what to do.
Result<std::string> check_event_queue(aws::Client& client, const collect::Account& account,
                                      const std::string& url, const Clock& clock);

}  // namespace hm::cli
