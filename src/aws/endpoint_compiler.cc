#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "aws/endpoint_program.h"

namespace hm::aws {

namespace {

struct FunctionName {
  std::string_view name;
  EndpointFunction function;
  size_t arguments;
};

constexpr std::array<FunctionName, 12> kFunctions = {{
    {"booleanEquals", EndpointFunction::boolean_equals, 2},
    {"stringEquals", EndpointFunction::string_equals, 2},
    {"isSet", EndpointFunction::is_set, 1},
    {"not", EndpointFunction::logical_not, 1},
    {"getAttr", EndpointFunction::get_attr, 2},
    {"substring", EndpointFunction::substring, 4},
    {"isValidHostLabel", EndpointFunction::is_valid_host_label, 2},
    {"parseURL", EndpointFunction::parse_url, 1},
    {"uriEncode", EndpointFunction::uri_encode, 1},
    {"aws.partition", EndpointFunction::aws_partition, 1},
    {"aws.parseArn", EndpointFunction::aws_parse_arn, 1},
    {"aws.isVirtualHostableS3Bucket", EndpointFunction::aws_is_virtual_hostable_bucket, 2},
}};

Error bad_rules(std::string message) {
  return make_error(ErrorKind::corrupt, "bad_endpoint_rules", "endpoint rules: " + std::move(message));
}

const JsonArray& list_of(const Json& document, std::string_view key) {
  static const JsonArray kEmpty;
  const Json* found = member(document, key);
  return found && found->is_array() ? found->get_array() : kEmpty;
}

Result<std::vector<AttributeStep>> parse_path(std::string_view text) {
  std::vector<AttributeStep> out;
  while (!text.empty()) {
    const auto dot = text.find('.');
    std::string_view part = text.substr(0, dot);
    text = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
    const auto bracket = part.find('[');
    if (bracket != 0) out.emplace_back(std::string(part.substr(0, bracket)));
    if (bracket == std::string_view::npos) continue;
    part.remove_prefix(bracket + 1);
    size_t index = 0;
    const auto [end, failure] = std::from_chars(part.data(), part.data() + part.size(), index);
    if (failure != std::errc() || std::string_view(end, part.data() + part.size()) != "]") {
      return bad_rules("an index is wrong in a path");
    }
    out.emplace_back(index);
  }
  return out;
}

class Compiler {
 public:
  explicit Compiler(EndpointProgram& program) : program_(program) {}

  Status parameters(const Json& document) {
    const Json* parameters = member(document, "parameters");
    if (!parameters || !parameters->is_object()) return bad_rules("no parameters");
    for (const auto& entry : parameters->get_object()) {
      EndpointParameter parameter;
      parameter.name = entry.key();
      parameter.built_in = member_text(entry.value(), "builtIn");
      const std::string_view type = member_text(entry.value(), "type");
      if (type == "string" || type == "String") {
        parameter.type = EndpointParameter::Type::text;
      } else if (type == "boolean" || type == "Boolean") {
        parameter.type = EndpointParameter::Type::boolean;
      } else if (type == "stringArray") {
        parameter.type = EndpointParameter::Type::texts;
      } else {
        return bad_rules("unknown type of parameter '" + std::string(type) + "'");
      }
      const Json* required = member(entry.value(), "required");
      parameter.required = required && required->is_bool() && required->get_bool();
      if (const Json* value = member(entry.value(), "default"))
        parameter.otherwise = to_endpoint_value(*value);
      slots_.emplace(parameter.name, slots_.size());
      program_.parameters.push_back(std::move(parameter));
    }
    return ok();
  }

  Result<std::vector<Rule>> rules(const JsonArray& documents) {
    std::vector<Rule> out;
    for (const Json& document : documents) {
      HM_TRY(Rule compiled, rule(document));
      out.push_back(std::move(compiled));
    }
    return out;
  }

  size_t slots() const { return slots_.size(); }

 private:
  Result<Rule> rule(const Json& document) {
    Rule out;
    for (const Json& condition : list_of(document, "conditions")) {
      HM_TRY(Expression compiled, expression(condition));
      const std::string_view assign = member_text(condition, "assign");
      int slot = -1;
      if (!assign.empty()) slot = static_cast<int>(slots_.emplace(assign, slots_.size()).first->second);
      out.conditions.push_back(Condition{std::move(compiled), slot});
    }
    const std::string_view type = member_text(document, "type");
    if (type == "tree") {
      HM_TRY(out.outcome, rules(list_of(document, "rules")));
    } else if (type == "error") {
      const Json* message = member(document, "error");
      HM_TRY(Expression compiled, expression(message ? *message : Json("")));
      out.outcome = ErrorOutcome{std::move(compiled)};
    } else if (type == "endpoint") {
      const Json* endpoint = member(document, "endpoint");
      if (!endpoint) return bad_rules("an endpoint rule without an endpoint");
      HM_TRY(out.outcome, outcome(*endpoint));
    } else {
      return bad_rules("unknown type of rule '" + std::string(type) + "'");
    }
    return out;
  }

  Result<EndpointOutcome> outcome(const Json& endpoint) {
    EndpointOutcome out;
    const Json* url = member(endpoint, "url");
    if (!url) return bad_rules("an endpoint without a URL");
    HM_TRY(out.url, expression(*url));
    const Json* properties = member(endpoint, "properties");
    HM_TRY(out.properties, property(properties ? *properties : Json(JsonObject())));
    const Json* headers = member(endpoint, "headers");
    if (!headers || !headers->is_object()) return out;
    for (const auto& entry : headers->get_object()) {
      if (!entry.value().is_array()) return bad_rules("the values of a header are no list");
      for (const Json& value : entry.value().get_array()) {
        HM_TRY(Expression compiled, expression(value));
        out.headers.emplace_back(entry.key(), std::move(compiled));
      }
    }
    return out;
  }

  Result<Property> property(const Json& document) {
    PropertyItems out{document.is_object(), {}, {}};
    if (const auto* object = document.if_object()) {
      for (const auto& entry : *object) {
        HM_TRY(Property item, property(entry.value()));
        out.names.emplace_back(entry.key());
        out.items.push_back(std::move(item));
      }
      return Property{std::move(out)};
    }
    if (const auto* array = document.if_array()) {
      for (const Json& entry : *array) {
        HM_TRY(Property item, property(entry));
        out.items.push_back(std::move(item));
      }
      return Property{std::move(out)};
    }
    if (!document.is_string()) return Property{document};
    HM_TRY(Template pieces, text(as_text(document)));
    return Property{std::move(pieces)};
  }

  Result<Expression> expression(const Json& document) {
    if (document.is_string()) {
      HM_TRY(Template pieces, text(as_text(document)));
      if (pieces.empty()) return Expression{EndpointValue(std::string())};
      if (pieces.size() == 1 && pieces[0].slot < 0) return Expression{EndpointValue(pieces[0].text)};
      return Expression{std::move(pieces)};
    }
    if (const Json* name = member(document, "ref"); name && name->is_string()) {
      HM_TRY(const size_t slot, slot_of(as_text(*name)));
      return Expression{Reference{slot}};
    }
    if (member(document, "fn")) return call(document);
    if (document.is_object()) return bad_rules("an argument that is neither a function nor a reference");
    return Expression{to_endpoint_value(document)};
  }

  Result<Expression> call(const Json& document) {
    const std::string_view name = member_text(document, "fn");
    const auto known = std::find_if(kFunctions.begin(), kFunctions.end(),
                                    [&](const FunctionName& row) { return row.name == name; });
    if (known == kFunctions.end()) return bad_rules("unknown function '" + std::string(name) + "'");
    const JsonArray& arguments = list_of(document, "argv");
    if (arguments.size() != known->arguments) {
      return bad_rules(std::string(name) + " with " + std::to_string(arguments.size()) + " arguments");
    }
    Call out{known->function, {}, {}};
    for (const Json& argument : arguments) {
      HM_TRY(Expression compiled, expression(argument));
      out.arguments.push_back(std::move(compiled));
    }
    if (out.function == EndpointFunction::get_attr) {
      if (!arguments[1].is_string()) return bad_rules("getAttr without a path");
      HM_TRY(out.path, parse_path(as_text(arguments[1])));
      out.arguments.pop_back();
    }
    return Expression{std::move(out)};
  }

  // Braces are doubled to stand for themselves.
  Result<Template> text(std::string_view source) {
    Template out;
    std::string plain;
    while (!source.empty()) {
      const char c = source.front();
      if (source.starts_with("{{") || source.starts_with("}}")) {
        plain += c;
        source.remove_prefix(2);
      } else if (c != '{') {
        plain += c;
        source.remove_prefix(1);
      } else {
        const auto end = source.find('}');
        if (end == std::string_view::npos) return bad_rules("a template with an open brace");
        if (!plain.empty()) out.push_back(TemplatePiece{std::exchange(plain, {}), -1, {}});
        HM_TRY(TemplatePiece piece, reference(source.substr(1, end - 1)));
        out.push_back(std::move(piece));
        source.remove_prefix(end + 1);
      }
    }
    if (!plain.empty()) out.push_back(TemplatePiece{std::move(plain), -1, {}});
    return out;
  }

  Result<TemplatePiece> reference(std::string_view name) {
    TemplatePiece out;
    const auto mark = name.find('#');
    HM_TRY(const size_t slot, slot_of(name.substr(0, mark)));
    out.slot = static_cast<int>(slot);
    while (mark != std::string_view::npos && !name.empty()) {
      const auto next = name.find('#');
      if (next == std::string_view::npos) break;
      name.remove_prefix(next + 1);
      out.fields.emplace_back(name.substr(0, name.find('#')));
    }
    return out;
  }

  Result<size_t> slot_of(std::string_view name) {
    const auto known = slots_.find(name);
    if (known == slots_.end()) return bad_rules("a reference to the unknown '" + std::string(name) + "'");
    return known->second;
  }

  EndpointProgram& program_;
  std::map<std::string, size_t, std::less<>> slots_;
};

}  // namespace

Result<RuleSet> RuleSet::compile(const Json& document) {
  auto program = std::make_unique<EndpointProgram>();
  Compiler compiler(*program);
  HM_DO(compiler.parameters(document));
  HM_TRY(program->rules, compiler.rules(list_of(document, "rules")));
  program->slots = compiler.slots();
  return RuleSet(std::move(program));
}

EndpointValue to_endpoint_value(const Json& value) {
  if (value.is_bool()) return value.get_bool();
  if (value.is_int64()) return value.get_int64();
  if (value.is_string()) return std::string(as_text(value));
  if (!value.is_array()) return {};
  std::vector<std::string> out;
  for (const Json& item : value.get_array()) {
    if (item.is_string()) out.emplace_back(as_text(item));
  }
  return out;
}

}  // namespace hm::aws
