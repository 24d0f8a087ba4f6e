#include "catalog/item_shape.h"

#include <algorithm>
#include <iterator>

namespace hm::catalog {

using aws::Shape;
using aws::ShapeKind;

namespace {

constexpr size_t kMaxNamed = 12;

using Steps = std::vector<JsonPath::Step>;

// Shapes that the models nest in place have no name of their own.
std::string named(Shape shape) {
  return shape.name().empty() ? std::string("that structure") : std::string(shape.name());
}

Error no_step(const std::string& path, const std::string& why) {
  return make_error(ErrorKind::invalid, "no_such_path", "'" + path + "': " + why);
}

// The members that there are, those that begin alike first: most mistakes are of spelling.
std::string member_names(Shape shape, std::string_view wanted) {
  std::vector<std::string> names;
  for (const auto& member : shape.members()) names.emplace_back(member.name());
  const char first = wanted.empty() ? '\0' : wanted.front();
  std::stable_sort(names.begin(), names.end(),
                   [&](const auto& a, const auto& b) { return (a.front() == first) > (b.front() == first); });
  std::string out;
  for (size_t i = 0; i < names.size() && i < kMaxNamed; ++i) out += (i ? ", " : "") + names[i];
  if (names.size() > kMaxNamed) out += ", …";
  return out;
}

Status check_condition(const JsonPath::Step& step, Shape element, const std::string& whole) {
  const auto* each = std::get_if<JsonPath::Flatten>(&step);
  if (each == nullptr || each->member.empty()) return ok();
  if (element.kind() == ShapeKind::structure && element.find(each->member)) return ok();
  return no_step(
      whole, "'[?" + each->member + "==…][]' is asked of " + named(element) + ", which has no such member");
}

Result<PathEnd> follow_steps(const Steps& steps, size_t from, PathEnd end, const std::string& whole) {
  for (size_t i = from; i < steps.size(); ++i) {
    if (end.anything || end.shape.document()) {
      end.anything = true;
      end.several = end.several || std::holds_alternative<JsonPath::Flatten>(steps[i]);
      continue;
    }
    const auto kind = end.shape.kind();
    if (const auto* name = std::get_if<JsonPath::Member>(&steps[i])) {
      if (kind == ShapeKind::map) {
        end.sensitive = end.sensitive || end.shape.value().sensitive();
        end.shape = end.shape.value().shape();
        continue;
      }
      if (kind == ShapeKind::string && end.shape.name().find("olicy") != std::string_view::npos) {
        end.anything = true;  // a policy document, which is decoded
        continue;
      }
      if (kind != ShapeKind::structure)
        return no_step(whole, "'" + name->name + "' is asked of " + named(end.shape) +
                                  ", which has no members" +
                                  (kind == ShapeKind::list ? " (it is a list: write '[]' before it)" : ""));
      const auto found = end.shape.find(name->name);
      if (!found)
        return no_step(whole, "there is no '" + name->name + "' in " + named(end.shape) + "; there is " +
                                  member_names(end.shape, name->name));
      end.name = found->name();
      end.sensitive = end.sensitive || found->sensitive();
      end.shape = found->shape();
      continue;
    }
    if (kind != ShapeKind::list) return no_step(whole, "'[]' is asked of something that is no list");
    end.several = end.several || std::holds_alternative<JsonPath::Flatten>(steps[i]);
    end.sensitive = end.sensitive || end.shape.element().sensitive();
    end.shape = end.shape.element().shape();
    HM_DO(check_condition(steps[i], end.shape, whole));
  }
  return end;
}

// Past the brackets behind a detail with 'each', whose answers are a list: of lists where each answer is one.
Result<size_t> behind_each(const Steps& steps, PathEnd& start, const std::string& whole) {
  const size_t deep = start.several ? 2 : 1;
  const std::string name = std::get<JsonPath::Member>(steps.front()).name;
  start.several = true;
  size_t from = 1;
  bool one = true;
  for (; from <= deep && from < steps.size(); ++from) {
    if (std::holds_alternative<JsonPath::Member>(steps[from]))
      return no_step(whole, "'" + name + "' is a list" + (deep == 2 ? " of lists" : "") +
                                " (it has 'each'): write '" + (deep == 2 ? "[][]" : "[]") + "' behind it");
    one = one && std::holds_alternative<JsonPath::Index>(steps[from]);
  }
  if (one && from > deep) start.several = false;
  return from;
}

}  // namespace

Result<PathEnd> follow(const JsonPath& path, Shape from) {
  PathEnd end{from};
  for (const auto& steps : path.alternatives()) {
    HM_TRY(end, follow_steps(steps, 0, PathEnd{from}, path.text()));
  }
  return end;
}

void ItemShape::add_detail(const std::string& into, PathEnd answer, bool each,
                           std::vector<std::string> keep) {
  details_.insert_or_assign(into, Answer{answer, each, std::move(keep)});
}

bool ItemShape::Answer::keeps(std::string_view name) const {
  return keep.empty() || std::find(keep.begin(), keep.end(), name) != keep.end();
}

Result<PathEnd> ItemShape::follow(const JsonPath& path) const {
  PathEnd end{};
  for (const auto& steps : path.alternatives()) {
    const auto* first = steps.empty() ? nullptr : std::get_if<JsonPath::Member>(&steps.front());
    const auto detail = first ? details_.find(first->name) : details_.end();
    if (detail == details_.end()) {
      if (!item_) return no_step(path.text(), "the item has no such member; it has " + part_names());
      HM_TRY(end, follow_steps(steps, 0, PathEnd{item_->shape}, path.text()));
      continue;
    }
    PathEnd start = detail->second.end;
    size_t from = 1;
    if (detail->second.list) {
      HM_TRY(from, behind_each(steps, start, path.text()));
    } else if (steps.size() == 1 || std::holds_alternative<JsonPath::Member>(steps[1])) {
      // What `take` made a list of is one; a member behind it needs '[]', which clears this.
      start.several = detail->second.end.several;
    } else if (detail->second.end.several) {
      from = 2;
    }
    const auto* name = steps.size() > from ? std::get_if<JsonPath::Member>(&steps[from]) : nullptr;
    if (name != nullptr && !detail->second.keeps(name->name))
      return no_step(path.text(),
                     "'" + name->name + "' is not among what '" + first->name + "' keeps: add it there");
    HM_TRY(end, follow_steps(steps, from, start, path.text()));
  }
  return end;
}

std::string ItemShape::part_names() const {
  std::string out;
  for (const auto& [name, answer] : details_) out += (out.empty() ? "" : ", ") + name;
  return out;
}

void ItemShape::add_sensitive(const std::string& into, const Answer& answer,
                              const std::set<std::string>& open, Sensitive& out) const {
  const std::string brackets = std::string(answer.list ? "[]" : "") + (answer.end.several ? "[]" : "");
  if (answer.end.sensitive && !open.contains(into)) {
    out.marked.push_back(into);
    return;
  }
  if (answer.end.anything) return;
  if (names_secret(answer.end.name) && is_free_text(answer.end.shape)) {
    out.named.push_back(into);
    return;
  }
  const std::string start = into + brackets;
  const auto is_kept = [&](const std::string& path) {
    // Of a list that `take` made, nothing is left out.
    if (answer.end.several || path.size() <= start.size() || path[start.size()] != '.') return true;
    const auto behind = path.substr(start.size() + 1);
    return answer.keeps(behind.substr(0, behind.find_first_of(".[")));
  };
  auto inside = sensitive_in(answer.end.shape, start, answer.end.name, open);
  std::copy_if(inside.marked.begin(), inside.marked.end(), std::back_inserter(out.marked), is_kept);
  std::copy_if(inside.named.begin(), inside.named.end(), std::back_inserter(out.named), is_kept);
}

Sensitive ItemShape::sensitive(const std::set<std::string>& open) const {
  Sensitive out;
  if (item_ && item_->sensitive) {
    for (const auto& member : item_->shape.members()) out.marked.emplace_back(member.name());
  } else if (item_) {
    out = sensitive_in(item_->shape, "", "", open);
  }
  for (const auto& [into, answer] : details_) add_sensitive(into, answer, open, out);
  return out;
}

ColumnType natural_type(const PathEnd& end) {
  if (end.several || end.anything) return ColumnType::json;
  switch (end.shape.kind()) {
    case ShapeKind::string:
    case ShapeKind::blob:
    case ShapeKind::big_number:
      return ColumnType::text;
    case ShapeKind::boolean:
      return ColumnType::boolean;
    case ShapeKind::integer:
    case ShapeKind::long_integer:
      return ColumnType::integer;
    case ShapeKind::float_number:
    case ShapeKind::double_number:
      return ColumnType::real;
    case ShapeKind::timestamp:
      return ColumnType::time;
    default:
      return ColumnType::json;
  }
}

bool fits(const PathEnd& end, ColumnType type) {
  if (type == ColumnType::json || end.anything) return true;
  const auto natural = natural_type(end);
  if (natural == type) return true;
  if (natural == ColumnType::text) return true;
  return natural == ColumnType::integer && type == ColumnType::real;
}

}  // namespace hm::catalog
