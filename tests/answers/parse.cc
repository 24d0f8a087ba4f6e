// hm_parse: for every line {service, operation, status, headers, body (base64)} on standard input, one line
// on standard output with the document that the client makes of it, or {error, code, message}.
#include <iostream>
#include <string>

#include "aws/protocol.h"
#include "base/encoding.h"

namespace {

using namespace hm;

Result<Json> document(const Json& line) {
  const auto service = aws::find_service(member_text(line, "service"));
  const auto operation = service ? service->find(member_text(line, "operation")) : std::nullopt;
  if (!operation) return make_error(ErrorKind::invalid, "unknown", "no such operation");
  HttpResponse response;
  response.status = static_cast<int>(line.at("status").to_number<int64_t>());
  for (const auto& [name, value] : line.at("headers").get_object()) {
    response.headers.add(std::string(name), std::string(as_text(value)));
  }
  HM_TRY(response.body, unbase64(member_text(line, "body")));
  return aws::parse(*service, *operation, std::move(response));
}

}  // namespace

int main() {
  std::string text;
  while (std::getline(std::cin, text)) {
    const auto line = parse_json(text);
    const auto result = line ? document(*line) : line;
    if (result) {
      std::cout << to_json(JsonObject{{"document", *result}}) << std::endl;
    } else {
      const Error& error = result.error();
      std::cout << to_json(JsonObject{{"code", error.code}, {"message", error.message}}) << std::endl;
    }
  }
  return 0;
}
