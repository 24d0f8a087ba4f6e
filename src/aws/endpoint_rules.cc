#include "aws/endpoint_rules.h"

#include <optional>

#include "aws/endpoint_program.h"
#include "base/encoding.h"

namespace hm::aws {

namespace {

// One evaluation: the values of all variables, and what runs over them.
class Evaluation {
 public:
  Evaluation(std::vector<EndpointValue> slots, const Partitions& partitions)
      : slots_(std::move(slots)), partitions_(partitions) {}

  // Nothing where no rule matches.
  std::optional<Result<RuleEndpoint>> first_of(const std::vector<Rule>& rules) {
    for (const Rule& rule : rules) {
      if (holds(rule)) {
        if (auto found = outcome(rule)) return found;
      }
      // What a rule assigned is seen by the rules inside it, not by its neighbours.
      for (const Condition& condition : rule.conditions) {
        if (condition.assign >= 0) slots_[static_cast<size_t>(condition.assign)] = EndpointValue();
      }
    }
    return std::nullopt;
  }

 private:
  bool holds(const Rule& rule) {
    for (const Condition& condition : rule.conditions) {
      EndpointValue value = evaluate(condition.expression);
      const bool* flag = std::get_if<bool>(&value);
      if (std::holds_alternative<std::monostate>(value) || (flag && !*flag)) return false;
      if (condition.assign >= 0) slots_[static_cast<size_t>(condition.assign)] = std::move(value);
    }
    return true;
  }

  std::optional<Result<RuleEndpoint>> outcome(const Rule& rule) {
    if (const auto* rules = std::get_if<std::vector<Rule>>(&rule.outcome)) return first_of(*rules);
    if (const auto* error = std::get_if<ErrorOutcome>(&rule.outcome)) {
      return make_error(ErrorKind::invalid, "endpoint_refused", text_of(evaluate(error->message)));
    }
    const auto& endpoint = std::get<EndpointOutcome>(rule.outcome);
    RuleEndpoint out;
    out.url = text_of(evaluate(endpoint.url));
    out.properties = document(endpoint.properties);
    for (const auto& [name, value] : endpoint.headers)
      out.headers.emplace_back(name, text_of(evaluate(value)));
    return out;
  }

  static std::string text_of(const EndpointValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* number = std::get_if<int64_t>(&value)) return std::to_string(*number);
    return {};
  }

  std::string fill(const Template& pieces) const {
    std::string out;
    for (const TemplatePiece& piece : pieces) {
      if (piece.slot < 0) {
        out += piece.text;
        continue;
      }
      const EndpointValue* value = &slots_[static_cast<size_t>(piece.slot)];
      for (const std::string& field : piece.fields) {
        const auto* record = value ? std::get_if<std::shared_ptr<const EndpointRecord>>(value) : nullptr;
        value = record ? (*record)->find(field) : nullptr;
      }
      if (value) out += text_of(*value);
    }
    return out;
  }

  Json document(const Property& property) const {
    if (const auto* constant = std::get_if<Json>(&property.value)) return *constant;
    if (const auto* pieces = std::get_if<Template>(&property.value)) return Json(fill(*pieces));
    const auto& inner = std::get<PropertyItems>(property.value);
    if (!inner.is_object) {
      JsonArray out;
      out.reserve(inner.items.size());
      for (const Property& item : inner.items) out.push_back(document(item));
      return out;
    }
    JsonObject out;
    for (size_t i = 0; i < inner.items.size(); ++i) out.emplace(inner.names[i], document(inner.items[i]));
    return out;
  }

  EndpointValue evaluate(const Expression& expression) {
    if (const auto* constant = std::get_if<EndpointValue>(&expression.value)) return *constant;
    if (const auto* reference = std::get_if<Reference>(&expression.value)) return slots_[reference->slot];
    if (const auto* pieces = std::get_if<Template>(&expression.value)) return fill(*pieces);
    return call(std::get<Call>(expression.value));
  }

  EndpointValue call(const Call& call) {
    const EndpointValue first = evaluate(call.arguments[0]);
    const auto* text = std::get_if<std::string>(&first);
    switch (call.function) {
      case EndpointFunction::is_set:
        return !std::holds_alternative<std::monostate>(first);
      case EndpointFunction::logical_not:
        return !flag(first);
      case EndpointFunction::boolean_equals:
      case EndpointFunction::string_equals:
        return !std::holds_alternative<std::monostate>(first) && first == evaluate(call.arguments[1]);
      case EndpointFunction::get_attr:
        return attribute(first, call.path);
      case EndpointFunction::substring:
        if (!text) return {};
        return endpoint_substring(*text, number(call.arguments[1]), number(call.arguments[2]),
                                  flag(evaluate(call.arguments[3])));
      case EndpointFunction::is_valid_host_label:
        return text && is_valid_host_label(*text, flag(evaluate(call.arguments[1])));
      case EndpointFunction::aws_is_virtual_hostable_bucket:
        return text && is_virtual_hostable_bucket(*text, flag(evaluate(call.arguments[1])));
      case EndpointFunction::parse_url:
        return text ? parse_endpoint_url(*text) : EndpointValue();
      case EndpointFunction::uri_encode:
        return text ? percent_encode(*text) : EndpointValue();
      case EndpointFunction::aws_parse_arn:
        return text ? parse_arn(*text) : EndpointValue();
      case EndpointFunction::aws_partition:
        return partitions_.of_region(text ? *text : "").outputs;
    }
    return {};
  }

  static bool flag(const EndpointValue& value) {
    const bool* found = std::get_if<bool>(&value);
    return found && *found;
  }

  int64_t number(const Expression& expression) {
    const EndpointValue value = evaluate(expression);
    const auto* found = std::get_if<int64_t>(&value);
    return found ? *found : -1;
  }

  static EndpointValue attribute(EndpointValue value, const std::vector<AttributeStep>& path) {
    for (const AttributeStep& step : path) {
      EndpointValue next;
      if (const auto* name = std::get_if<std::string>(&step)) {
        const auto* record = std::get_if<std::shared_ptr<const EndpointRecord>>(&value);
        const EndpointValue* field = record ? (*record)->find(*name) : nullptr;
        if (field) next = *field;
      } else {
        const auto* list = std::get_if<std::vector<std::string>>(&value);
        const size_t index = std::get<size_t>(step);
        if (list && index < list->size()) next = (*list)[index];
      }
      value = std::move(next);
    }
    return value;
  }

  std::vector<EndpointValue> slots_;
  const Partitions& partitions_;
};

bool fits(const EndpointValue& value, EndpointParameter::Type type) {
  switch (type) {
    case EndpointParameter::Type::text:
      return std::holds_alternative<std::string>(value);
    case EndpointParameter::Type::boolean:
      return std::holds_alternative<bool>(value);
    case EndpointParameter::Type::texts:
      return std::holds_alternative<std::vector<std::string>>(value);
  }
  return false;
}

}  // namespace

RuleSet::RuleSet(std::unique_ptr<const EndpointProgram> program) : program_(std::move(program)) {}
RuleSet::RuleSet(RuleSet&&) noexcept = default;
RuleSet& RuleSet::operator=(RuleSet&&) noexcept = default;
RuleSet::~RuleSet() = default;

const std::vector<EndpointParameter>& RuleSet::parameters() const { return program_->parameters; }

Result<RuleEndpoint> RuleSet::evaluate(std::vector<EndpointValue> values,
                                       const Partitions& partitions) const {
  values.resize(program_->slots);
  for (size_t i = 0; i < program_->parameters.size(); ++i) {
    const EndpointParameter& parameter = program_->parameters[i];
    if (std::holds_alternative<std::monostate>(values[i])) values[i] = parameter.otherwise;
    if (std::holds_alternative<std::monostate>(values[i])) {
      if (!parameter.required) continue;
      return make_error(ErrorKind::invalid, "endpoint_refused",
                        "the endpoint needs a value for '" + parameter.name + "'");
    }
    if (!fits(values[i], parameter.type)) {
      return make_error(ErrorKind::invalid, "endpoint_refused",
                        "the endpoint parameter '" + parameter.name + "' has a value of the wrong type");
    }
  }
  if (auto found = Evaluation(std::move(values), partitions).first_of(program_->rules))
    return std::move(*found);
  return make_error(ErrorKind::invalid, "endpoint_refused", "no endpoint rule matches");
}

Result<RuleEndpoint> RuleSet::evaluate(const Json& values, const Partitions& partitions) const {
  std::vector<EndpointValue> slots;
  for (const EndpointParameter& parameter : program_->parameters) {
    const Json* value = member(values, parameter.name);
    slots.push_back(value ? to_endpoint_value(*value) : EndpointValue());
  }
  return evaluate(std::move(slots), partitions);
}

}  // namespace hm::aws
