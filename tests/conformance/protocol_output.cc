// A wire response in, a document or an error out.
#include <fmt/format.h>

#include "aws/protocol.h"
#include "base/encoding.h"
#include "document.h"
#include "protocol_vectors.h"
#include "suites.h"

namespace hm::conformance {

namespace {

Result<HttpResponse> response_of(const VectorCase& test) {
  const Json& given = test.test.at("response");
  HttpResponse response;
  response.status = static_cast<int>(given.at("status_code").to_number<int64_t>());
  if (const Json* headers = member(given, "headers")) {
    for (const auto& [name, value] : headers->get_object()) {
      response.headers.add(std::string(name), std::string(as_text(value)));
    }
  }
  response.body = member_text(given, "body");
  if (test.service.protocol() == aws::Protocol::cbor) {
    HM_TRY(response.body, unbase64(response.body));
  }
  return response;
}

std::string error_difference(const Error& error, const VectorCase& test) {
  const std::string_view code = member_text(test.test, "errorCode");
  if (!code.empty() && error.code != code) return fmt::format("code is {}, not {}", error.code, code);
  const std::string_view message = member_text(test.test, "errorMessage");
  if (!message.empty() && error.message != message)
    return fmt::format("message is {}, not {}", error.message, message);
  const Json* expected = member(test.test, "error");
  if (expected == nullptr) return {};
  Json members = JsonObject();
  const auto note = error.notes.find("members");
  if (note != error.notes.end()) members = *parse_json(note->second);
  const auto errors = test.operation.errors();
  if (!errors.empty()) members = result_for_vector(errors[0], members);
  return same(members, *expected) ? std::string()
                                  : fmt::format("error is {}, not {}", to_json(members), to_json(*expected));
}

std::string result_difference(const Json& result, const VectorCase& test) {
  const Json* expected = member(test.test, "result");
  if (expected == nullptr) return fmt::format("no error, but {}", to_json(result));
  const auto output = test.operation.output();
  const Json ours = output ? result_for_vector(*output, result) : result;
  return same(ours, *expected) ? std::string()
                               : fmt::format("result is {}, not {}", to_json(ours), to_json(*expected));
}

void run_case(const VectorCase& test, Report& report) {
  auto response = response_of(test);
  if (!response) return report.fail(test.name, response.error().text());
  const auto result = aws::parse(test.service, test.operation, *std::move(response));
  const bool wants_error = member(test.test, "error") != nullptr || member(test.test, "errorCode") != nullptr;
  if (!result && result.error().code == "unsupported") return report.skip(test.name, result.error().message);
  std::string why;
  if (result) {
    why = result_difference(*result, test);
  } else {
    why = wants_error ? error_difference(result.error(), test) : result.error().text();
  }
  if (why.empty()) {
    report.pass(test.name);
  } else {
    report.fail(test.name, why);
  }
}

}  // namespace

void run_protocol_output(const std::filesystem::path& dir, Report& report) {
  for_each_case({dir / "output", dir / "legacy/output"}, report,
                [&](const VectorCase& test) { run_case(test, report); });
}

}  // namespace hm::conformance
