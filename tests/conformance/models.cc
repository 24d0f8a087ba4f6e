#include "models.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hm::conformance {

namespace {

namespace fs = std::filesystem;

// A folder of our own that goes away with us.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "hm_conformance_XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

Status run(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return make_error(ErrorKind::internal, "model_compiler", command[0] + " " + command[1] + " failed");
  }
  return ok();
}

}  // namespace

void VectorModels::add(std::string_view name, Json model) {
  services_.insert_or_assign(name, std::move(model));
}

Status VectorModels::compile() {
  const TemporaryFolder folder;
  const std::string source = (folder.path() / "models.json").string();
  const std::string target = (folder.path() / "models.bin").string();
  std::ofstream(source) << to_json(JsonObject{{"services", services_}});
  const char* python = std::getenv("HM_PYTHON");
  HM_DO(run(
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
