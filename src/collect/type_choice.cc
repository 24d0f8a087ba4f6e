#include "collect/type_choice.h"

namespace hm::collect {

namespace {

bool means(const std::string& name, const catalog::ResourceType& type) {
  if (name.ends_with("/*")) return type.id.starts_with(name.substr(0, name.size() - 1));
  return name == type.id || name == type.table;
}

void find_types(const std::vector<TypeName>& names, const catalog::Catalog& catalog,
                std::set<std::string>& found, std::string& faults) {
  for (const TypeName& name : names) {
    bool any = false;
    for (const auto& type : catalog.resources()) {
      if (!means(name.text, type)) continue;
      any = true;
      found.insert(type.id);
    }
    if (any) continue;
    faults += (faults.empty() ? "" : "\n") + name.place + ": there is no type or table '" + name.text + "'" +
              (name.text.ends_with("/*") ? "; a service is named as in ec2/*" : catalog.remedy(name.text));
  }
}

void read_names(const Yaml& yaml, const Json& list, const std::string& pointer, const std::string& file,
                const Complain& complain, std::vector<TypeName>& into) {
  constexpr const char* kWanted =
      "must be a list of types, tables or services, such as [ec2/*, aws_s3_bucket]";
  if (!list.is_array()) return complain(pointer, kWanted);
  for (size_t i = 0; i < list.get_array().size(); ++i) {
    const Json& one = list.get_array()[i];
    const std::string here = pointer + "/" + std::to_string(i);
    if (!one.is_string()) return complain(here, kWanted);
    into.push_back({std::string(as_text(one)), file + ":" + std::to_string(yaml.line_of(here))});
  }
}

}  // namespace

Result<std::set<std::string>> types_left_out(const TypeChoice& choice, const catalog::Catalog& catalog) {
  std::set<std::string> included;
  std::set<std::string> left_out;
  std::string faults;
  find_types(choice.include, catalog, included, faults);
  find_types(choice.exclude, catalog, left_out, faults);
  if (!faults.empty()) return make_error(ErrorKind::invalid, "bad_config", faults);
  if (choice.include.empty()) return left_out;
  for (const auto& type : catalog.resources())
    if (!included.contains(type.id)) left_out.insert(type.id);
  return left_out;
}

TypeChoice read_type_choice(const Yaml& yaml, const std::string& pointer, const std::string& file,
                            const Complain& complain) {
  TypeChoice choice;
  boost::system::error_code failure;
  const Json* node = yaml.value.find_pointer(pointer, failure);
  if (node == nullptr || !node->is_object()) {
    complain(pointer, "'types' must be a map with include or exclude, such as {exclude: [ec2/snapshot]}");
    return choice;
  }
  for (const auto& [key, value] : node->get_object()) {
    const std::string here = pointer + "/" + std::string(key);
    if (key == "include") {
      read_names(yaml, value, here, file, complain, choice.include);
    } else if (key == "exclude") {
      read_names(yaml, value, here, file, complain, choice.exclude);
    } else {
      complain(here, "unknown key '" + std::string(key) + "'; types has include and exclude");
    }
  }
  return choice;
}

}  // namespace hm::collect
