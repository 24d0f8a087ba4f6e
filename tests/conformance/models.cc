#include "models.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "vectors.h"

namespace hm::conformance {

void VectorModels::add(std::string_view name, Json model) {
  services_.insert_or_assign(name, std::move(model));
}

Status VectorModels::compile() {
  const TemporaryFolder folder;
  const std::string source = (folder.path() / "models.json").string();
  const std::string target = (folder.path() / "models.bin").string();
  std::ofstream(source) << to_json(JsonObject{{"services", services_}});
  const char* python = std::getenv("HM_PYTHON");
  HM_DO(run_program(
      {python != nullptr ? python : "python3", HM_MODEL_COMPILER, "--services", source, "--out", target}));
  HM_TRY(bytes_, read_text(target));
  HM_TRY(table_, aws::ModelTable::open(bytes_));
  return ok();
}

std::optional<aws::Service> VectorModels::find_service(std::string_view name) const {
  return table_ ? table_->find_service(name) : std::nullopt;
}

Result<std::string> read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return make_error(ErrorKind::not_found, "vectors", "cannot read " + path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

Result<Json> read_json(const std::string& path) {
  HM_TRY(const std::string text, read_text(path));
  return parse_json(text).context("reading " + path);
}

}  // namespace hm::conformance
