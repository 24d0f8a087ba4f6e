// What AWS's error codes mean for the caller, whichever service they come from. The one table of them: the
// kind of an error and the decision on another attempt both read it.
#pragma once

#include <string_view>

namespace hm::aws {

// AWS refused to look at the request because too many came.
bool is_throttling_code(std::string_view code);
// The service hiccupped, whatever status it answers that with.
bool is_transient_code(std::string_view code);
// The request came too late, as far as the service can tell. The signature's codes have other causes too, so
// they count only where the clocks differ.
bool is_clock_code(std::string_view code);
bool is_expired_credentials_code(std::string_view code);
// Who asks may not, or is not who he says he is.
bool is_denial_code(std::string_view code);

}  // namespace hm::aws
