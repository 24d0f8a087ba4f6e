// Where buckets live. A bucket answers from its own region alone; the others send its caller there, in a
// dozen ways. Each is learnt once.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/http_client.h"
#include "base/sync.h"

namespace hm::aws {

// Thread-safe; holds at most kMaxBuckets, then forgets them all and learns anew.
class BucketRegions {
 public:
  static constexpr size_t kMaxBuckets = 100000;
  std::optional<std::string> find(const std::string& bucket) const;
  void learn(const std::string& bucket, const std::string& region);

 private:
  Synced<std::map<std::string, std::string>> regions_;
};

// Whether the error says "in another region". A bucket that is still to be made is nowhere else: the region
// that its making was refused for is the caller's to change.
bool is_region_redirect(const Error& error, std::string_view operation);
// The region that the answer names, in a header or in its error document; empty: it must be asked for.
std::string redirect_region(const HttpHeaders& headers, const Error& error);

}  // namespace hm::aws
