// AWS's own service models, compiled into one table that is embedded in the binary (tools/compile_models.py)
// and read in place: nothing is parsed at start and nothing is copied. Every handle is two words, valid for
// ever, and safe in any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

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

class Shape;

// A member of a structure, or the element of a list or the key or value of a map.
class Member {
 public:
  std::string_view name() const;           // the name in documents
  std::string_view location_name() const;  // the name on the wire where it differs; else empty
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
  const void* raw = nullptr;
};

class Shape {
 public:
  std::string_view name() const;
  ShapeKind kind() const;
  std::vector<Member> members() const;                      // of a structure, in the model's order
  std::optional<Member> find(std::string_view name) const;  // a member of a structure by name
  Member element() const;                                   // of a list
  Member key() const;                                       // of a map
  Member value() const;
  bool flattened() const;
  bool document() const;  // free-form JSON
  bool is_union() const;
  bool event_stream() const;
  std::string_view payload() const;  // the member that is the whole body; else empty
  std::vector<std::string_view> enumeration() const;
  // Of an error: the code on the wire (error.code or the name) and whether the model calls it retryable.
  std::string_view error_code() const;
  bool retryable() const;
  bool throttling() const;
  bool operator==(const Shape& other) const { return raw == other.raw; }
  const void* raw = nullptr;
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
  std::string_view request_uri() const;
  int response_code() const;
  std::optional<Shape> input() const;
  std::optional<Shape> output() const;
  std::vector<Shape> errors() const;
  std::string_view result_wrapper() const;  // query: <DescribeXResult>
  std::string_view host_prefix() const;     // "{AccountId}." and the like
  std::string_view auth_type() const;  // "none", "v4", "v4-unsigned-body", "bearer"; empty: the service's
  bool checksum_required() const;      // httpChecksumRequired
  std::string_view checksum_algorithm_member() const;
  bool deprecated() const;
  std::optional<Paginator> paginator() const;
  // Static values for endpoint parameters, and paths into the input that fill them: JSON text, else empty.
  std::string_view static_context_params() const;
  std::string_view operation_context_params() const;
  const void* raw = nullptr;
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
  std::string_view target_prefix() const;
  std::string_view xml_namespace() const;
  bool query_compatible() const;
  std::vector<Operation> operations() const;  // by name
  std::optional<Operation> find(std::string_view operation) const;
  // The endpoint rule set (a document, JSON text) and the values to replace in it.
  std::string_view endpoint_rule_set() const;
  const void* raw = nullptr;
};

// All services, by name.
std::vector<Service> services();
std::optional<Service> find_service(std::string_view name);
// partitions.json and the version of botocore that the table was made from.
std::string_view partitions_json();
std::string_view model_version();

}  // namespace hm::aws
