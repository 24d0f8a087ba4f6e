#include "collect/observe.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "aws/offered.h"

namespace hm::collect {

using inventory::Observed;

namespace {

bool means_none(const catalog::ResourceType& type, const Error& error) {
  return std::find(type.list_absent.begin(), type.list_absent.end(), error.code) != type.list_absent.end();
}

// One listing: the parents where there are such, the list for each, the description of what is listed.
class Lister {
 public:
  Lister(const Tools& tools, const SweepContext& context, Observation& listing, std::atomic<int64_t>& calls)
      : tools_(tools), context_(context), type_(context.type), listing_(listing), calls_(calls) {}

  // The one with this id, as the list would show it; none where AWS says that it does not exist.
  Status run_for(const std::string& key) {
    HM_TRY(const auto answer, ask_by_id(tools_, context_, key, calls_));
    if (!answer) return ok();
    const Json items = type_.items.eval(*answer);
    if (!items.is_array() || items.get_array().empty()) return ok();
    for (const Json& item : items.get_array()) HM_DO(keep(item, Json(JsonObject{})));
    std::erase_if(listing_.items, [&](const Observed& item) { return item.id != key; });
    if (!listing_.items.empty()) return ok();
    return make_error(ErrorKind::not_found, "not_listed",
                      "what AWS gives for the id is not among what is listed of the type");
  }

  Status run() {
    HM_DO(have_credentials(context_));
    if (!type_.parents) return list_of(Json(JsonObject{}));
    const auto& parents = *type_.parents;
    std::vector<Json> found;
    HM_DO(pages(
        parents.call, Json(JsonObject{}), facts(), parents.items, IfAbsent::none, [&](Json parent) -> Status {
          Json owner(JsonObject{{parents.into, std::move(parent)}});
          if (!parents.where || parents.where->holds(owner)) found.push_back(std::move(owner));
          if (found.size() > kMaxParents)
            return make_error(ErrorKind::exhausted, "too_many_parents", "more than ten thousand to list for");
          return ok();
        }));
    // One that refuses does not hide those of the others; the listing has failed all the same.
    Status all = ok();
    for (const auto& parent : found) {
      if (context_.stop.stop_requested()) break;
      if (auto one = list_of(parent); !one && all) all = std::move(one);
    }
    return all;
  }

 private:
  catalog::Facts facts() const { return facts_of(context_.origin); }

  // What a code of the list's `absent` says: of the list and its parents that there are none; of a
  // description, which was asked for what has just been listed, nothing.
  enum class IfAbsent { none, fails };

  // The list as it is asked for one parent ({} where there are none).
  Status list_of(const Json& parent) {
    JsonArray ids;
    HM_DO(pages(type_.list, parent, facts(), type_.items, IfAbsent::none, [&](Json item) -> Status {
      if (!type_.describe) return keep(std::move(item), parent);
      ids.push_back(std::move(item));
      return ids.size() < type_.describe->chunk ? ok() : describe(ids, parent);
    }));
    return ids.empty() ? ok() : describe(ids, parent);
  }

  // Empties `ids`.
  Status describe(JsonArray& ids, const Json& parent) {
    catalog::Facts known = facts();
    known["each"] = std::exchange(ids, JsonArray{});
    return pages(type_.describe->call, parent, known, type_.describe->items, IfAbsent::fails,
                 [&](Json item) { return keep(std::move(item), parent); });
  }

  Status keep(Json item, const Json& parent) {
    if (!type_.as.empty()) item = JsonObject{{type_.as, std::move(item)}};
    if (!item.is_object()) return ok();
    for (const auto& [into, owner] : parent.get_object()) item.get_object()[into] = owner;
    if (type_.where && !type_.where->holds(item)) return ok();
    tools_.redactor.apply(type_, {}, item);
    Observed observed;
    observed.document = std::move(item);
    observed.id = id_of(type_, observed.document);
    if (observed.id.empty())
      return make_error(
          ErrorKind::corrupt, "no_key",
          "an item has no " + (type_.key_template.empty() ? type_.key.text() : type_.key_template));
    HM_DO(check_key(observed));
    listing_.items.push_back(std::move(observed));
    if (listing_.items.size() > kMaxItems)
      return make_error(ErrorKind::exhausted, "too_many_items", "more than a million items");
    return ok();
  }

  // Follows the pages of one call, and gives every item to `take`: only then, because what that asks needs a
  // permit of its own, and who holds one while he waits for another may wait for ever.
  Status pages(const catalog::Call& call, const Json& named, const catalog::Facts& known,
               const JsonPath& path, IfAbsent if_absent, const std::function<Status(Json)>& take) {
    HM_TRY(auto params, catalog::fill(call.params, named, known));
    JsonArray items;
    Status status = read_pages(call, params, path, items);
    if (!status && if_absent == IfAbsent::none && means_none(type_, status.error())) status = ok();
    // What was seen before a page failed is true.
    for (auto& item : items) {
      auto taken = take(std::move(item));
      if (!taken) return taken;
    }
    return status;
  }

  // The address does not exist, and AWS's own list says that the region does not have the service: there is
  // nothing then. Only both together say so, since a name server may fail and the list lags behind.
  bool is_not_offered(const catalog::Call& call, const Error& error) const {
    if (error.code != "unresolved_host") return false;
    const auto service = aws::find_service(call.service);
    return service && aws::is_offered(*service, context_.target.region) == false;
  }

  Status read_pages(const catalog::Call& call, const Json& params, const JsonPath& path, JsonArray& items) {
    const auto permit = tools_.limits.acquire(context_.origin.account_id, context_.target.region,
                                              call.service, context_.stop);
    const auto& limits = type_.limits;
    int64_t pages = 0;
    const auto take = [&](Json page) -> Status {
      ++calls_;
      if (limits.pages != 0 && ++pages > limits.pages)
        return too_long("more than " + std::to_string(limits.pages) + " pages");
      Json found = path.take(std::move(page));
      if (auto* list = found.if_array()) {
        for (auto& item : *list) items.push_back(std::move(item));
      } else if (!found.is_null()) {
        items.push_back(std::move(found));
      }
      if (items.size() > kMaxItems)
        return make_error(ErrorKind::exhausted, "too_many_items", "more than a million items");
      if (limits.items != 0 && items.size() > static_cast<size_t>(limits.items)) {
        items.resize(static_cast<size_t>(limits.items));
        return too_long("more than " + std::to_string(limits.items) + " items");
      }
      return ok();
    };
    const auto ask = [&](const aws::CallOptions& options) {
      const int64_t before = calls_;
      auto asked = tools_.client.pages(call.service, call.operation, params, context_.target, take, options);
      if (calls_ == before) ++calls_;  // one that failed was a call too
      return asked;
    };
    auto status = tools_.reachability.call(reached_as(context_, context_.target.region), call.service, false,
                                           call_options(context_.stop), ask);
    if (status) return ok();
    if (is_not_offered(call, status.error())) {
      listing_.not_offered = explain(std::move(status.error()), call);
      return ok();
    }
    return explain(std::move(status.error()), call);
  }

  // What was read before the limit is kept; what is behind it is not known.
  Error too_long(const std::string& what) const {
    return make_error(
        ErrorKind::exhausted, "list_too_long",
        "the list has " + what + ", which is the limit of the type: raise list.limits in a type of your own");
  }

  // A derived type's key was found by rule. Where it is not unique after all, one thing would take the place
  // of another in silence. The same thing may come twice, since lists shift while they are paged.
  Status check_key(const Observed& item) {
    if (!type_.derived) return ok();
    const std::string hash = hash_of(type_, item.document);
    const auto [known, fresh] = seen_.emplace(item.id, hash);
    if (fresh || known->second == hash) return ok();
    return make_error(ErrorKind::corrupt, "ambiguous_key",
                      "several items have the " + type_.key.text() + type_.key_template + " '" + item.id +
                          "', so that it cannot tell them apart");
  }

  const Tools& tools_;
  const SweepContext& context_;
  const catalog::ResourceType& type_;
  Observation& listing_;
  std::atomic<int64_t>& calls_;
  std::map<std::string, std::string> seen_;  // of a derived type: key to hash
};

// Reads the details of what was seen, and derives what follows from the documents.
void complete(const Tools& tools, WorkerPool& pool, size_t details_at_once, const SweepContext& context,
              const std::map<std::string, PartsRead>& read_before, std::atomic<int64_t>& calls,
              Observation& seen) {
  if (context.type.details.empty()) {
    for (auto& item : seen.items) derive(context.type, context.origin, item);
    return;
  }
  const auto dependencies = dependencies_of(context.type);
  const PartsRead never;
  seen.parts.resize(seen.items.size());
  // Details of a list that failed half-way are read too: what was seen is true.
  pool.for_each(seen.items.size(), details_at_once, [&](size_t i) {
    if (context.stop.stop_requested()) return;
    auto& item = seen.items[i];
    const auto times = read_before.find(item.id);
    seen.parts[i] = read_details(tools, context, dependencies,
                                 times == read_before.end() ? never : times->second, item, calls);
    derive(context.type, context.origin, item);
  });
}

}  // namespace

Observation observe(const Tools& tools, WorkerPool& pool, size_t details_at_once, const SweepContext& context,
                    const std::map<std::string, PartsRead>& read_before, std::atomic<int64_t>& calls) {
  Observation seen;
  seen.status = Lister(tools, context, seen, calls).run();
  for (int round = 1; round < kRounds && !seen.status && is_by_chance(seen.status.error()); ++round) {
    if (context.stop.stop_requested()) break;
    Observation again;
    again.status = Lister(tools, context, again, calls).run();
    if (!again.status && is_passed_by(again.status.error())) break;
    seen = std::move(again);
  }
  complete(tools, pool, details_at_once, context, read_before, calls, seen);
  return seen;
}

bool can_be_observed(const catalog::ResourceType& type) {
  return type.lookup && type.lookup->call.service == type.list.service &&
         type.lookup->call.operation == type.list.operation && !type.parents && !type.describe;
}

Observation observe_one(const Tools& tools, WorkerPool& pool, size_t details_at_once,
                        const SweepContext& context, const std::string& key, std::atomic<int64_t>& calls) {
  Observation seen;
  seen.status = Lister(tools, context, seen, calls).run_for(key);
  complete(tools, pool, details_at_once, context, {}, calls, seen);
  return seen;
}

Result<std::optional<Json>> ask_by_id(const Tools& tools, const SweepContext& context, const std::string& key,
                                      std::atomic<int64_t>& calls) {
  const auto& lookup = *context.type.lookup;
  catalog::Facts facts = facts_of(context.origin);
  facts["key"] = key;
  HM_TRY(auto params, catalog::fill(lookup.call.params, Json(JsonObject{}), facts));
  auto answer = make_call(tools, context, lookup.call, std::move(params), context.target.region, calls);
  if (answer) return std::optional(std::move(*answer));
  const auto& absent = lookup.absent;
  if (std::find(absent.begin(), absent.end(), answer.error().code) != absent.end())
    return std::optional<Json>();
  return std::move(answer.error());
}

}  // namespace hm::collect
