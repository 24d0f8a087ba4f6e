// The table of what is served: every noun's file has its rows on top.
#pragma once

#include <span>
#include <string_view>

#include "api/answer.h"
#include "api/request.h"
#include "api/services.h"

namespace hm::api {

// `none`: anybody, without a log-in. Else the least role.
enum class Access { none, viewer, operator_, admin };
std::string_view to_string(Access access);

using RouteHandler = Result<ServerResponse> (*)(Services& services, const Request& request);

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/api/v1/users/{name}"
  Access access;
  RouteHandler handler;
  // A user who must change the password first may use this one nevertheless.
  bool before_password_change = false;
};

std::span<const Route> account_routes();
std::span<const Route> audit_routes();
std::span<const Route> catalog_routes();
std::span<const Route> change_routes();
std::span<const Route> connect_routes();
std::span<const Route> coverage_routes();
std::span<const Route> coverage_plan_routes();
std::span<const Route> event_queue_routes();
std::span<const Route> export_routes();
std::span<const Route> finding_routes();
std::span<const Route> key_routes();
std::span<const Route> neighbour_routes();
std::span<const Route> preference_routes();
std::span<const Route> query_routes();
std::span<const Route> quota_routes();
std::span<const Route> resource_routes();
std::span<const Route> rule_routes();
std::span<const Route> scan_routes();
std::span<const Route> search_routes();
std::span<const Route> series_routes();
std::span<const Route> server_routes();
std::span<const Route> session_routes();
std::span<const Route> settings_routes();
std::span<const Route> spending_routes();
std::span<const Route> summary_routes();
std::span<const Route> tag_routes();
std::span<const Route> tag_proposal_routes();
std::span<const Route> topology_routes();
std::span<const Route> user_routes();
std::span<const Route> view_routes();

// All of them.
std::vector<Route> all_routes();

}  // namespace hm::api
