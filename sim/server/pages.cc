#include "sim/server/pages.h"

namespace hm::sim {

std::shared_ptr<const ServerResponse> PageCache::find(const std::string& key, uint64_t version) const {
  return state_.with([&](const State& state) -> std::shared_ptr<const ServerResponse> {
    const auto page = state.pages.find(key);
    return page == state.pages.end() || page->second.version != version ? nullptr : page->second.response;
  });
}

void PageCache::put(const std::string& key, uint64_t version, const ServerResponse& response) {
  const auto* text = std::get_if<std::string>(&response.body);
  if (text == nullptr) return;
  const auto cost = text->size() + key.size() + 512;
  auto shared = std::make_shared<const ServerResponse>(response);
  state_.with([&](State& state) {
    if (state.bytes + cost > kMaxBytes || state.pages.size() >= kMaxPages) {
      state.pages.clear();
      state.bytes = 0;
    }
    state.bytes += cost;
    state.pages[key] = {version, std::move(shared)};
  });
}

}  // namespace hm::sim
