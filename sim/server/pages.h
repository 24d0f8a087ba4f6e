// Answers to reading calls that were given before and still hold, ready as bytes.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/http_server.h"
#include "base/sync.h"

namespace hm::sim {

class PageCache {
 public:
  // `version` says what the answer was made from; another version is a miss.
  std::shared_ptr<const ServerResponse> find(const std::string& key, uint64_t version) const;
  void put(const std::string& key, uint64_t version, const ServerResponse& response);

 private:
  static constexpr size_t kMaxBytes = 384 * 1024 * 1024;
  static constexpr size_t kMaxPages = 200'000;
  struct Page {
    uint64_t version;
    std::shared_ptr<const ServerResponse> response;
  };
  struct State {
    std::unordered_map<std::string, Page> pages;
    size_t bytes = 0;
  };
  Synced<State> state_;
};

}  // namespace hm::sim
