#include "collect/trail_record.h"

#include <algorithm>
#include <array>

namespace hm::collect {

namespace {

constexpr int kMostDepth = 16;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

// Members by which calls name what they are about: "instanceId", "bucketName", "resourceArns".
bool names_something(std::string_view member) {
  constexpr std::array<std::string_view, 8> kEndings = {"id",   "ids",   "arn",        "arns",
                                                        "name", "names", "identifier", "arnlist"};
  const std::string name = lower(member);
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view end) { return name.ends_with(end); });
}

class Walk {
 public:
  explicit Walk(const OnNamed& f) : f_(f) {}

  void add(std::string_view name, std::string_view text) {
    if (text.empty() || text.size() > kLongestName || count_ >= kMostNamed) return;
    ++count_;
    f_(name, text);
  }

  // `name` of the member that the value belongs to.
  void walk(const Json& value, std::string_view name, int depth = 0) {
    if (depth > kMostDepth) return;
    if (const auto* object = value.if_object()) {
      for (const auto& [key, one] : *object) walk(one, {key.data(), key.size()}, depth + 1);
    } else if (const auto* array = value.if_array()) {
      for (const auto& one : *array) walk(one, name, depth + 1);
    } else if (value.is_string() && names_something(name)) {
      add(name, as_text(value));
    }
  }

 private:
  const OnNamed& f_;
  size_t count_ = 0;
};

}  // namespace

std::string call_of(const Json& record) {
  constexpr size_t kLongest = 512;
  const auto source = member_text(record, "eventSource").substr(0, kLongest);
  return std::string(source.substr(0, source.find('.'))) + ":" +
         std::string(member_text(record, "eventName").substr(0, kLongest));
}

void each_named(const Json& record, const OnNamed& f) {
  Walk walk(f);
  if (const Json* resources = member(record, "resources"); resources != nullptr && resources->is_array())
    for (const Json& one : resources->get_array())
      for (const char* name : {"ARN", "arn"}) walk.add(name, member_text(one, name));
  for (const char* part : {"requestParameters", "responseElements"})
    if (const Json* said = member(record, part)) walk.walk(*said, "");
}

}  // namespace hm::collect
