#include "sim/server/dispatch.h"

#include <algorithm>

#include "base/encoding.h"

namespace hm::sim {

using aws::Protocol;

namespace {

constexpr size_t kMaxSegments = 64;

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (segments.size() < kMaxSegments) {
    const auto end = path.find('/');
    segments.emplace_back(path.substr(0, end));
    if (end == std::string_view::npos) break;
    path.remove_prefix(end + 1);
  }
  return segments;
}

// -1 where the route does not fit, else how specific it is.
int match(const Route& route, const std::vector<std::string>& path, const Fields& query,
          std::map<std::string, std::string>& labels) {
  int score = 0;
  labels.clear();
  for (const auto& wanted : route.query) {
    const auto found =
        std::find_if(query.begin(), query.end(), [&](const auto& q) { return q.first == wanted.first; });
    if (found == query.end() || (!wanted.second.empty() && found->second != wanted.second)) return -1;
    score += 100;
  }
  size_t i = 0;
  for (const auto& segment : route.segments) {
    if (i >= path.size()) return -1;
    if (segment.starts_with('{')) {
      const bool greedy = segment.ends_with("+}");
      auto value = path[i++];
      if (greedy) {
        while (i < path.size()) value += "/" + path[i++];
      }
      if (value.empty()) return -1;
      labels[segment.substr(1, segment.size() - (greedy ? 3 : 2))] = percent_decode(value);
      score += 1;
    } else {
      if (segment != path[i++]) return -1;
      score += 10;
    }
  }
  // "/bucket/" is "/bucket".
  if (i + 1 == path.size() && path[i].empty()) ++i;
  return i == path.size() ? score : -1;
}

Route make_route(const aws::Operation& operation) {
  Route route{operation, std::string(operation.http_method()), {}, {}};
  const auto uri = operation.request_uri();
  const auto mark = uri.find('?');
  route.segments = split(uri.substr(0, mark));
  // The table leaves the bucket out of S3's paths, since the endpoint rules may put it into the host.
  const auto input = operation.input();
  const auto bucket = input ? input->find("Bucket") : std::nullopt;
  if (bucket && bucket->location() == aws::Location::uri && uri.find("{Bucket}") == std::string_view::npos) {
    route.segments.insert(route.segments.begin(), "{Bucket}");
  }
  while (route.segments.size() > 1 && route.segments.back().empty()) route.segments.pop_back();
  if (mark != std::string_view::npos) route.query = parse_form(uri.substr(mark + 1));
  return route;
}

std::string field(const Fields& fields, std::string_view name) {
  for (const auto& [key, value] : fields) {
    if (key == name) return value;
  }
  return {};
}

// Neptune and DocumentDB share RDS's name and version; what signs as "rds" and is no other is RDS.
bool better(const aws::Service& a, const aws::Service& b) {
  const auto rank = [](const aws::Service& service) {
    if (service.name() == service.signing_name() || service.name() == "elbv2") return 0;
    return service.name() == "cloudwatch" || service.name() == "efs" ? 0 : 1;
  };
  return rank(a) < rank(b);
}

// The service that the host names, as in chime-sdk-voice.localhost: what tells services apart that sign alike
// and have the same paths.
std::string_view service_of_host(std::string_view host) {
  host = host.substr(0, host.rfind(':'));
  constexpr std::string_view kLocal = ".localhost";
  if (!host.ends_with(kLocal)) return {};
  host.remove_suffix(kLocal.size());
  const auto dot = host.rfind('.');
  return dot == std::string_view::npos ? host : host.substr(dot + 1);
}

Status dispatch_target(const ServerRequest& request, std::string_view target,
                       const std::vector<aws::Service>& services, Wire& wire) {
  // The prefix of some services has dots itself: the operation follows the last.
  const auto dot = target.rfind('.');
  const auto prefix = target.substr(0, dot);
  const auto name = dot == std::string_view::npos ? std::string_view() : target.substr(dot + 1);
  wire.protocol = request.headers.get("Content-Type").find("1.1") != std::string_view::npos
                      ? Protocol::json11
                      : Protocol::json10;
  wire.service = services.front();  // a refusal is one of a service's too
  for (const auto& service : services) {
    if (service.target_prefix() != prefix) continue;
    wire.service = service;
    if (const auto operation = service.find(name)) {
      wire.operation = *operation;
      return ok();
    }
  }
  return refusal(400, "UnknownOperationException", "The operation " + std::string(target) + " is not known.");
}

// POST /service/GraniteServiceVersion20100801/operation/GetMetricData
Status dispatch_rpc(const ServerRequest& request, const std::vector<aws::Service>& services, Wire& wire) {
  const auto path = split(request.path());
  wire.protocol = Protocol::cbor;
  wire.service = services.front();
  if (path.size() == 4 && path[0] == "service" && path[2] == "operation") {
    for (const auto& service : services) {
      if (service.target_prefix() != path[1]) continue;
      wire.service = service;
      if (const auto operation = service.find(path[3])) {
        wire.operation = *operation;
        return ok();
      }
    }
  }
  return refusal(404, "UnknownOperationException",
                 "No operation has the path " + std::string(request.path()));
}

Status dispatch_action(const std::string& action, const std::string& version,
                       const std::vector<aws::Service>& services, Wire& wire) {
  wire.protocol = Protocol::query;
  for (const auto& service : services) {
    if (!version.empty() && service.api_version() != version) continue;
    wire.service = service;
    wire.protocol = service.protocol() == Protocol::ec2 ? Protocol::ec2 : Protocol::query;
    if (const auto operation = service.find(action)) {
      wire.operation = *operation;
      return ok();
    }
  }
  if (!services.empty() && wire.service.raw == nullptr) {
    wire.service = services.front();
    if (wire.service.protocol() == Protocol::ec2) wire.protocol = Protocol::ec2;
  }
  return refusal(400, "InvalidAction",
                 "The action " + action + " is not valid for this web service in version " + version + ".");
}

}  // namespace

std::string bucket_of_host(std::string_view host) {
  host = host.substr(0, host.rfind(':'));
  for (const std::string_view suffix : {".localhost", ".localhost.localdomain"}) {
    if (host.ends_with(suffix)) {
      auto name = host.substr(0, host.size() - suffix.size());
      if (name == "s3") return {};
      if (const auto s3 = name.rfind(".s3"); s3 != std::string_view::npos) name = name.substr(0, s3);
      return std::string(name);
    }
  }
  for (const std::string_view marker : {".s3.", ".s3-"}) {
    if (const auto at = host.find(marker); at != std::string_view::npos)
      return std::string(host.substr(0, at));
  }
  return {};
}

Dispatcher::Dispatcher() {
  for (const auto& service : aws::services()) {
    by_signing_name_[std::string(service.signing_name())].push_back(service);
  }
  for (auto& [name, services] : by_signing_name_) std::stable_sort(services.begin(), services.end(), better);
}

std::shared_ptr<const Dispatcher::Routes> Dispatcher::routes_of(const aws::Service& service) const {
  return routes_.with([&](auto& cache) {
    auto& entry = cache[std::string(service.name())];
    if (!entry) {
      auto routes = std::make_shared<Routes>();
      // A deprecated operation can share its path with the one that replaced it, and nobody calls it any
      // more.
      for (const auto& operation : service.operations()) {
        if (!operation.deprecated()) routes->push_back(make_route(operation));
      }
      entry = std::move(routes);
    }
    return entry;
  });
}

Status Dispatcher::dispatch_rest(const ServerRequest& request, const std::vector<aws::Service>& services,
                                 Wire& wire) const {
  auto path = split(request.path());
  const auto named = service_of_host(request.headers.get("Host"));
  const bool named_one = std::any_of(services.begin(), services.end(),
                                     [&](const aws::Service& one) { return one.name() == named; });
  int best = -1;
  for (const auto& service : services) {
    if (service.protocol() != Protocol::rest_json && service.protocol() != Protocol::rest_xml) continue;
    if (named_one && service.name() != named) continue;
    auto segments = path;
    if (service.name() == "s3") {
      const auto bucket = bucket_of_host(request.headers.get("Host"));
      if (!bucket.empty()) segments.insert(segments.begin(), bucket);
    }
    if (wire.service.raw == nullptr) {
      wire.service = service;
      wire.protocol = service.protocol();
    }
    const auto routes = routes_of(service);
    for (const auto& route : *routes) {
      std::map<std::string, std::string> labels;
      if (route.method != request.method) continue;
      const int score = match(route, segments, wire.query, labels);
      if (score <= best) continue;
      best = score;
      wire.service = service;
      wire.protocol = service.protocol();
      wire.operation = route.operation;
      wire.labels = std::move(labels);
    }
  }
  if (best >= 0) return ok();
  return refusal(404, "UnknownOperationException",
                 "No operation has " + request.method + " " + std::string(request.path()));
}

Status Dispatcher::dispatch(const ServerRequest& request, const Signature& signature, Wire& wire) const {
  wire.query = parse_form(request.query());
  const auto found = by_signing_name_.find(signature.service);
  if (found == by_signing_name_.end()) {
    return refusal(404, "UnknownService", "No service signs as \"" + signature.service + "\".");
  }
  if (request.headers.get("smithy-protocol") == "rpc-v2-cbor")
    return dispatch_rpc(request, found->second, wire);
  if (const auto* target = request.headers.find("X-Amz-Target")) {
    return dispatch_target(request, *target, found->second, wire);
  }
  const auto type = request.headers.get("Content-Type");
  if (type.starts_with("application/x-www-form-urlencoded") || !field(wire.query, "Action").empty()) {
    const auto form = parse_form(request.body);
    auto action = field(form, "Action");
    if (action.empty()) action = field(wire.query, "Action");
    auto version = field(form, "Version");
    if (version.empty()) version = field(wire.query, "Version");
    if (!action.empty()) return dispatch_action(action, version, found->second, wire);
  }
  return dispatch_rest(request, found->second, wire);
}

}  // namespace hm::sim
