#include "base/result.h"

namespace hm {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid:
      return "invalid";
    case ErrorKind::denied:
      return "denied";
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::throttled:
      return "throttled";
    case ErrorKind::timeout:
      return "timeout";
    case ErrorKind::unavailable:
      return "unavailable";
    case ErrorKind::exhausted:
      return "exhausted";
    case ErrorKind::corrupt:
      return "corrupt";
    case ErrorKind::cancelled:
      return "cancelled";
    case ErrorKind::internal:
      return "internal";
  }
  return "internal";
}

std::string Error::text() const {
  std::string out;
  for (auto it = trace.rbegin(); it != trace.rend(); ++it) {
    out += *it;
    out += ": ";
  }
  if (!code.empty()) {
    out += code;
    if (!message.empty()) out += ": ";
  }
  out += message;
  return out;
}

Error Error::context(std::string doing) && {
  trace.push_back(std::move(doing));
  return std::move(*this);
}

Error Error::note(std::string key, std::string value) && {
  notes.insert_or_assign(std::move(key), std::move(value));
  return std::move(*this);
}

Error make_error(ErrorKind kind, std::string code, std::string message) {
  Error error;
  error.kind = kind;
  error.code = std::move(code);
  error.message = std::move(message);
  return error;
}

}  // namespace hm
