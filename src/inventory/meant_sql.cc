#include "inventory/meant_sql.h"

namespace hm::inventory {

// Three ways, three indexes: with an "or" a database would look at all of the type. What is joined to an
// empty text is no reason for another index, of which each has too many rows in a large company: SQLite,
// without statistics, would read all of the type or of the account. What orders them stands in each, since
// SQLite looks for `rel` in vain where it orders a union.
std::string meant_sql(Where& where, const Scope& scope) {
  const std::string visible = " and " + where.in_scope(scope, "o.account_id", "o.region");
  const auto by = [&](const std::string& way, const std::string& condition) {
    return "select o.id, case when o.gone_at is null then 0 else 1 end as gone, " + way +
           " as way, case when o.region = rel.region then 0 else 1 end as away from resource o where " +
           condition + visible;
  };
  const std::string type = " and o.type || '' = rel.type";
  const std::string account = " and o.account_id || '' = rel.account_id";
  return "(select c.id from (" + by("0", "o.arn = rel.target and rel.target like 'arn:%'" + type) +
         " union all " + by("1", "o.type = rel.type and o.key = rel.target" + account) + " union all " +
         by("2", "o.label = rel.target and o.name = rel.target" + type + account +
                     " and o.region || '' = rel.region") +
         ") c order by c.gone, c.way, c.away, c.id limit 1)";
}

}  // namespace hm::inventory
