// Asks AWS what there is of one type in one place, and keeps nothing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "collect/details.h"
#include "collect/worker_pool.h"

namespace hm::collect {

struct Observation {
  std::vector<inventory::Observed> items;
  std::vector<PartsRead> parts;  // of each item, where the type has details
  Status status = ok();          // of the list; where it failed, `items` holds what was seen before
  // The failure that was taken for AWS not offering the service there, so that `status` is ok. Who knows that
  // there was something there must not believe it: name servers fail too.
  std::optional<Error> not_offered;
};

// Limit on what one sweep may hold.
inline constexpr size_t kMaxItems = 1'000'000;

// Parents whose items are listed one after the other.
inline constexpr size_t kMaxParents = 10'000;

// `read_before`: of each id, what of its details was read when. `calls` counts what was called.
Observation observe(const Tools& tools, WorkerPool& pool, size_t details_at_once, const SweepContext& context,
                    const std::map<std::string, PartsRead>& read_before, std::atomic<int64_t>& calls);

// Whether the answer for one id holds the item as the list gives it.
bool can_be_observed(const catalog::ResourceType& type);
// As observe(), of that one alone, for a type that can_be_observed(). No item with an ok status: AWS says
// that it does not exist. Not_found "not_listed": it exists, and the list would leave it out.
Observation observe_one(const Tools& tools, WorkerPool& pool, size_t details_at_once,
                        const SweepContext& context, const std::string& key, std::atomic<int64_t>& calls);
// What the type's lookup answers for an id; nothing where its error says that there is none.
Result<std::optional<Json>> ask_by_id(const Tools& tools, const SweepContext& context, const std::string& key,
                                      std::atomic<int64_t>& calls);

}  // namespace hm::collect
