// What changed between two documents, member by member.
#include <algorithm>

#include "inventory/read.h"

namespace hm::inventory {
namespace {

std::string pointer_step(std::string_view key) {
  std::string step = "/";
  for (const char c : key) {
    if (c == '~') {
      step += "~0";
    } else if (c == '/') {
      step += "~1";
    } else {
      step += c;
    }
  }
  return step;
}

class Differ {
 public:
  Differ(size_t limit, std::vector<Difference>& found) : limit_(limit), found_(found) {}

  void compare(const std::string& path, const Json& before, const Json& after) {
    if (before == after) return;
    if (before.is_object() && after.is_object())
      return compare_objects(path, before.get_object(), after.get_object());
    if (before.is_array() && after.is_array())
      return compare_arrays(path, before.get_array(), after.get_array());
    add(path, Difference::Kind::changed, before, after);
  }
  bool truncated() const { return truncated_; }

 private:
  void add(const std::string& path, Difference::Kind kind, const Json& before, const Json& after) {
    if (found_.size() >= limit_) {
      truncated_ = true;
      return;
    }
    found_.push_back({path, kind, before, after});
  }

  void compare_objects(const std::string& path, const JsonObject& before, const JsonObject& after) {
    for (const auto& [key, value] : before) {
      const Json* other = after.if_contains(key);
      const std::string at = path + pointer_step({key.data(), key.size()});
      if (other == nullptr) {
        add(at, Difference::Kind::removed, value, Json());
      } else {
        compare(at, value, *other);
      }
    }
    for (const auto& [key, value] : after)
      if (!before.contains(key))
        add(path + pointer_step({key.data(), key.size()}), Difference::Kind::added, Json(), value);
  }

  // Items that stand on both sides are left out, wherever they stand; of the rest, lists of equal length are
  // compared in place and others by what came and went.
  void compare_arrays(const std::string& path, const JsonArray& before, const JsonArray& after) {
    if (before.size() == after.size()) {
      for (size_t i = 0; i < before.size(); ++i) compare(path + "/" + std::to_string(i), before[i], after[i]);
      return;
    }
    std::vector<bool> matched(after.size(), false);
    for (size_t i = 0; i < before.size(); ++i) {
      size_t at = 0;
      while (at < after.size() && (matched[at] || after[at] != before[i])) ++at;
      if (at < after.size()) {
        matched[at] = true;
      } else {
        add(path + "/" + std::to_string(i), Difference::Kind::removed, before[i], Json());
      }
    }
    for (size_t i = 0; i < after.size(); ++i)
      if (!matched[i]) add(path + "/" + std::to_string(i), Difference::Kind::added, Json(), after[i]);
  }

  const size_t limit_;
  std::vector<Difference>& found_;
  bool truncated_ = false;
};

}  // namespace

std::vector<Difference> differences(const Json& before, const Json& after, size_t limit, bool& truncated) {
  std::vector<Difference> found;
  Differ differ(limit, found);
  differ.compare("", before, after);
  truncated = differ.truncated();
  return found;
}

}  // namespace hm::inventory
