#include <algorithm>
#include <numeric>

#include "inventory/tagging.h"
#include "inventory/where.h"

namespace hm::inventory {
namespace {

constexpr int64_t kMostValuesOfKey = 10'000;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

template <class Spellings>
int64_t sum_of(const Spellings& spellings) {
  return std::accumulate(spellings.begin(), spellings.end(), int64_t{0},
                         [](int64_t sum, const auto& one) { return sum + one.resources; });
}

// By what they are when folded; the most frequent group first, and the most frequent spelling in each.
template <class Group, class Spelling, class Fold>
std::vector<Group> grouped(std::vector<Spelling> spellings, Fold fold) {
  std::stable_sort(spellings.begin(), spellings.end(),
                   [](const Spelling& a, const Spelling& b) { return a.resources > b.resources; });
  std::map<std::string, size_t> at;
  std::vector<Group> groups;
  for (Spelling& one : spellings) {
    const auto [found, fresh] = at.emplace(fold(one), groups.size());
    if (fresh) groups.emplace_back();
    groups[found->second].spellings.push_back(std::move(one));
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const Group& a, const Group& b) { return a.resources() > b.resources(); });
  return groups;
}

bool is_of_aws(const TagKeyGroup& group) { return group.spellings.front().key.starts_with("aws:"); }

}  // namespace

std::string fold_tag_key(std::string_view key) {
  std::string folded;
  for (const char c : key)
    if (c != '-' && c != '_' && c != ' ') folded += lower(c);
  return folded.empty() ? std::string(key) : folded;
}

int64_t TagKeyGroup::resources() const { return sum_of(spellings); }
int64_t TagValueGroup::resources() const { return sum_of(spellings); }

Result<std::vector<TagKeyGroup>> tag_keys(store::Database& database, const Scope& scope) {
  Where where;
  where.add_scope(scope, "r.account_id", "r.region");
  where.add("r.gone_at is null");
  const std::string sql =
      "select t.key, r.account_id, count(*) from tag t join resource r on r.id = t.resource_id" +
      where.sql() + " group by t.key, r.account_id";
  std::map<std::string, TagKey> counted;
  HM_DO(database.read("listing the keys of tags", [&](store::Reader& reader) -> Status {
    counted.clear();
    return reader.each(sql, where.params(), [&](const store::Row& row) {
      TagKey& key = counted[row.string(0)];
      key.key = row.string(0);
      key.resources += row.integer(2);
      ++key.accounts;
      return ok();
    });
  }));
  std::vector<TagKey> keys;
  keys.reserve(counted.size());
  for (auto& [key, one] : counted) keys.push_back(std::move(one));
  auto groups =
      grouped<TagKeyGroup>(std::move(keys), [](const TagKey& one) { return fold_tag_key(one.key); });
  std::stable_partition(groups.begin(), groups.end(), [](const TagKeyGroup& one) { return !is_of_aws(one); });
  return groups;
}

Result<TagValues> tag_values(store::Database& database, const Scope& scope, const std::string& key,
                             size_t limit) {
  Where where;
  where.add("t.key = " + where.bind(key));
  where.add_scope(scope, "r.account_id", "r.region");
  where.add("r.gone_at is null");
  const std::string sql = "select t.value, count(*) from tag t join resource r on r.id = t.resource_id" +
                          where.sql() + " group by t.value order by count(*) desc, t.value" +
                          limit_sql(kMostValuesOfKey + 1);
  HM_TRY(auto values, database.read("listing the values of a tag", [&](store::Reader& reader) {
    return reader.all(sql, where.params(), [](const store::Row& row) {
      return TagValue{row.string(0), row.integer(1)};
    });
  }));
  TagValues found;
  if (values.size() > kMostValuesOfKey) {
    values.resize(kMostValuesOfKey);
    found.more = 1;
  }
  found.groups = grouped<TagValueGroup>(std::move(values), [](const TagValue& one) {
    std::string plain = one.value;
    for (char& c : plain) c = lower(c);
    return plain;
  });
  if (found.groups.size() > limit) {
    found.more += static_cast<int64_t>(found.groups.size() - limit);
    found.groups.resize(limit);
  }
  return found;
}

}  // namespace hm::inventory
