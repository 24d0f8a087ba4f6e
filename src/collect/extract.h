// What the catalog says about a document: its id, names, tags, relations and the hash that tells change.
#pragma once

#include <string>

#include "catalog/catalog.h"
#include "catalog/fill.h"
#include "inventory/inventory.h"

namespace hm::collect {

// Where a document was read.
struct Origin {
  std::string account_id;
  std::string partition;  // "aws"
  std::string region;     // "global" for what is listed once an account
};

// The facts that "${…}" may name.
catalog::Facts facts_of(const Origin& origin);

// The item's id; empty where it has none.
std::string id_of(const catalog::ResourceType& type, const Json& document);
// Fills everything of `item` that follows from its document: id, region, arn, name, state, created_at, tags,
// relations and hash. Leaves the document, `unknown` and `read_at` alone.
void derive(const catalog::ResourceType& type, const Origin& origin, inventory::Observed& item);
// Of the document without the volatile paths and with the lists that are sets in one order.
std::string hash_of(const catalog::ResourceType& type, const Json& document);
// The region in which an item lives, or empty where the document does not say it.
std::string region_of(const catalog::ResourceType& type, const Json& document);

}  // namespace hm::collect
