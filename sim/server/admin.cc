#include "sim/server/admin.h"

#include <algorithm>

#include "sim/server/simulator.h"
#include "sim/state/engine.h"

namespace hm::sim {

namespace {

constexpr int64_t kMostAdvance_s = 10LL * 365 * 86400;

ServerResponse json_response(int status, const Json& body) {
  ServerResponse response;
  response.status = status;
  response.headers.set("Content-Type", "application/json");
  response.body = to_json(body);
  return response;
}

ServerResponse failure(int status, std::string_view message) {
  return json_response(status, JsonObject{{"error", message}});
}

bool from_loopback(const ServerRequest& request) {
  return request.peer.empty() || request.peer.starts_with("127.") || request.peer == "::1" ||
         request.peer == "::ffff:127.0.0.1";
}

// A page in a browser can reach loopback as well; it cannot leave out its Origin.
bool from_browser(const ServerRequest& request) { return request.headers.find("Origin") != nullptr; }

}  // namespace

class Admin {
 public:
  explicit Admin(Simulator& simulator) : sim_(simulator) {}

  ServerResponse handle(const ServerRequest& request) {
    if (!from_loopback(request) || from_browser(request))
      return failure(403, "This door is for loopback only.");
    const auto noun = request.path().substr(std::string_view("/_sim/").size());
    const bool get = request.method == "GET";
    if (noun == "state" && get) return json_response(200, state());
    if (noun == "resources" && get) return json_response(200, resources(parse_form(request.query())));
    if (noun == "planted" && get) return json_response(200, sim_.planted());
    if (noun == "credentials" && get) return json_response(200, sim_.credentials());
    if (noun == "operations" && get) return json_response(200, operations());
    if (noun == "faults") return faults(request);
    if (noun == "clock") return clock(request);
    if (noun == "drift" && request.method == "POST") return drift(request);
    if (noun == "meter" && get) return json_response(200, sim_.metering_.report());
    if (noun == "meter" && request.method == "DELETE") {
      sim_.metering_.reset();
      return json_response(200, sim_.metering_.report());
    }
    return failure(404, "See sim/server/admin.h for what there is.");
  }

 private:
  template <class F>
  void each_place(F&& f) {
    const auto& plan = sim_.world_.plan();
    for (const auto& account : plan.accounts) {
      sim_.world_.with(account.id, "global", sim_.now(), f);
      for (const auto& region : plan.options.regions) sim_.world_.with(account.id, region, sim_.now(), f);
    }
  }

  Json state() {
    JsonArray places;
    int64_t total = 0;
    each_place([&](Place& place) {
      JsonObject counts;
      for (const auto& [name, collection] : place.collections) {
        if (name.starts_with("_")) continue;
        counts[name] = collection.size();
      }
      const auto quota = [&] {
        int64_t sum = 0;
        for (const auto& [name, collection] : place.collections) {
          sum += is_resource(name) ? static_cast<int64_t>(collection.size()) : 0;
        }
        return sum;
      }();
      total += quota;
      places.push_back(JsonObject{{"account_id", place.account_id},
                                  {"region", place.region},
                                  {"resources", quota},
                                  {"types", std::move(counts)}});
    });
    auto answer = sim_.credentials();
    for (auto& account : answer.at("accounts").as_array()) account.as_object().erase("secret_access_key");
    answer.as_object()["now"] = format_iso(sim_.now());
    answer.as_object()["resources"] = total;
    answer.as_object()["places"] = std::move(places);
    return answer;
  }

  // What belongs to a resource (aliases, listeners, AWS's own policies) is not counted as one.
  static bool is_resource(std::string_view collection) {
    for (const std::string_view part : {"kms/alias", "elbv2/listener", "iam/instance_profile",
                                        "ec2/volume_modification", "iam/aws_policy"}) {
      if (collection == part) return false;
    }
    return !collection.starts_with("_");
  }

  Json resources(const Fields& query) {
    std::string account, region, type;
    for (const auto& [name, value] : query) {
      if (name == "account") account = value;
      if (name == "region") region = value;
      if (name == "type") type = value;
    }
    JsonArray rows;
    each_place([&](Place& place) {
      if ((!account.empty() && account != place.account_id) || (!region.empty() && region != place.region))
        return;
      for (const auto& entry : place.collections) {
        const auto& name = entry.first;
        if (name.starts_with("_") || (!type.empty() && type != name)) continue;
        entry.second.each(0, [&](uint64_t, const std::string& id, const std::string&) {
          rows.push_back(JsonObject{
              {"account_id", place.account_id}, {"region", place.region}, {"type", name}, {"id", id}});
          return true;
        });
      }
    });
    return rows;
  }

  static Json operations() {
    JsonArray rows;
    const auto add = [&](const auto& specs, bool list) {
      for (const auto& row : specs) {
        rows.push_back(JsonObject{{"service", row.service}, {"operation", row.operation}, {"list", list}});
      }
    };
    add(list_specs(), true);
    add(detail_specs(), false);
    add(change_specs(), false);
    add(handler_specs(), false);
    return rows;
  }

  ServerResponse faults(const ServerRequest& request) {
    if (request.method == "DELETE") sim_.faults_.clear();
    if (request.method == "POST") {
      const auto body = parse_json(request.body);
      if (!body) return failure(400, "The body must be {\"fault\": \"fail:30%\"}.");
      if (const auto added = sim_.faults_.add(member_text(*body, "fault")); !added) {
        return failure(400, added.error().message);
      }
    }
    return json_response(200, JsonObject{{"faults", sim_.faults_.list()}});
  }

  ServerResponse clock(const ServerRequest& request) {
    if (request.method == "POST") {
      const auto body = parse_json(request.body);
      const auto* seconds = body ? member(*body, "advance_s") : nullptr;
      if (seconds == nullptr || !seconds->is_int64() || seconds->get_int64() < 0 ||
          seconds->get_int64() > kMostAdvance_s) {
        return failure(400, "The body must be {\"advance_s\": 60}; time moves forward only.");
      }
      sim_.offset_us_ += seconds->get_int64() * 1'000'000;
    }
    return json_response(200, JsonObject{{"now", format_iso(sim_.now())}});
  }

  // So many of the resources that bear tags, spread evenly, get another value of the tag `drift`: what a
  // company changes while nobody looks.
  ServerResponse drift(const ServerRequest& request) {
    const auto body = parse_json(request.body);
    const auto* wanted = body ? member(*body, "resources") : nullptr;
    if (wanted == nullptr || !wanted->is_int64() || wanted->get_int64() < 1)
      return failure(400, "The body must be {\"resources\": 100}: so many are changed.");
    const std::string value = format_iso(sim_.now());
    int64_t tagged = 0, seen = 0, changed = 0;
    each_place(
        [&](Place& place) { each_tagged(place, [&](const std::string&, const std::string&) { ++tagged; }); });
    const int64_t step = std::max<int64_t>(1, tagged / wanted->get_int64());
    each_place([&](Place& place) {
      std::vector<std::pair<std::string, std::string>> chosen;
      each_tagged(place, [&](const std::string& name, const std::string& id) {
        if (seen++ % step == 0 && changed + static_cast<int64_t>(chosen.size()) < wanted->get_int64())
          chosen.emplace_back(name, id);
      });
      for (const auto& [name, id] : chosen) set_tag(place, name, id, value);
      changed += static_cast<int64_t>(chosen.size());
    });
    return json_response(200, JsonObject{{"changed", changed}, {"tagged", tagged}});
  }

  template <class F>
  static void each_tagged(const Place& place, F&& f) {
    for (const auto& entry : place.collections) {
      const auto& name = entry.first;
      if (!is_resource(name)) continue;
      entry.second.each(0, [&](uint64_t, const std::string& id, const std::string& text) {
        if (text.find("\"Tags\":[{\"Key\":") != std::string::npos) f(name, id);
        return true;
      });
    }
  }

  static void set_tag(Place& place, const std::string& collection, const std::string& id,
                      const std::string& value) {
    JsonArray tags;
    const Json document = place.of(collection).find(id);
    for (const auto& tag : document.at("Tags").as_array())
      if (member_text(tag, "Key") != "drift") tags.push_back(tag);
    tags.push_back(JsonObject{{"Key", "drift"}, {"Value", value}});
    place.patch(collection, id, JsonObject{{"Tags", std::move(tags)}});
  }

  Simulator& sim_;
};

ServerResponse handle_admin(Simulator& simulator, const ServerRequest& request) {
  return Admin(simulator).handle(request);
}

}  // namespace hm::sim
