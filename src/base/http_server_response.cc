#include "base/http_server_response.h"

#include <array>
#include <ctime>

namespace hm {

namespace {

struct Phrase {
  int status;
  std::string_view text;
};
constexpr std::array kPhrases = {
    Phrase{100, "Continue"},
    Phrase{200, "OK"},
    Phrase{201, "Created"},
    Phrase{202, "Accepted"},
    Phrase{204, "No Content"},
    Phrase{206, "Partial Content"},
    Phrase{301, "Moved Permanently"},
    Phrase{302, "Found"},
    Phrase{303, "See Other"},
    Phrase{304, "Not Modified"},
    Phrase{307, "Temporary Redirect"},
    Phrase{308, "Permanent Redirect"},
    Phrase{400, "Bad Request"},
    Phrase{401, "Unauthorized"},
    Phrase{403, "Forbidden"},
    Phrase{404, "Not Found"},
    Phrase{405, "Method Not Allowed"},
    Phrase{408, "Request Timeout"},
    Phrase{409, "Conflict"},
    Phrase{411, "Length Required"},
    Phrase{412, "Precondition Failed"},
    Phrase{413, "Content Too Large"},
    Phrase{415, "Unsupported Media Type"},
    Phrase{416, "Range Not Satisfiable"},
    Phrase{421, "Misdirected Request"},
    Phrase{422, "Unprocessable Content"},
    Phrase{429, "Too Many Requests"},
    Phrase{431, "Request Header Fields Too Large"},
    Phrase{500, "Internal Server Error"},
    Phrase{501, "Not Implemented"},
    Phrase{502, "Bad Gateway"},
    Phrase{503, "Service Unavailable"},
    Phrase{504, "Gateway Timeout"},
};

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  for (const char c : value) out += static_cast<unsigned char>(c) < 0x20 && c != '\t' ? ' ' : c;
  out += "\r\n";
}

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 64> buffer{};
  const size_t length = std::strftime(buffer.data(), buffer.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return {buffer.data(), length};
}

}  // namespace

std::string_view reason_phrase(int status) {
  for (const Phrase& phrase : kPhrases) {
    if (phrase.status == status) return phrase.text;
  }
  return "Status";
}

bool bodyless(int status) { return status / 100 == 1 || status == 204 || status == 304; }

ServerResponse plain_response(int status, std::string_view reason) {
  ServerResponse response;
  response.status = status;
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  response.body = std::string(reason) + "\n";
  return response;
}

std::string response_head(const ServerResponse& response, const HeadOptions& options) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head += reason_phrase(response.status);
  head += "\r\n";
  const bool pulled = std::holds_alternative<BodySource>(response.body);
  const bool own_length = options.head && response.headers.find("content-length") != nullptr;
  for (const auto& [name, value] : response.headers) {
    // The framing is ours: a wrong length would let one response run into the next.
    if (equal_ignoring_case(name, "content-length") && !own_length) continue;
    if (equal_ignoring_case(name, "transfer-encoding") || equal_ignoring_case(name, "connection")) continue;
    append_field(head, name, value);
  }
  if (response.headers.find("date") == nullptr) append_field(head, "Date", http_date());
  if (!options.keep_alive) append_field(head, "Connection", "close");
  if (!bodyless(response.status) && !own_length) {
    if (!pulled) {
      const size_t size = std::visit(
          [](const auto& body) -> size_t {
            if constexpr (std::is_same_v<std::decay_t<decltype(body)>, BodySource>) {
              return 0;
            } else {
              return body.size();
            }
          },
          response.body);
      append_field(head, "Content-Length", std::to_string(size));
    } else if (options.chunked) {
      append_field(head, "Transfer-Encoding", "chunked");
    }
  }
  head += "\r\n";
  return head;
}

}  // namespace hm
