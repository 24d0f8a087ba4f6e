#include "inventory/unasked.h"

#include <algorithm>
#include <string_view>

#include "catalog/derive.h"

namespace hm::inventory {

Error explain_table(Error error, const catalog::Catalog& catalog) {
  constexpr std::string_view kNoTable = "no such table: ";
  const auto at = error.message.find(kNoTable);
  if (at == std::string::npos) return error;
  const std::string table = error.message.substr(at + kNoTable.size());
  for (const auto& service : catalog::unasked(catalog)) {
    if (std::find(service.tables.begin(), service.tables.end(), table) == service.tables.end()) continue;
    error.message += "; it is derived from AWS's model, and nobody has asked for it: scan with --derived " +
                     service.service + ", or name " + service.service + " in derived_services";
    break;
  }
  return error;
}

}  // namespace hm::inventory
