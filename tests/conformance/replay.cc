#include "replay.h"

#include <algorithm>
#include <array>
#include <map>

#include "aws/sigv4.h"
#include "base/check.h"
#include "vectors.h"

namespace hm::conformance {

namespace {

constexpr std::array<std::string_view, 3> kCompared = {
    "x-aws-ec2-metadata-token", "x-aws-ec2-metadata-token-ttl-seconds", "x-amz-sso_bearer_token"};

// The address with its query in order, and with a path.
std::string comparable(const std::string& url) {
  const auto mark = url.find('?');
  std::string address = url.substr(0, mark);
  if (address.find('/', address.find("://") + 3) == std::string::npos) address += '/';
  return mark == std::string::npos ? address : address + "?" + aws::canonical_query(url.substr(mark + 1));
}

HttpHeaders headers_of(const Json& message) {
  HttpHeaders out;
  const Json* headers = member(message, "headers");
  if (!headers) return out;
  for (const auto& entry : headers->get_object()) {
    for (const Json& value : entry.value().get_array()) {
      out.add(std::string(entry.key()), std::string(as_text(value)));
    }
  }
  return out;
}

}  // namespace

Replay::Replay(const std::filesystem::path& file) {
  const auto document = read_document(file);
  if (!document.has_value()) return;
  std::map<int64_t, size_t> open;  // connection to exchange
  for (const Json& event : member(*document, "events")->get_array()) {
    const int64_t connection = member(event, "connection_id")->get_int64();
    const Json& action = *member(event, "action");
    if (const Json* sent = member(action, "Request")) {
      const Json& request = *member(*sent, "request");
      Exchange exchange;
      exchange.request.method = member_text(request, "method");
      exchange.request.url = member_text(request, "uri");
      exchange.request.headers = headers_of(request);
      open[connection] = exchanges_.size();
      exchanges_.push_back(std::move(exchange));
    } else if (const Json* received = member(action, "Response")) {
      const Json& response = *member(*member(*received, "response"), "Ok");
      HttpResponse& into = exchanges_.at(open.at(connection)).response;
      into.status = static_cast<int>(member(response, "status")->get_int64());
      into.headers = headers_of(response);
    } else if (const Json* data = member(action, "Data");
               data && member_text(*data, "direction") == "Response") {
      exchanges_.at(open.at(connection)).response.body += member_text(*member(*data, "data"), "Utf8");
    }
  }
}

void Replay::start(HttpRequest request, Done done) {
  if (next_ == exchanges_.size()) {
    done(make_error(ErrorKind::unavailable, "traffic_exhausted", "no more traffic was recorded"));
    return;
  }
  const Exchange& exchange = exchanges_[next_++];
  if (request.method != exchange.request.method ||
      comparable(request.url) != comparable(exchange.request.url)) {
    complaints_ += "\nasked " + request.method + " " + request.url + ", recorded " + exchange.request.method +
                   " " + exchange.request.url;
  }
  for (const std::string_view name : kCompared) {
    if (request.headers.get(name) != exchange.request.headers.get(name)) {
      complaints_ += "\nheader " + std::string(name) + " differs";
    }
  }
  done(exchange.response);
}

std::string Replay::complaints() const {
  if (next_ == exchanges_.size()) return complaints_;
  return complaints_ + "\n" + std::to_string(exchanges_.size() - next_) +
         " recorded exchanges were not asked for";
}

}  // namespace hm::conformance
