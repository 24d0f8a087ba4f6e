#include "inventory/meant_sql.h"

namespace hm::inventory {

// Each way has an index of its own: with an "or" a database would look at all of the type. "|| ''" keeps
// SQLite from an index that begins with the account: without statistics it would rather read all of the
// account's than the one of type and key.
std::string meant_sql(Where& where, const Scope& scope) {
  const std::string visible = " and " + where.in_scope(scope, "o.account_id", "o.region");
  const std::string one = "(select min(o.id) from resource o where o.type = rel.type" + visible + " and ";
  const std::string live = " and o.gone_at is null)";
  const std::string here = " and o.region || '' = rel.region";
  const std::string arn = one + "o.arn = rel.target";
  const std::string key = one + "o.key = rel.target and o.account_id || '' = rel.account_id";
  const std::string name =
      one + "o.label = rel.target and o.name = rel.target and o.account_id || '' = rel.account_id" + here;
  return "case when rel.target like 'arn:%' then coalesce(" + arn + live + ", " + arn + "), " + key + live +
         ", " + key + ")) else coalesce(" + key + here + live + ", " + key + live + ", " + name + live +
         ", " + key + here + "), " + key + "), " + name + ")) end";
}

}  // namespace hm::inventory
