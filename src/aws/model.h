// AWS's own service models, compiled into one table that is embedded in the binary (tools/compile_models.py)
// and read in place: nothing is parsed at start and nothing is copied. Every handle is two words, as cheap to
// copy as a pointer, valid as long as its table (the embedded one: for ever), and safe in any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hm::aws {

enum class Protocol : uint8_t { ec2, query, json10, json11, rest_json, rest_xml, cbor };
enum class ShapeKind : uint8_t {
  structure,
  list,
  map,
  string,
  blob,
  boolean,
  integer,
  long_integer,
  float_number,
  double_number,
  timestamp,
  big_number
};
enum class Location : uint8_t { body, uri, query, header, headers, status };
enum class TimestampFormat : uint8_t { none, iso8601, unix_seconds, rfc822 };

std::string_view to_string(Protocol protocol);

class Shape;

// A member of a structure, or the element of a list or the key or value of a map.
class Member {
 public:
  std::string_view name() const;           // the name in documents
  std::string_view location_name() const;  // the name on the wire where it differs; else empty
  std::string_view wire_name() const;      // location_name(), else name()
  std::string_view query_name() const;     // ec2 only; else empty
  Location location() const;
  TimestampFormat timestamp_format() const;  // of the member or of its shape
  bool required() const;
  bool flattened() const;
  bool xml_attribute() const;
  bool idempotency_token() const;
  bool host_label() const;
  bool streaming() const;
  bool json_value() const;
  bool sensitive() const;  // of the member or of its shape
  bool deprecated() const;
  std::string_view xml_namespace() const;
  std::string_view xml_prefix() const;
  std::string_view context_param() const;  // the endpoint rules' parameter that it fills; else empty
  Shape shape() const;

  const char* table = nullptr;
  const char* raw = nullptr;
};

// The members of a structure, in the model's order.
class Members {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Member;
    using difference_type = std::ptrdiff_t;
    using pointer = const Member*;
    using reference = Member;
    Member operator*() const { return at; }
    const Member* operator->() const { return &at; }
    Iterator& operator++();
    bool operator==(const Iterator& other) const { return at.raw == other.at.raw; }
    Member at;
  };
  size_t size() const { return count; }
  bool empty() const { return count == 0; }
  Member operator[](size_t index) const;
  Iterator begin() const;
  Iterator end() const;

  const char* table = nullptr;
  const char* first = nullptr;
  size_t count = 0;
};

class Shape {
 public:
  // Of an error, and of a structure of a rest-xml service; else empty, since nothing on the wire and nothing
  // in a document says it.
  std::string_view name() const;
  ShapeKind kind() const;
  Members members() const;                                  // of a structure
  std::optional<Member> find(std::string_view name) const;  // a member of a structure by name
  std::vector<std::string_view> required() const;           // in the order in which the model lists them
  Member element() const;                                   // of a list
  Member key() const;                                       // of a map
  Member value() const;
  bool flattened() const;
  bool streaming() const;
  bool document() const;  // free-form JSON
  bool is_union() const;
  bool event_stream() const;
  bool sensitive() const;
  std::string_view payload() const;  // the member that is the whole body; else empty
  // The least value of a number, or length of a string, list or map, as the model writes it; else empty.
  std::string_view least() const;
  std::vector<std::string_view> enumeration() const;
  bool is_error() const;
  // Of an error: the code on the wire (error.code or the name), its HTTP status (0 where the model has none),
  // and whether the model calls it retryable.
  std::string_view error_code() const;
  int error_status() const;
  bool retryable() const;
  bool throttling() const;
  // Equal shapes are stored once, so shapes of different services can be the same.
  bool operator==(const Shape& other) const { return raw == other.raw; }

  const char* table = nullptr;
  const char* raw = nullptr;
};

struct Paginator {
  std::vector<std::string_view> input_tokens;
  std::vector<std::string_view> output_tokens;  // paths, see base/json_path.h
  std::vector<std::string_view> result_keys;
  std::vector<std::string_view> non_aggregate_keys;
  std::string_view limit_key;
  std::string_view more_results;
};

class Operation {
 public:
  std::string_view name() const;
  std::string_view http_method() const;
  // Below the endpoint: "/functions/{Name}?x". Of an S3 bucket, which is in the endpoint: "?acl", or empty.
  std::string_view request_uri() const;
  int response_code() const;
  std::optional<Shape> input() const;
  std::optional<Shape> output() const;
  std::vector<Shape> errors() const;
  std::string_view input_location_name() const;  // rest-xml: the root element, else empty
  std::string_view input_xml_namespace() const;
  std::string_view input_xml_prefix() const;
  std::string_view result_wrapper() const;  // query: <DescribeXResult>
  std::string_view host_prefix() const;     // "{AccountId}." and the like
  std::string_view auth_type() const;  // "none", "v4", "v4-unsigned-body", "bearer"; empty: the service's
  std::string_view auth() const;       // "aws.auth#sigv4a,aws.auth#sigv4", by preference; mostly empty
  bool checksum_required() const;      // httpChecksumRequired, or httpChecksum's own
  std::string_view checksum_algorithm_member() const;
  std::string_view checksum_mode_member() const;          // set to ENABLED, the answer bears a checksum
  std::string_view checksum_response_algorithms() const;  // "CRC32,SHA256"
  std::string_view compression() const;                   // "gzip": large request bodies
  bool endpoint_discovery_required() const;
  bool deprecated() const;
  bool read_only() const;   // where the model says so
  bool idempotent() const;  // where the model says so
  std::optional<Paginator> paginator() const;
  // Static values for endpoint parameters, and paths into the input that fill them: JSON text, else empty.
  std::string_view static_context_params() const;
  std::string_view operation_context_params() const;

  const char* table = nullptr;
  const char* service = nullptr;
  const char* raw = nullptr;
};

class Service {
 public:
  std::string_view name() const;  // botocore's directory and the CLI's word: "ec2", "elbv2"
  std::string_view service_id() const;
  std::string_view full_name() const;
  Protocol protocol() const;
  std::string_view api_version() const;
  std::string_view endpoint_prefix() const;
  std::string_view signing_name() const;  // metadata.signingName, else the endpoint prefix
  std::string_view signature_version() const;
  std::string_view auth() const;  // "aws.auth#sigv4", by preference
  std::string_view target_prefix() const;
  std::string_view xml_namespace() const;
  bool query_compatible() const;
  std::vector<Operation> operations() const;  // by name
  std::optional<Operation> find(std::string_view operation) const;
  std::vector<Shape> errors() const;  // all that the service can answer, by name
  // The endpoint rule set: a document, JSON text. Unpacked at every call (some 20 microseconds): parse it
  // once.
  std::string endpoint_rules() const;

  const char* table = nullptr;
  const char* raw = nullptr;
};

// A table of models in memory. The bytes must outlive it and every handle into it.
class ModelTable {
 public:
  // An error of kind corrupt where the bytes are no table of this version. What lies inside is trusted.
  static Result<ModelTable> open(std::string_view bytes);

  std::vector<Service> services() const;  // by name
  std::optional<Service> find_service(std::string_view name) const;
  std::string partitions() const;  // partitions.json; unpacked at every call
  std::string_view version() const;

 private:
  explicit ModelTable(const char* table) : table_(table) {}
  const char* table_;
};

// The embedded table: all services, by name; partitions.json; the version of botocore that it was made from.
std::vector<Service> services();
std::optional<Service> find_service(std::string_view name);
std::string partitions();
std::string_view model_version();

}  // namespace hm::aws
