// Writes the resource file of a derived list.
#pragma once

#include "aws/endpoint.h"
#include "catalog/derived_list.h"
#include "catalog/derived_rules.h"

namespace hm::catalog {

// "trigger": from the rules, else from the operation's name.
std::string noun_of(const DerivedRules& rules, const DerivedList& list);
// "aws_glue_trigger"
std::string table_of(const DerivedRules& rules, const DerivedList& list);
// "glue/trigger"
std::string id_of(const DerivedRules& rules, const DerivedList& list);
// As the rules say of its call; else found by derived_list().
std::string key_of(const DerivedRules& rules, const DerivedList& list);
// `resolver` says whether the service has one endpoint for all regions.
Json document_of(const DerivedRules& rules, const DerivedList& list, aws::EndpointResolver& resolver);

}  // namespace hm::catalog
