#include "flight.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/server/signature.h"

namespace hm::conformance {

namespace {

int64_t number(const Json& json, std::string_view name) {
  const Json* value = member(json, name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

// {"__class__": "datetime", "year": 2020, ...} as ISO text, in all of the document.
Json with_times(const Json& value) {
  if (const JsonArray* array = value.if_array()) {
    JsonArray out;
    for (const Json& one : *array) out.push_back(with_times(one));
    return out;
  }
  const JsonObject* object = value.if_object();
  if (object == nullptr) return value;
  if (member_text(value, "__class__") == "datetime") {
    return Json(fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", number(value, "year"),
                            number(value, "month"), number(value, "day"), number(value, "hour"),
                            number(value, "minute"), number(value, "second"), number(value, "microsecond")));
  }
  JsonObject out;
  for (const auto& [key, one] : *object)
    if (!one.is_null()) out[key] = with_times(one);
  return out;
}

// "ec2.DescribeInstances_12.json" -> ("ec2.DescribeInstances", 12)
std::pair<std::string, int> parts_of(const std::string& file) {
  const std::string stem = file.substr(0, file.rfind('.'));
  const size_t mark = stem.rfind('_');
  return {stem.substr(0, mark), std::atoi(stem.c_str() + mark + 1)};
}

bool has_members(const aws::Operation& operation, const RecordedAnswer& answer) {
  const auto output = operation.output();
  if (!output) return answer.data.get_object().empty();
  return std::all_of(answer.data.get_object().begin(), answer.data.get_object().end(),
                     [&](const auto& one) { return output->find(one.key()).has_value(); });
}

HttpResponse as_response(ServerResponse served) {
  HttpResponse response;
  response.status = served.status;
  response.headers = std::move(served.headers);
  if (auto* text = std::get_if<std::string>(&served.body)) response.body = std::move(*text);
  return response;
}

sim::Wire wire_of(const Recorded& recorded) {
  return {recorded.service, recorded.operation, recorded.service.protocol(), {}, {}};
}

HttpResponse write(const sim::Wire& wire, const RecordedAnswer& answer) {
  constexpr const char* kRequestId = "11111111-2222-3333-4444-555555555555";
  if (answer.status < 400) return as_response(sim::write_output(wire, answer.data, kRequestId));
  const Json* error = member(answer.data, "Error");
  const Json none = JsonObject{};
  const Json& said = error != nullptr ? *error : none;
  return as_response(sim::write_refusal(wire,
                                        sim::refusal(answer.status, std::string(member_text(said, "Code")),
                                                     std::string(member_text(said, "Message"))),
                                        kRequestId));
}

}  // namespace

Result<Flight> read_flight(const Path& folder) {
  std::map<std::string, std::map<int, RecordedAnswer>> ordered;
  for (const Path& file : entries(folder)) {
    if (file.extension() != ".json") continue;
    HM_TRY(const Json document, read_document(file));
    RecordedAnswer answer;
    answer.file = file.filename().string();
    answer.status = static_cast<int>(number(document, "status_code"));
    if (const Json* data = member(document, "data"); data != nullptr && data->is_object())
      answer.data = with_times(*data);
    answer.data.get_object().erase("ResponseMetadata");
    const auto [name, at] = parts_of(answer.file);
    ordered[name][at] = std::move(answer);
  }
  Flight flight;
  for (auto& [name, answers] : ordered)
    for (auto& [at, answer] : answers) flight[name].push_back(std::move(answer));
  return flight;
}

std::optional<Recorded> operation_of(const std::string& name, const RecordedAnswer& answer) {
  const size_t dot = name.rfind('.');
  std::optional<Recorded> found;
  for (const aws::Service& service : aws::services()) {
    if (service.endpoint_prefix() != name.substr(0, dot) && service.signing_name() != name.substr(0, dot) &&
        service.name() != name.substr(0, dot))
      continue;
    const auto operation = service.find(name.substr(dot + 1));
    if (!operation) continue;
    if (!found || has_members(*operation, answer)) found = Recorded{service, *operation};
  }
  return found;
}

HttpResponse written(const Recorded& recorded, const RecordedAnswer& answer) {
  return write(wire_of(recorded), answer);
}

void FlightTransport::start(HttpRequest request, Done done) { done(answer(request)); }

Result<HttpResponse> FlightTransport::answer(const HttpRequest& request) {
  ServerRequest asked;
  asked.method = request.method;
  const size_t host = request.url.find("://") + 3;
  const size_t path = std::min(request.url.find('/', host), request.url.size());
  asked.target = path == request.url.size() ? "/" : request.url.substr(path);
  asked.headers = request.headers;
  asked.headers.set("Host", request.url.substr(host, path - host));
  asked.body = request.body;
  HM_TRY(const auto signature, sim::read_signature(asked));
  sim::Wire wire;
  HM_DO(dispatcher_.dispatch(asked, signature, wire));
  for (const auto& [name, answers] : flight_) {
    const auto recorded = operation_of(name, answers.front());
    if (!recorded || recorded->service.name() != wire.service.name() ||
        recorded->operation.name() != wire.operation.name())
      continue;
    auto& given = served_[name];
    given.push_back(&answers[given.size() % answers.size()]);
    return write(wire, *given.back());
  }
  RecordedAnswer denied;
  denied.status = 403;
  denied.data = JsonObject{{"Error", JsonObject{{"Code", "AccessDenied"}, {"Message", "not recorded"}}}};
  return write(wire, denied);
}

}  // namespace hm::conformance
