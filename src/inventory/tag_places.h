// The resources whose tags are known and those whose are not, place by place: what shares and owners are
// counted from.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "inventory/tagging.h"
#include "inventory/where.h"

namespace hm::inventory {

struct TagPlaces {
  struct Count {
    int64_t resources = 0;
    int64_t unread = 0;  // of them, whose tags could not be read
    bool known = false;  // the latest sweep was ok, and the type's tags are read
  };
  std::map<Place, Count> places;       // of the types that count; the region is that of the resources
  std::map<std::string, int64_t> out;  // resources of those that do not
  std::vector<int64_t> unread;         // the resources whose tags could not be read
  int64_t gaps = 0;                    // places without any ok sweep
};
Result<TagPlaces> read_tag_places(store::Reader& reader, const Scope& scope, const TagSubject& subject);

// Adds what lets through only resources of `r` whose tags are known.
void add_known_tags(Where& where, const Scope& scope, const TagSubject& subject, const TagPlaces& places,
                    store::Dialect dialect);

// All spellings of keys there are, at most 10,000; within no scope, so they are not for answers.
Result<std::vector<std::string>> spelled_keys(store::Reader& reader);
// "with k (key, place) as (values …)": the spellings of each wanted key, compared whatever their case. Empty:
// none.
std::string spellings_of(Where& where, const std::vector<std::string>& spelled,
                         const std::vector<std::string>& wanted);

}  // namespace hm::inventory
