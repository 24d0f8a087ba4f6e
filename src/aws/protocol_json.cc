// json 1.0 and 1.1, and the JSON bodies of rest-json.
#include "aws/protocol_request.h"
#include "aws/protocol_text.h"
#include "aws/protocol_time.h"

namespace hm::aws {

namespace {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  // Only members of the body; in the json protocols all are.
  void structure(const Shape& shape, const Json& value) {
    out_ += '{';
    bool first = true;
    for (const auto& [key, item] : value.get_object()) {
      const auto member = shape.find(key);
      if (!member || item.is_null() || member->location() != Location::body) continue;
      if (!first) out_ += ", ";
      first = false;
      append_json_text(out_, member->wire_name());
      out_ += ": ";
      this->value(*member, item);
    }
    out_ += '}';
  }

  void value(const Member& member, const Json& value) {
    const Shape shape = member.shape();
    if (value.is_null() || shape.document()) return append_json(out_, value);
    switch (shape.kind()) {
      case ShapeKind::structure:
        return structure(shape, value);
      case ShapeKind::list:
        return list(shape, value);
      case ShapeKind::map:
        return map(shape, value);
      case ShapeKind::timestamp:
        return time(member, value);
      case ShapeKind::float_number:
      case ShapeKind::double_number:
        if (value.is_string()) return append_json_text(out_, as_text(value));
        out_ += number_text(value);
        return;
      default:
        return append_json(out_, value);
    }
  }

 private:
  void list(const Shape& shape, const Json& value) {
    out_ += '[';
    bool first = true;
    for (const Json& item : value.get_array()) {
      if (!first) out_ += ", ";
      first = false;
      this->value(shape.element(), item);
    }
    out_ += ']';
  }

  void map(const Shape& shape, const Json& value) {
    out_ += '{';
    bool first = true;
    for (const auto& [key, item] : value.get_object()) {
      if (!first) out_ += ", ";
      first = false;
      append_json_text(out_, {key.data(), key.size()});
      out_ += ": ";
      this->value(shape.value(), item);
    }
    out_ += '}';
  }

  void time(const Member& member, const Json& value) {
    const TimestampFormat format = member.timestamp_format();
    const std::string text = wire_time_text(value, format, TimestampFormat::unix_seconds);
    if (format == TimestampFormat::none || format == TimestampFormat::unix_seconds) {
      out_ += text;
    } else {
      append_json_text(out_, text);
    }
  }

  std::string& out_;
};

}  // namespace

std::string json_body(const Shape& shape, const Json& params) {
  std::string body;
  JsonWriter(body).structure(shape, params);
  return body;
}

std::string json_payload(const Member& member, const Json& value) {
  std::string body;
  JsonWriter(body).value(member, value);
  return body;
}

void write_json_request(const Service& service, const Operation& operation, const Json& params,
                        WireRequest& request) {
  request.path = "/";
  request.headers.set("X-Amz-Target",
                      std::string(service.target_prefix()) + "." + std::string(operation.name()));
  request.headers.set("Content-Type", service.protocol() == Protocol::json10 ? "application/x-amz-json-1.0"
                                                                             : "application/x-amz-json-1.1");
  if (service.query_compatible()) request.headers.set("x-amzn-query-mode", "true");
  const auto input = operation.input();
  request.body = input ? json_body(*input, params) : "{}";
}

}  // namespace hm::aws
