#include "catalog/sensitive.h"

#include <algorithm>
#include <array>

namespace hm::catalog {

using aws::Shape;
using aws::ShapeKind;

namespace {

constexpr size_t kMaxDepth = 20;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// "HECToken": "hec", "token".
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  for (size_t i = 0; i < name.size(); ++i) {
    const bool begins = is_upper(name[i]) &&
                        (i == 0 || !is_upper(name[i - 1]) || (i + 1 < name.size() && !is_upper(name[i + 1])));
    if (begins || words.empty()) words.emplace_back();
    words.back() += lower(name[i]);
  }
  return words;
}

class Walk {
 public:
  // `once`: only whether there is anything, so that no shape is looked at twice.
  Walk(const std::set<std::string>& open, bool (*says)(std::string_view), bool once)
      : open_(open), says_(says), once_(once) {}

  void look(Shape shape, const std::string& path, std::string_view name) {
    const bool again = std::find(above_.begin(), above_.end(), shape.raw) != above_.end();
    if (once_ && again) return;
    if (!once_ && (again || above_.size() > kMaxDepth)) return whole(shape, path);
    above_.push_back(shape.raw);
    switch (shape.kind()) {
      case ShapeKind::structure:
        for (const auto& member : shape.members()) look_at(member, path, name);
        break;
      case ShapeKind::list:
        if (const auto element = shape.element(); !mark(element, path + "[]"))
          look(element.shape(), path + "[]", name);
        break;
      case ShapeKind::map:
        look_inside(shape, path, name);
        break;
      default:
        break;
    }
    if (!once_) above_.pop_back();
  }

  Sensitive found;

 private:
  bool mark(const aws::Member& member, const std::string& path) {
    if (!member.sensitive() || open_.contains(path)) return false;
    found.marked.push_back(path);
    return true;
  }

  void look_at(const aws::Member& member, const std::string& above, std::string_view name) {
    const std::string path = above + (above.empty() ? "" : ".") + std::string(member.name());
    if (mark(member, path)) return;
    // A list of names and values bears its meaning in its own name: environment[].value.
    const bool value = member.name() == "value" || member.name() == "Value";
    if ((says_(member.name()) || (value && says_(name))) && is_free_text(member.shape())) {
      found.named.push_back(path);
    } else {
      look(member.shape(), path, member.name());
    }
  }

  // A map's values have no path of their own, so one sensitive thing inside makes all of it so.
  void look_inside(Shape map, const std::string& path, std::string_view name) {
    Walk inside(open_, says_, once_);
    inside.above_ = above_;
    inside.look(map.value().shape(), "", name);
    if (map.value().sensitive() || !inside.found.marked.empty()) {
      found.marked.push_back(path);
    } else if (!inside.found.named.empty()) {
      found.named.push_back(path);
    }
    if (once_) above_ = std::move(inside.above_);
  }

  void whole(Shape shape, const std::string& path) {
    Walk inside(open_, says_, true);
    inside.look(shape, "", "");
    if (!inside.found.marked.empty()) {
      found.marked.push_back(path);
    } else if (!inside.found.named.empty()) {
      found.named.push_back(path);
    }
  }

  const std::set<std::string>& open_;
  bool (*const says_)(std::string_view);
  const bool once_;
  std::vector<const void*> above_;
};

template <size_t N>
bool holds(const std::array<std::string_view, N>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

template <size_t N>
bool has_part(const std::array<std::string_view, N>& parts, const std::vector<std::string>& words) {
  std::string all;
  for (const auto& word : words) all += word;
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return all.find(part) != std::string::npos; });
}

// The name says whose something is, or where, and not what it is.
bool says_whose(const std::vector<std::string>& words) {
  static constexpr std::array<std::string_view, 7> kWhose = {"arn",  "arns",  "id",      "ids",
                                                             "name", "names", "endpoint"};
  return words.empty() || holds(kWhose, words.back());
}

}  // namespace

bool names_secret(std::string_view name) {
  static constexpr std::array<std::string_view, 5> kSays = {"token", "password", "passphrase", "secret",
                                                            "credential"};
  static constexpr std::array<std::string_view, 6> kIs = {"environment", "environments", "env",
                                                          "envs",        "options",      "properties"};
  const auto words = words_of(name);
  if (says_whose(words)) return false;
  return has_part(kSays, words) ||
         std::any_of(words.begin(), words.end(), [&](const std::string& word) { return holds(kIs, word); });
}

bool may_hold_secret(std::string_view name) {
  static constexpr std::array<std::string_view, 14> kMaySay = {"authkey",
                                                               "apikey",
                                                               "accesskey",
                                                               "privatekey",
                                                               "sharedkey",
                                                               "streamkey",
                                                               "signedurl",
                                                               "downloadurl",
                                                               "confirmationurl",
                                                               "connectionstring",
                                                               "userdata",
                                                               "arguments",
                                                               "executableparameters",
                                                               "routerconfig"};
  const auto words = words_of(name);
  return names_secret(name) || (!says_whose(words) && has_part(kMaySay, words));
}

bool is_free_text(Shape shape) {
  // Lists of lists of lists are not met; the limit only says that this ends.
  for (size_t depth = 0; depth < kMaxDepth; ++depth) {
    if (shape.document()) return true;
    switch (shape.kind()) {
      case ShapeKind::string:
        return shape.enumeration().empty();
      case ShapeKind::blob:
        return true;
      case ShapeKind::list:
        shape = shape.element().shape();
        break;
      case ShapeKind::map:
        shape = shape.value().shape();
        break;
      default:
        return false;
    }
  }
  return false;
}

Sensitive sensitive_in(Shape shape, const std::string& path, std::string_view name,
                       const std::set<std::string>& open, bool (*says)(std::string_view)) {
  Walk walk(open, says, false);
  walk.look(shape, path, name);
  return std::move(walk.found);
}

}  // namespace hm::catalog
