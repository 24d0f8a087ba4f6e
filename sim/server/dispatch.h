// From an HTTP request to the operation that it asks for: by the credential scope (its service and region),
// the target header, the Action field, the host, and the method and path of REST.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/sync.h"
#include "sim/server/signature.h"
#include "sim/wire/wire.h"

namespace hm::sim {

// One template of a REST path: "/{Bucket}/{Key+}?acl".
struct Route {
  aws::Operation operation;
  std::string method;
  std::vector<std::string> segments;
  std::vector<std::pair<std::string, std::string>> query;
};

class Dispatcher {
 public:
  Dispatcher();

  // Thread-safe. A refusal names what could not be found (UnknownOperationException, InvalidAction...).
  // On refusal `wire` holds as much as is known, so that the answer is in the right protocol.
  Status dispatch(const ServerRequest& request, const Signature& signature, Wire& wire) const;

 private:
  using Routes = std::vector<Route>;
  std::shared_ptr<const Routes> routes_of(const aws::Service& service) const;
  Status dispatch_rest(const ServerRequest& request, const std::vector<aws::Service>& services,
                       Wire& wire) const;

  std::map<std::string, std::vector<aws::Service>, std::less<>> by_signing_name_;
  mutable Synced<std::map<std::string, std::shared_ptr<const Routes>, std::less<>>> routes_;
};

// The bucket in the host ("bucket.localhost:4566", "bucket.s3.eu-west-1.amazonaws.com"); empty for path
// style.
std::string bucket_of_host(std::string_view host);

}  // namespace hm::sim
