#include "catalog/call_check.h"
#include "catalog/derive.h"
#include "catalog/derived_document.h"

namespace hm::catalog {

namespace {

// A value of the parameter's kind, to be replaced.
Json sample(aws::Shape shape) {
  switch (shape.kind()) {
    case aws::ShapeKind::structure: {
      JsonObject object;
      for (const auto& one : shape.members()) {
        if (one.required()) object[one.name()] = sample(one.shape());
      }
      return object;
    }
    case aws::ShapeKind::list:
      return JsonArray{sample(shape.element().shape())};
    case aws::ShapeKind::map:
      return JsonObject{};
    case aws::ShapeKind::boolean:
      return false;
    case aws::ShapeKind::string:
    case aws::ShapeKind::blob:
    case aws::ShapeKind::timestamp: {
      const auto allowed = shape.enumeration();
      return Json(allowed.empty() ? std::string_view("example") : allowed.front());
    }
    default:
      return 1;
  }
}

void add_required(const aws::Operation& operation, Draft& draft) {
  const auto input = operation.input();
  if (!input) return;
  JsonObject params;
  for (const auto& one : input->members()) {
    if (!one.required() || one.idempotency_token()) continue;
    params[one.name()] = sample(one.shape());
    draft.notes.push_back("the list needs " + std::string(one.name()) +
                          ": say it in `params`, or whose items these are in `list.parents`");
  }
  if (!params.empty()) draft.document.get_object()["list"].get_object()["params"] = std::move(params);
}

// Something that the schema and the models take, where no rule found what is unique.
void add_key(const DerivedList& list, Draft& draft) {
  auto& root = draft.document.get_object();
  if (root["key"].get_string().empty()) {
    for (const auto& one : list.element.members()) {
      if (one.shape().kind() != aws::ShapeKind::string) continue;
      root["key"] = one.name();
      break;
    }
    draft.notes.emplace_back("no member bears the item's own ARN, id or name: is `key` unique?");
  }
  if (!root.contains("arn"))
    draft.notes.emplace_back("AWS answers no ARN: write `arn` as the service authorization reference has it");
}

}  // namespace

Result<Draft> draft_type(const DerivedRules& rules, std::string_view service, std::string_view operation) {
  HM_TRY(const auto known, find_operation(service, operation));
  const std::string call = std::string(service) + ":" + std::string(operation);
  const auto list = derived_list(*aws::find_service(service), known, true);
  if (!list)
    return make_error(ErrorKind::invalid, "no_list",
                      "the answer of " + call +
                          " has no one list that it is about: begin with a type that "
                          "resembles it (`hostmaster catalog show`)");
  aws::EndpointResolver resolver;
  Draft draft{.id = id_of(rules, *list), .document = document_of(rules, *list, resolver), .notes = {}};
  add_required(known, draft);
  add_key(*list, draft);
  if (draft.document.get_object()["key"].get_string().empty())
    return make_error(ErrorKind::invalid, "no_key",
                      "the items of " + call + " have no text that could be their key");
  return draft;
}

}  // namespace hm::catalog
