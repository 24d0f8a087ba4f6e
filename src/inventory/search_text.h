// What of a resource is searched: its name, id, ARN, tags, and the IP addresses and DNS names in its columns.
#pragma once

#include <string>

#include "inventory/projection.h"
#include "query/text_index.h"

namespace hm::inventory {

// Whether a column of this name holds addresses: by its name, so that a type that is added to the catalog is
// searched without saying so.
bool holds_addresses(const catalog::Column& column);
// Whether a text could be an IP address, a host's name or a URL.
bool looks_like_address(std::string_view text);

// `type` is null where the catalog no longer has it.
query::TextDocument text_document(const catalog::ResourceType* type, const RowFacts& facts,
                                  const State& state);
// Which columns of which types are searched: an index that was made of others is not this one.
std::string searched_columns(const catalog::Catalog& catalog);

// What a hit shows of a resource, read back from text_document().shown.
struct Shown {
  std::string type, key, label, state;
  std::optional<Time> gone_at;
};
Result<Shown> shown_from(std::string_view text);

}  // namespace hm::inventory
