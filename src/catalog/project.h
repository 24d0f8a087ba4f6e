// The value of a column in a document, in the form of the column's type.
#pragma once

#include "catalog/catalog.h"

namespace hm::catalog {

// null where the document has no such value. text: a string; integer, real, boolean as they are; time: a
// string in UTC ("2026-11-23T15:04:05Z"); json: the value itself, and of a string that holds JSON what it
// holds. A value that does not fit the type is given as text.
Json column_value(const Column& column, const Json& document);

}  // namespace hm::catalog
