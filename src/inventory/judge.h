// Within the module: from what was seen of the places to how far an answer can be trusted.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "inventory/projection.h"

namespace hm::inventory {

struct Sighted {
  std::map<std::string, Time> ok_at;  // type -> the oldest of the places' last ok sweeps
  std::vector<TrustGap> gaps;
};

// The types behind the tables that a statement reads; the tables of all types mean all of them.
std::vector<const catalog::ResourceType*> types_behind(const catalog::Catalog& catalog,
                                                       const std::vector<std::string>& tables);
// Of these types alone.
Trust judge(const std::vector<const catalog::ResourceType*>& types, const Sighted& sighted);

// An answer with what one snapshot of the query database says of the sweeps and rows behind it.
struct Asked {
  query::Answer answer;
  Sighted sighted;
  std::vector<UnknownColumn> unknown_columns;
  query::Position position;
};
Result<Asked> ask_once(query::QueryDatabase& query, const catalog::Catalog& catalog, std::string_view sql,
                       const Scope& scope, const query::Limits& limits, const std::stop_token& stop);

// Several of them on one snapshot, in order: what is seen of the places is the same for all.
struct AskedTogether {
  struct Part {
    query::Answer answer;
    std::vector<UnknownColumn> unknown_columns;
  };
  std::vector<Part> parts;
  Sighted sighted;
  query::Position position;
};
Result<AskedTogether> ask_together(query::QueryDatabase& query, const catalog::Catalog& catalog,
                                   const std::vector<query::Statement>& asked, const Scope& scope,
                                   const std::stop_token& stop);
// How far one of them can be trusted now.
Result<Trust> trust_of(store::Database& database, const catalog::Catalog& catalog,
                       const AskedTogether& together, const AskedTogether::Part& part);

}  // namespace hm::inventory
