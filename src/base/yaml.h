// YAML read into a document together with the line of every value, so that an error can name the place.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/json.h"

namespace hm {

struct Yaml {
  Json value;
  // JSON Pointer ("/columns/0/name") to line, counted from 1. "" is the document itself.
  std::map<std::string, int> lines;

  // The line of the value, or of the nearest value around it that has one.
  int line_of(std::string_view pointer) const;
};

// YAML 1.2's core scalars: true/false, integers, floats, null; everything else is text, and so is whatever
// is quoted. A key given twice is an error, and so are anchors that refer to themselves and nesting over 64.
Result<Yaml> parse_yaml(std::string_view text);

}  // namespace hm
