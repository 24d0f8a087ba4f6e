#include "api/route.h"

namespace hm::api {

std::string_view to_string(Access access) {
  switch (access) {
    case Access::none:
      return "none";
    case Access::viewer:
      return "viewer";
    case Access::operator_:
      return "operator";
    case Access::admin:
      return "admin";
  }
  return "admin";
}

std::vector<Route> all_routes() {
  std::vector<Route> all;
  for (const auto& routes :
       {account_routes(),  audit_routes(),         catalog_routes(),     change_routes(),   connect_routes(),
        coverage_routes(), coverage_plan_routes(), event_queue_routes(), export_routes(),   finding_routes(),
        key_routes(),      neighbour_routes(),     preference_routes(),  query_routes(),    quota_routes(),
        resource_routes(), rule_routes(),          scan_routes(),        search_routes(),   series_routes(),
        server_routes(),   session_routes(),       settings_routes(),    spending_routes(), summary_routes(),
        tag_routes(),      tag_proposal_routes(),  topology_routes(),    user_routes(),     view_routes()}) {
    all.insert(all.end(), routes.begin(), routes.end());
  }
  return all;
}

}  // namespace hm::api
