#include "base/check.h"
#include "inventory/where.h"

namespace hm::inventory {

Result<std::set<std::string>> visible_ids(store::Database& database, const Scope& scope,
                                          const std::vector<std::string>& ids) {
  HM_CHECK(ids.size() <= kMostVisibleIds);
  Where where;
  std::string list;
  for (const std::string& id : ids) {
    if (const auto number = resource_number(id)) list += (list.empty() ? "" : ", ") + where.bind(*number);
  }
  if (list.empty()) return std::set<std::string>();
  where.add("r.id in (" + list + ")");
  where.add_scope(scope, "r.account_id", "r.region");
  const std::string sql = "select r.id from resource r" + where.sql();
  return database.read("looking who may see what",
                       [&](store::Reader& reader) -> Result<std::set<std::string>> {
                         std::set<std::string> visible;
                         HM_DO(reader.each(sql, where.params(), [&](const store::Row& row) {
                           visible.insert(resource_id(row.integer(0)));
                           return ok();
                         }));
                         return visible;
                       });
}

}  // namespace hm::inventory
