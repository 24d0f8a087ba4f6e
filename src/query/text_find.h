// Answers one question from the search index, on the snapshot that the link is in.
#pragma once

#include "query/text_index.h"
#include "store/link.h"

namespace hm::query {

Result<TextHits> find_text(store::Link& link, const Words& words, bool gone, const identity::Scope& scope,
                           size_t limit);

}  // namespace hm::query
