#include "catalog/call_check.h"

#include <algorithm>

#include "catalog/fill.h"

namespace hm::catalog {

using aws::Shape;
using aws::ShapeKind;

namespace {

std::string member_names(Shape shape) {
  std::string out;
  for (const auto& one : shape.members()) {
    if (out.size() > 160) return out + ", …";
    out += (out.empty() ? "" : ", ") + std::string(one.name());
  }
  return out;
}

// The names that share the longest beginning with `wanted`: most mistakes are of spelling.
std::string alike(const aws::Service& service, std::string_view wanted) {
  const auto shared = [&](std::string_view name) {
    size_t n = 0;
    while (n < name.size() && n < wanted.size() && name[n] == wanted[n]) ++n;
    return n;
  };
  size_t longest = 4;
  std::string out;
  for (const auto& one : service.operations()) {
    const size_t n = shared(one.name());
    if (n > longest) out.clear();
    longest = std::max(longest, n);
    if (n == longest && out.size() < 160) out += (out.empty() ? "" : ", ") + std::string(one.name());
  }
  return out;
}

struct ParamCheck {
  const Complain& complain;
  const std::function<Status(const std::string&)>& check_name;

  void check(const Json& value, Shape shape, const std::string& at) const {
    if (value.is_string()) {
      check_text(as_text(value), shape, at);
    } else if (const auto* object = value.if_object()) {
      check_object(*object, shape, at);
    } else if (const auto* array = value.if_array()) {
      if (shape.kind() != ShapeKind::list) return complain(at, "a list is given where none is taken");
      for (size_t i = 0; i < array->size(); ++i)
        check((*array)[i], shape.element().shape(), at + "/" + std::to_string(i));
    } else if (!is_fit(value, shape.kind())) {
      complain(at, "the value is of the wrong type");
    }
  }

 private:
  // Of true, false and numbers.
  static bool is_fit(const Json& value, ShapeKind kind) {
    const bool real = kind == ShapeKind::float_number || kind == ShapeKind::double_number;
    if (value.is_bool()) return kind == ShapeKind::boolean;
    if (value.is_double()) return real;
    return value.is_number() && (real || kind == ShapeKind::integer || kind == ShapeKind::long_integer);
  }

  void check_text(std::string_view text, Shape shape, const std::string& at) const {
    auto names = placeholders(text);
    if (!names) return complain(at, names.error().message);
    for (const auto& name : *names) {
      if (auto found = check_name(name); !found) complain(at, found.error().message);
    }
    if (!names->empty()) return;
    const auto kind = shape.kind();
    if (kind != ShapeKind::string && kind != ShapeKind::timestamp && kind != ShapeKind::blob)
      complain(at, "a text is given where the operation takes none");
    const auto allowed = shape.enumeration();
    if (allowed.empty()) return;
    for (const auto& one : allowed) {
      if (one == text) return;
    }
    complain(at, "'" + std::string(text) + "' is none of the values that the operation knows");
  }

  void check_object(const JsonObject& object, Shape shape, const std::string& at) const {
    if (shape.kind() == ShapeKind::map) {
      for (const auto& [name, value] : object)
        check(value, shape.value().shape(), at + "/" + std::string(name));
      return;
    }
    if (shape.kind() != ShapeKind::structure) return complain(at, "a map is given where none is taken");
    for (const auto& [name, value] : object) {
      const std::string key(name);
      const auto found = shape.find(key);
      if (!found) {
        complain(at + "/" + key, "there is no parameter '" + key + "'; there is " + member_names(shape));
      } else {
        check(value, found->shape(), at + "/" + key);
      }
    }
    for (const auto& needed : shape.members()) {
      if (needed.required() && !needed.idempotency_token() && !object.contains(needed.name()))
        complain(at, "the parameter '" + std::string(needed.name()) + "' is required: add it");
    }
  }
};

}  // namespace

Result<aws::Operation> find_operation(std::string_view service, std::string_view operation) {
  const auto found = aws::find_service(service);
  if (!found)
    return make_error(
        ErrorKind::invalid, "no_such_service",
        "AWS has no service '" + std::string(service) + "' by that name: use the AWS CLI's word for it");
  if (auto known = found->find(operation)) return *known;
  const std::string near = alike(*found, operation);
  return make_error(ErrorKind::invalid, "no_such_operation",
                    "there is no operation '" + std::string(operation) + "' in " + std::string(service) +
                        (near.empty() ? std::string() : "; there is " + near));
}

void check_params(const Json& params, const aws::Operation& operation, const Complain& complain,
                  const std::function<Status(const std::string&)>& check_name) {
  const auto input = operation.input();
  if (input) return ParamCheck{complain, check_name}.check(params, *input, "/params");
  if (!params.get_object().empty()) complain("/params", "the operation takes no parameters");
}

std::string natural_permission(std::string_view service, std::string_view operation) {
  const auto found = aws::find_service(service);
  return std::string(found ? found->signing_name() : service) + ":" + std::string(operation);
}

}  // namespace hm::catalog
