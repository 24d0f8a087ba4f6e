#include "base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "base/json.h"
#include "base/time.h"

namespace hm {

namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "info";
}

struct Sink {
  std::shared_ptr<spdlog::logger> logger = spdlog::stderr_color_mt("hostmaster");
  bool json = false;
};

// spdlog's registry is process-wide already; this keeps the one logger that we take from it.
Sink& sink() {
  static Sink instance;
  return instance;
}

}  // namespace

void set_up_log(LogLevel least, bool json) {
  sink().json = json;
  sink().logger->set_level(spdlog_level(least));
  sink().logger->set_pattern(json ? "%v" : "%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
}

void log(LogLevel level, std::string_view module, std::string_view message) {
  Sink& out = sink();
  if (!out.json) {
    out.logger->log(spdlog_level(level), "{}: {}", module, message);
    return;
  }
  const JsonObject line{{"time", format_iso(SystemClock().now())},
                        {"level", level_name(level)},
                        {"module", module},
                        {"message", message}};
  out.logger->log(spdlog_level(level), "{}", to_json(line));
}

}  // namespace hm
