#include "aws/model.h"

#include <zlib.h>

#include "aws/model_table.h"
#include "base/check.h"
#include "embedded/aws_models.h"

namespace hm::aws {

using namespace table;

namespace {

constexpr unsigned kFactShift = 16;   // of a shape's head: which facts are present
constexpr unsigned kTraitShift = 16;  // of a trait word: which texts are present

const char* words_at(const char* table, uint32_t reference) {
  return section(table, kWords) + 4 * static_cast<size_t>(reference);
}

const char* shapes_at(const char* table, uint32_t reference) {
  return section(table, kShapes) + 4 * static_cast<size_t>(reference);
}

std::vector<std::string_view> texts(const char* table, uint32_t reference) {
  std::vector<std::string_view> result;
  if (reference == 0) return result;
  const char* list = words_at(table, reference);
  const uint32_t count = word(list, 0);
  result.reserve(count);
  for (uint32_t i = 1; i <= count; ++i) result.push_back(text(table, word(list, i)));
  return result;
}

std::string document(const char* table, uint32_t reference) {
  const char* at = section(table, kDocuments) + reference;
  std::string result(load<uint32_t>(at + 4), '\0');
  uLongf length = result.size();
  const int status = uncompress(reinterpret_cast<Bytef*>(result.data()), &length,
                                reinterpret_cast<const Bytef*>(at + 8), load<uint32_t>(at));
  HM_CHECK(status == Z_OK && length == result.size());
  return result;
}

const char* traits(const Member& member) {
  const auto bits = load<uint64_t>(member.raw);
  return words_at(member.table, static_cast<uint32_t>(bits >> 42 & ((1u << 21) - 1)));
}

bool trait(const Member& member, Trait which) { return (word(traits(member), 0) >> (5 + which) & 1) != 0; }

std::string_view trait_text(const Member& member, TraitText which) {
  return text(member.table, present(traits(member), kTraitShift, which));
}

bool flag(const Shape& shape, ShapeFlag which) { return (word(shape.raw, 0) >> (4 + which) & 1) != 0; }

uint32_t fact(const Shape& shape, ShapeFact which) {
  const uint32_t mask = word(shape.raw, 0) >> kFactShift & 15;
  if ((mask >> which & 1) == 0) return 0;
  return word(shape.raw, 1 + static_cast<size_t>(std::popcount(mask & ((1u << which) - 1))));
}

size_t count_of(const Shape& shape) { return word(shape.raw, 0) >> 20; }

// Where the members or the values of the enumeration begin.
const char* after_facts(const Shape& shape) {
  const uint32_t mask = word(shape.raw, 0) >> kFactShift & 15;
  return shape.raw + 4 + 4 * static_cast<size_t>(std::popcount(mask));
}

Member nth(const Shape& shape, size_t index) {
  return {shape.table, after_facts(shape) + kMemberBytes * index};
}

uint32_t extra(const Operation& operation, OperationText which) {
  return present(words_at(operation.table, word(operation.raw, kExtra)), 0, which);
}

std::string_view extra_text(const Operation& operation, OperationText which) {
  return text(operation.table, extra(operation, which));
}

bool flag(const Operation& operation, OperationFlag which) {
  return (word(operation.raw, kNameMethodFlags) >> (25 + which) & 1) != 0;
}

std::optional<Shape> shape_at(const char* table, uint32_t reference) {
  if ((reference & kShapeMask) == 0) return std::nullopt;
  return Shape{table, shapes_at(table, reference & kShapeMask)};
}

// The record of that name among `count` of `size` bytes that are sorted by the name in their first word.
const char* find_sorted(const char* table, const char* first, size_t count, size_t size,
                        std::string_view name) {
  size_t low = 0;
  while (count > 0) {
    const size_t half = count / 2;
    const std::string_view here = text(table, word(first + size * (low + half), 0));
    if (here == name) return first + size * (low + half);
    if (here < name) {
      low += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return nullptr;
}

ModelTable embedded_models() {
  auto opened = ModelTable::open(embedded::aws_models());
  HM_CHECK(opened.has_value());
  return *opened;
}

}  // namespace

std::string_view to_string(Protocol protocol) {
  constexpr std::string_view kNames[] = {"ec2",       "query",    "json-1.0",   "json-1.1",
                                         "rest-json", "rest-xml", "rpc-v2-cbor"};
  return kNames[static_cast<size_t>(protocol)];
}

std::string_view Member::name() const {
  return text(table, static_cast<uint32_t>(load<uint64_t>(raw) & kStringMask));
}
std::string_view Member::location_name() const { return trait_text(*this, kLocationName); }
std::string_view Member::wire_name() const {
  const std::string_view given = location_name();
  return given.empty() ? name() : given;
}
std::string_view Member::query_name() const { return trait_text(*this, kQueryName); }
Location Member::location() const { return static_cast<Location>(word(traits(*this), 0) & 7); }
TimestampFormat Member::timestamp_format() const {
  return static_cast<TimestampFormat>(word(traits(*this), 0) >> 3 & 3);
}
bool Member::required() const { return load<uint64_t>(raw) >> 63 != 0; }
bool Member::flattened() const { return trait(*this, kMemberFlattened); }
bool Member::xml_attribute() const { return trait(*this, kXmlAttribute); }
bool Member::idempotency_token() const { return trait(*this, kIdempotencyToken); }
bool Member::host_label() const { return trait(*this, kHostLabel); }
bool Member::streaming() const { return trait(*this, kMemberStreaming); }
bool Member::json_value() const { return trait(*this, kJsonValue); }
bool Member::sensitive() const { return trait(*this, kMemberSensitive); }
bool Member::deprecated() const { return trait(*this, kMemberDeprecated); }
std::string_view Member::xml_namespace() const { return trait_text(*this, kXmlNamespace); }
std::string_view Member::xml_prefix() const { return trait_text(*this, kXmlPrefix); }
std::string_view Member::context_param() const { return trait_text(*this, kContextParam); }
Shape Member::shape() const {
  const auto reference = static_cast<uint32_t>(load<uint64_t>(raw) >> 22 & kShapeMask);
  return {table, shapes_at(table, reference)};
}

Members::Iterator& Members::Iterator::operator++() {
  at.raw += kMemberBytes;
  return *this;
}
Member Members::operator[](size_t index) const { return {table, first + kMemberBytes * index}; }
Members::Iterator Members::begin() const { return {(*this)[0]}; }
Members::Iterator Members::end() const { return {(*this)[count]}; }

std::string_view Shape::name() const { return text(table, fact(*this, table::kName)); }
ShapeKind Shape::kind() const { return static_cast<ShapeKind>(word(raw, 0) & 15); }
Members Shape::members() const {
  if (kind() != ShapeKind::structure) return {};
  return {table, after_facts(*this), count_of(*this)};
}
std::optional<Member> Shape::find(std::string_view name) const {
  for (const Member member : members()) {
    if (member.name() == name) return member;
  }
  return std::nullopt;
}
std::vector<std::string_view> Shape::required() const {
  if (const uint32_t order = fact(*this, kRequiredOrder)) return texts(table, order);
  std::vector<std::string_view> result;
  for (const Member member : members()) {
    if (member.required()) result.push_back(member.name());
  }
  return result;
}
Member Shape::element() const {
  HM_CHECK(kind() == ShapeKind::list);
  return nth(*this, 0);
}
Member Shape::key() const {
  HM_CHECK(kind() == ShapeKind::map);
  return nth(*this, 0);
}
Member Shape::value() const {
  HM_CHECK(kind() == ShapeKind::map);
  return nth(*this, 1);
}
bool Shape::flattened() const { return flag(*this, kFlattened); }
bool Shape::streaming() const { return flag(*this, kStreaming); }
bool Shape::document() const { return flag(*this, kDocument); }
bool Shape::is_union() const { return flag(*this, kUnion); }
bool Shape::event_stream() const { return flag(*this, kEventStream); }
bool Shape::sensitive() const { return flag(*this, kSensitive); }
std::string_view Shape::payload() const {
  return kind() == ShapeKind::structure ? text(table, fact(*this, kPayloadOrLeast)) : std::string_view();
}
std::string_view Shape::least() const {
  return kind() == ShapeKind::structure ? std::string_view() : text(table, fact(*this, kPayloadOrLeast));
}
std::vector<std::string_view> Shape::enumeration() const {
  std::vector<std::string_view> result;
  if (kind() != ShapeKind::string) return result;
  for (size_t i = 0; i < count_of(*this); ++i) result.push_back(text(table, word(after_facts(*this), i)));
  return result;
}
bool Shape::is_error() const { return flag(*this, kException); }
std::string_view Shape::error_code() const {
  const std::string_view code = text(table, fact(*this, kErrorCode));
  return code.empty() ? name() : code;
}
int Shape::error_status() const { return static_cast<int>(fact(*this, kErrorCode) >> 22); }
bool Shape::retryable() const { return flag(*this, kRetryable); }
bool Shape::throttling() const { return flag(*this, kThrottling); }

std::string_view Operation::name() const { return text(table, word(raw, kNameMethodFlags)); }
std::string_view Operation::http_method() const {
  constexpr std::string_view kMethods[] = {"POST", "GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", ""};
  return kMethods[word(raw, kNameMethodFlags) >> 22 & 7];
}
std::string_view Operation::request_uri() const { return text(table, word(raw, kUri)); }
int Operation::response_code() const { return static_cast<int>(word(raw, kInputAndCode) >> 20); }
std::optional<Shape> Operation::input() const { return shape_at(table, word(raw, kInputAndCode)); }
std::optional<Shape> Operation::output() const { return shape_at(table, word(raw, kOutput)); }
std::vector<Shape> Operation::errors() const {
  std::vector<Shape> result;
  const uint32_t reference = word(raw, kErrors);
  if (reference == 0) return result;
  const char* list = words_at(table, reference);
  const char* all = words_at(table, word(service, kServiceErrors));
  for (uint32_t i = 0; i < word(list, 0); ++i) {
    const auto number = load<uint16_t>(list + 4 + 2 * static_cast<size_t>(i));
    result.push_back({table, shapes_at(table, word(all, 1 + static_cast<size_t>(number)))});
  }
  return result;
}
std::string_view Operation::input_location_name() const { return extra_text(*this, kInputName); }
std::string_view Operation::input_xml_namespace() const { return extra_text(*this, kInputXmlns); }
std::string_view Operation::input_xml_prefix() const { return extra_text(*this, kInputXmlnsPrefix); }
std::string_view Operation::result_wrapper() const { return extra_text(*this, kResultWrapper); }
std::string_view Operation::host_prefix() const { return extra_text(*this, kHostPrefix); }
std::string_view Operation::auth_type() const { return extra_text(*this, kAuthType); }
std::string_view Operation::auth() const { return extra_text(*this, kAuth); }
bool Operation::checksum_required() const { return flag(*this, kChecksumRequired); }
std::string_view Operation::checksum_algorithm_member() const { return extra_text(*this, kChecksumMember); }
std::string_view Operation::checksum_mode_member() const { return extra_text(*this, kChecksumModeMember); }
std::string_view Operation::checksum_response_algorithms() const {
  return extra_text(*this, kChecksumAlgorithms);
}
std::string_view Operation::compression() const { return extra_text(*this, kCompression); }
bool Operation::endpoint_discovery_required() const { return flag(*this, kDiscoveryRequired); }
bool Operation::deprecated() const { return flag(*this, kDeprecated); }
bool Operation::read_only() const { return flag(*this, kReadOnly); }
bool Operation::idempotent() const { return flag(*this, kIdempotent); }
std::optional<Paginator> Operation::paginator() const {
  const uint32_t reference = extra(*this, kPaginator);
  if (reference == 0) return std::nullopt;
  const char* record = words_at(table, reference);
  return Paginator{texts(table, word(record, 0)), texts(table, word(record, 1)),
                   texts(table, word(record, 2)), texts(table, word(record, 3)),
                   text(table, word(record, 4)),  text(table, word(record, 5))};
}
std::string_view Operation::static_context_params() const { return extra_text(*this, kStaticContext); }
std::string_view Operation::operation_context_params() const { return extra_text(*this, kOperationContext); }

std::string_view Service::name() const { return text(table, word(raw, kServiceName)); }
std::string_view Service::service_id() const { return text(table, word(raw, kServiceId)); }
std::string_view Service::full_name() const { return text(table, word(raw, kFullName)); }
Protocol Service::protocol() const { return static_cast<Protocol>(word(raw, kProtocolAndFlags) & 255); }
std::string_view Service::api_version() const { return text(table, word(raw, kApiVersion)); }
std::string_view Service::endpoint_prefix() const { return text(table, word(raw, kEndpointPrefix)); }
std::string_view Service::signing_name() const {
  const std::string_view given = text(table, word(raw, kSigningName));
  return given.empty() ? endpoint_prefix() : given;
}
std::string_view Service::signature_version() const { return text(table, word(raw, kSignatureVersion)); }
std::string_view Service::auth() const { return text(table, word(raw, kServiceAuth)); }
std::string_view Service::target_prefix() const { return text(table, word(raw, kTargetPrefix)); }
std::string_view Service::xml_namespace() const { return text(table, word(raw, kServiceXmlNamespace)); }
bool Service::query_compatible() const { return (word(raw, kProtocolAndFlags) >> 8 & 1) != 0; }
std::vector<Operation> Service::operations() const {
  std::vector<Operation> result;
  const char* first = shapes_at(table, word(raw, kFirstOperation));
  const size_t count = word(raw, kOperationCount);
  result.reserve(count);
  for (size_t i = 0; i < count; ++i) result.push_back({table, raw, first + kOperationBytes * i});
  return result;
}
std::optional<Operation> Service::find(std::string_view operation) const {
  const char* first = shapes_at(table, word(raw, kFirstOperation));
  const char* found = find_sorted(table, first, word(raw, kOperationCount), kOperationBytes, operation);
  if (found == nullptr) return std::nullopt;
  return Operation{table, raw, found};
}
std::vector<Shape> Service::errors() const {
  std::vector<Shape> result;
  const uint32_t reference = word(raw, kServiceErrors);
  if (reference == 0) return result;
  const char* list = words_at(table, reference);
  for (uint32_t i = 1; i <= word(list, 0); ++i) result.push_back({table, shapes_at(table, word(list, i))});
  return result;
}
std::string Service::endpoint_rules() const {
  if (word(raw, kRules) == 0) return {};
  std::string rules = document(table, word(raw, kRules));
  const std::string_view prefix = endpoint_prefix();
  std::string result;
  size_t from = 0;
  for (size_t at = 0; (at = rules.find(kPrefixSlot, from)) != std::string::npos;
       from = at + kPrefixSlot.size()) {
    result.append(rules, from, at - from).append(prefix);
  }
  return result.append(rules, from);
}

Result<ModelTable> ModelTable::open(std::string_view bytes) {
  const size_t header = kMagic.size() + 4 * (kVersion + size_t{1});
  if (bytes.size() < header || !bytes.starts_with(kMagic) ||
      word(bytes.data() + kMagic.size(), kSize) != bytes.size()) {
    return make_error(ErrorKind::corrupt, "model_table", "this is no table of AWS models of this version");
  }
  return ModelTable(bytes.data());
}
std::vector<Service> ModelTable::services() const {
  std::vector<Service> result;
  const size_t count = word(table_ + kMagic.size(), kServiceCount);
  for (size_t i = 0; i < count; ++i)
    result.push_back({table_, section(table_, kServices) + kServiceBytes * i});
  return result;
}
std::optional<Service> ModelTable::find_service(std::string_view name) const {
  const size_t count = word(table_ + kMagic.size(), kServiceCount);
  const char* found = find_sorted(table_, section(table_, kServices), count, kServiceBytes, name);
  if (found == nullptr) return std::nullopt;
  return Service{table_, found};
}
std::string ModelTable::partitions() const {
  return document(table_, word(table_ + kMagic.size(), kPartitions));
}
std::string_view ModelTable::version() const { return text(table_, word(table_ + kMagic.size(), kVersion)); }

std::vector<Service> services() { return embedded_models().services(); }
std::optional<Service> find_service(std::string_view name) { return embedded_models().find_service(name); }
std::string partitions() { return embedded_models().partitions(); }
std::string_view model_version() { return embedded_models().version(); }

}  // namespace hm::aws
