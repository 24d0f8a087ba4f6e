#include "query/text_find.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/json.h"
#include "query/text_sql.h"

namespace hm::query {
namespace {

// Of what one in a hundred resources is, twenty are among so many.
constexpr int kNear = 2000;

class Finder {
 public:
  Finder(store::Link& link, const Words& words, bool gone, const identity::Scope& scope, size_t limit)
      : link_(link), words_(words), gone_(gone), scope_(scope), limit_(limit) {}

  Result<TextHits> find() {
    HM_TRY(const auto all, all_if_few());
    if (all) {
      HM_DO(put_in_order(*all));
    } else {
      HM_DO(take_best());
    }
    TextHits answer;
    answer.more = found_.size() > limit_;
    found_.resize(std::min(found_.size(), limit_));
    for (const int64_t id : found_) HM_DO(load(id, answer.hits));
    return answer;
  }

 private:
  // What fits, in no order; nothing where more than kMostRanked do. Looked up in the rows at once: of an
  // address that nothing has, all threes of characters may stand in very many.
  Result<std::optional<JsonArray>> all_if_few() {
    TextSelect select(words_, scope_, gone_);
    const std::string from = select.from_index(Rank::holds);
    JsonArray ids;
    HM_DO(link_.each("select d.id" + from + " limit " + select.bind(kMostRanked + 1), select.params(),
                     [&](const store::Row& row) {
                       ids.emplace_back(row.integer(0));
                       return ok();
                     }));
    return ids.size() > kMostRanked ? std::nullopt : std::optional(std::move(ids));
  }

  Status put_in_order(const JsonArray& ids) {
    TextSelect select(words_, scope_, gone_);
    const std::string rank = select.rank_sql();
    const std::string from =
        " from json_each(" + select.bind(to_json(ids)) + ") one join doc d on d.id = one.value";
    return add_all(select, from + " order by " + rank + ", d.label, d.id");
  }

  // Whether about more than kMostRanked rank so well.
  Result<bool> are_many(Rank most) {
    TextSelect select(words_, scope_, gone_);
    const std::string from = select.from_index_alone(most);
    int64_t count = 0;
    HM_DO(link_.each("select count(*) from (select 1" + from + " limit " + select.bind(kMostRanked + 1) + ")",
                     select.params(), [&](const store::Row& row) {
                       count = row.integer(0);
                       return ok();
                     }));
    return count > static_cast<int64_t>(kMostRanked);
  }

  // Where very many fit, the best are found step by step: few that rank so well are put in order, many are
  // looked for in the order of labels, near its beginning first.
  Status take_best() {
    for (int number = 0; number < kRanks && found_.size() <= limit_; ++number) {
      const Rank rank = static_cast<Rank>(number);
      TextSelect select(words_, scope_, gone_);
      if (rank == Rank::label_begins) {
        // Several words that all begin one label are rare: the next step has them.
        if (words_.words.size() == 1) HM_DO(by_label(select, select.from_label_range()));
        continue;
      }
      HM_TRY(const bool many, are_many(rank));
      if (!many) {
        HM_DO(take(rank));
        continue;
      }
      HM_DO(by_label(select, select.from_first_labels(rank, kNear)));
      TextSelect all(words_, scope_, gone_);
      if (found_.size() <= limit_) HM_DO(by_label(all, all.from_labels(rank)));
    }
    return ok();
  }

  // Takes all that rank so well, in order.
  Status take(Rank most) {
    TextSelect select(words_, scope_, gone_);
    const std::string rank = select.rank_sql();
    const std::string from = select.from_index(most);
    return add_all(select, from + " order by " + rank + ", d.label, d.id");
  }

  Status by_label(TextSelect& select, const std::string& from) {
    return add_all(select, from + " order by d.label, d.id");
  }

  // As many as are wanted, beside those that are there already.
  Status add_all(TextSelect& select, const std::string& from) {
    return link_.each("select d.id" + from + " limit " + select.bind(limit_ + 1 + found_.size()),
                      select.params(), [&](const store::Row& row) {
                        add(row.integer(0));
                        return ok();
                      });
  }

  void add(int64_t id) {
    if (seen_.insert(id).second) found_.push_back(id);
  }

  Status load(int64_t id, std::vector<TextHit>& hits) {
    return link_.each("select number, account_id, region, gone, shown, said from doc where id = $1", {id},
                      [&](const store::Row& row) {
                        hits.push_back({row.integer(0), row.string(1), row.string(2), row.integer(3) != 0,
                                        row.string(4), matched_fields(row.text(5), words_)});
                        return ok();
                      });
  }

  store::Link& link_;
  const Words& words_;
  const bool gone_;
  const identity::Scope& scope_;
  const size_t limit_;
  std::vector<int64_t> found_;
  std::set<int64_t> seen_;
};

}  // namespace

Result<TextHits> find_text(store::Link& link, const Words& words, bool gone, const identity::Scope& scope,
                           size_t limit) {
  return Finder(link, words, gone, scope, limit).find();
}

}  // namespace hm::query
