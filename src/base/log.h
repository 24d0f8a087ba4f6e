// Logging for operators, on standard error: one line an event. Never a secret, never a request body.
// A failure that is returned is not logged as well: return or handle.
#pragma once

#include <string_view>

namespace hm {

enum class LogLevel { debug, info, warning, error };

// Chosen once at start, before threads exist. `json` writes one JSON object a line.
void set_up_log(LogLevel least, bool json);
// `module` is the folder that speaks: "collect", "api". Thread-safe.
void log(LogLevel level, std::string_view module, std::string_view message);

inline void log_debug(std::string_view module, std::string_view message) {
  log(LogLevel::debug, module, message);
}
inline void log_info(std::string_view module, std::string_view message) {
  log(LogLevel::info, module, message);
}
inline void log_warning(std::string_view module, std::string_view message) {
  log(LogLevel::warning, module, message);
}
inline void log_error(std::string_view module, std::string_view message) {
  log(LogLevel::error, module, message);
}

}  // namespace hm
