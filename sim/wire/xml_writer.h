// Writes XML as text, escaping what must be.
#pragma once

#include <string>
#include <string_view>

namespace hm::sim {

class XmlWriter {
 public:
  XmlWriter() : out_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") {}
  // `attributes` is ready-made text with a leading space, or empty.
  void open(std::string_view name, std::string_view xml_namespace = {}, std::string_view attributes = {}) {
    out_ += '<';
    out_ += name;
    if (!xml_namespace.empty()) ((out_ += " xmlns=\"") += xml_namespace) += '"';
    out_ += attributes;
    out_ += '>';
  }
  void close(std::string_view name) { ((out_ += "</") += name) += '>'; }
  void text(std::string_view name, std::string_view value) {
    open(name);
    escape(out_, value);
    close(name);
  }
  static void escape(std::string& out, std::string_view value) {
    for (const char c : value) {
      switch (c) {
        case '&':
          out += "&amp;";
          break;
        case '<':
          out += "&lt;";
          break;
        case '>':
          out += "&gt;";
          break;
        case '"':
          out += "&quot;";
          break;
        case '\r':
          out += "&#13;";
          break;
        default:
          out += c;
      }
    }
  }
  std::string& buffer() { return out_; }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

}  // namespace hm::sim
