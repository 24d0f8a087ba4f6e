#include "api/filter.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/http.h"

namespace hm::api {

namespace {

using inventory::Condition;
using Field = Condition::Field;

constexpr size_t kMaxFilterBytes = 2000;

constexpr std::array kKeys = {
    FilterKey{"type", "resource type", "type:ec2/instance"},
    FilterKey{"service", "AWS service: the part of the type before the slash", "service:ec2"},
    FilterKey{"region", "region, or global", "region:eu-west-1"},
    FilterKey{"account", "account id or name", "account:production"},
    FilterKey{"name", "name", "name:web-*"},
    FilterKey{"id", "AWS's id", "id:i-0123456789abcdef0"},
    FilterKey{"arn", "ARN", "arn:arn:aws:s3:::*"},
    FilterKey{"state", "state as AWS says it", "state:running"},
    FilterKey{"tag", "has the tag, or has it with the value", "tag:env=prod"},
    FilterKey{"owner", "who owns it, by its tags, those of its stack or group, or as its creator",
              "owner:team-a"},
    FilterKey{"created", "age, or a date: >30d is older than 30 days, >2026-01-31 is after that day",
              "created:>30d"},
    FilterKey{"is", "gone (deleted in AWS), unknown (something of it could not be read) or untagged",
              "is:gone"},
};

constexpr std::array<std::pair<std::string_view, Field>, 9> kPlainFields = {{{"type", Field::type},
                                                                             {"service", Field::service},
                                                                             {"region", Field::region},
                                                                             {"account", Field::account},
                                                                             {"name", Field::name},
                                                                             {"id", Field::id},
                                                                             {"arn", Field::arn},
                                                                             {"state", Field::state},
                                                                             {"owner", Field::owner}}};

// One term as it is written: `values` are split at commas outside quotes.
struct Term {
  size_t at = 0;  // bytes
  size_t value_at = 0;
  bool negated = false;
  std::string key;
  std::vector<std::string> values;
};

class Parser {
 public:
  Parser(std::string_view text, const FilterFacts& facts) : text_(text), facts_(facts) {}

  Result<std::vector<Condition>> parse() {
    if (text_.size() > kMaxFilterBytes) return mistake(kMaxFilterBytes, "a filter has at most 2000 bytes");
    std::vector<Condition> conditions;
    while (skip_space()) {
      HM_TRY(const Term term, read_term());
      HM_TRY(Condition condition, condition_of(term));
      if (conditions.size() == inventory::kMostConditions)
        return mistake(term.at, "there are too many terms");
      conditions.push_back(std::move(condition));
    }
    return conditions;
  }

 private:
  Error mistake(size_t at, std::string why) const {
    const std::string_view before = text_.substr(0, at);
    // Characters, not bytes: what a text field in a browser counts.
    const auto characters = std::count_if(
        before.begin(), before.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
    return make_error(ErrorKind::invalid, "filter_invalid", std::move(why))
        .note("position", std::to_string(characters));
  }

  static bool space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

  bool skip_space() {
    while (at_ < text_.size() && space(text_[at_])) ++at_;
    return at_ < text_.size();
  }

  Result<Term> read_term() {
    Term term;
    term.at = at_;
    if (text_[at_] == '-') {
      term.negated = true;
      ++at_;
    }
    const size_t key_end = std::min(text_.find_first_of(": \t\r\n\"", at_), text_.size());
    if (key_end < text_.size() && text_[key_end] == ':') {
      term.key = text_.substr(at_, key_end - at_);
      at_ = key_end + 1;
    }
    term.value_at = at_;
    // A bare word keeps its commas.
    HM_DO(read_values(term, !term.key.empty()));
    return term;
  }

  Status read_values(Term& term, bool list) {
    std::string value;
    bool any = false;
    while (at_ < text_.size() && !space(text_[at_])) {
      const char c = text_[at_];
      if (c == '"') {
        const size_t end = text_.find('"', at_ + 1);
        if (end == std::string_view::npos) return mistake(at_, "this quote is not closed");
        value += text_.substr(at_ + 1, end - at_ - 1);
        any = true;
        at_ = end + 1;
      } else if (c == ',' && list) {
        if (!any) return mistake(at_, "a value is missing before the comma");
        term.values.push_back(std::move(value));
        value.clear();
        any = false;
        ++at_;
        if (at_ == text_.size() || space(text_[at_]))
          return mistake(at_, "a value is missing after the comma");
      } else {
        value += c;
        any = true;
        ++at_;
      }
    }
    if (!any || (value.empty() && term.values.empty())) {
      return mistake(term.value_at,
                     term.key.empty() ? "a word is missing" : "a value is missing after " + term.key + ":");
    }
    term.values.push_back(std::move(value));
    if (term.values.size() > inventory::kMostValues) return mistake(term.at, "there are too many values");
    return ok();
  }

  Result<Condition> condition_of(const Term& term) {
    Condition condition;
    condition.negated = term.negated;
    condition.values = term.values;
    if (term.key.empty()) return condition;  // a word
    for (const auto& [name, field] : kPlainFields) {
      if (term.key != name) continue;
      condition.field = field;
      if (field == Field::account) condition.values = account_ids(term.values);
      if (field == Field::arn) complete_arns(condition.values);
      return condition;
    }
    if (term.key == "tag") return tag(term, std::move(condition));
    if (term.key == "created") return created(term, std::move(condition));
    if (term.key == "is") return is(term, std::move(condition));
    std::string keys;
    for (const FilterKey& key : kKeys) keys += (keys.empty() ? "" : ", ") + std::string(key.name);
    return mistake(term.at + (term.negated ? 1 : 0), "there is no key \"" + term.key + "\"; the keys are " +
                                                         keys + " (put a word that holds a colon in quotes)");
  }

  Result<Condition> tag(const Term& term, Condition condition) {
    condition.field = Field::tag;
    const std::string& first = term.values.front();
    const size_t equals = first.find('=');
    condition.key = first.substr(0, equals);
    if (condition.key.empty())
      return mistake(term.value_at, "a tag's key is missing: tag:key or tag:key=value");
    if (equals == std::string::npos) {
      if (term.values.size() > 1) return mistake(term.value_at, "one tag:key a term, or tag:key=value,value");
      condition.values.clear();
    } else {
      condition.values.front() = first.substr(equals + 1);
    }
    return condition;
  }

  Result<Condition> created(const Term& term, Condition condition) {
    const auto wrong = [&] {
      return mistake(term.value_at,
                     "created:>30d is older than 30 days; the units are m, h, d, w, y; a date is "
                     "written 2026-01-31");
    };
    std::string_view value = term.values.front();
    if (term.values.size() != 1 || value.size() < 2 || (value[0] != '>' && value[0] != '<')) return wrong();
    const bool greater = value[0] == '>';
    value.remove_prefix(1);
    int64_t number = 0;
    const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), number);
    const std::string_view unit(end, static_cast<size_t>(value.data() + value.size() - end));
    if (failed == std::errc() && unit.size() == 1) {
      const auto one = unit_of(unit[0]);
      if (!one || number < 0 || number > 100'000) return wrong();
      condition.at = facts_.now - *one * number;
      condition.field = greater ? Field::created_before : Field::created_after;
    } else {
      auto time = parse_iso(value);
      if (!time) return wrong();
      condition.at = *time;
      condition.field = greater ? Field::created_after : Field::created_before;
    }
    condition.values.clear();
    return condition;
  }

  static std::optional<std::chrono::minutes> unit_of(char unit) {
    constexpr std::chrono::minutes kDay = std::chrono::hours(24);
    switch (unit) {
      case 'm':
        return std::chrono::minutes(1);
      case 'h':
        return std::chrono::hours(1);
      case 'd':
        return kDay;
      case 'w':
        return kDay * 7;
      case 'y':
        return kDay * 365;
      default:
        return std::nullopt;
    }
  }

  Result<Condition> is(const Term& term, Condition condition) {
    constexpr std::array<std::pair<std::string_view, Field>, 3> kStates = {
        {{"gone", Field::gone}, {"unknown", Field::unknown}, {"untagged", Field::untagged}}};
    const auto found = std::find_if(kStates.begin(), kStates.end(),
                                    [&](const auto& state) { return state.first == term.values.front(); });
    if (term.values.size() != 1 || found == kStates.end())
      return mistake(term.value_at, "is:gone, is:unknown or is:untagged");
    condition.field = found->second;
    condition.values = found->second == Field::untagged ? facts_.types_with_tags : std::vector<std::string>();
    return condition;
  }

  std::vector<std::string> account_ids(const std::vector<std::string>& values) const {
    std::vector<std::string> ids;
    for (const std::string& value : values) {
      ids.push_back(value);
      for (const auto& [id, name] : facts_.account_names) {
        if (equal_ignoring_case(name, value) && id != value) ids.push_back(id);
      }
    }
    return ids;
  }

  // An ARN that was pasted as it is begins with "arn:" itself, which has been taken for the key.
  static void complete_arns(std::vector<std::string>& values) {
    for (std::string& value : values) {
      if (value.starts_with("aws")) value.insert(0, "arn:");
    }
  }

  const std::string_view text_;
  const FilterFacts& facts_;
  size_t at_ = 0;
};

}  // namespace

std::span<const FilterKey> filter_keys() { return kKeys; }

Result<std::vector<Condition>> parse_filter(std::string_view text, const FilterFacts& facts) {
  return Parser(text, facts).parse();
}

}  // namespace hm::api
