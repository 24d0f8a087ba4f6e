#include "query/disposable_file.h"

#include <chrono>
#include <filesystem>
#include <fstream>

#include "store/sqlite_file.h"

namespace hm::query {
namespace {

constexpr std::chrono::hours kKeepUnused{48};

// Changes when the machine starts: with synchronous=off a file that was open then may be damaged.
std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id;
}

Status create_tables(store::Link& link, const std::string& script) {
  HM_DO(link.script("create table hm_base_meta (key text primary key, value text not null);" + script));
  HM_TRY([[maybe_unused]] int64_t rows,
         link.execute("insert into hm_base_meta values ('boot', $1)", {boot_id()}));
  return ok();
}

// The tables are there and the machine has not gone down since they were made.
bool is_usable(store::Link& link) {
  std::string boot;
  const Status read =
      link.each("select value from hm_base_meta where key = 'boot'", {}, [&](const store::Row& row) {
        boot = row.string(0);
        return ok();
      });
  return read.has_value() && boot == boot_id();
}

}  // namespace

Result<std::unique_ptr<store::Link>> open_disposable(const std::string& path, const std::string& script) {
  HM_DO(store::prepare_private_file(path, true));
  HM_TRY(auto link, store::open_sqlite(path, {}));
  HM_DO(link->script("pragma synchronous=off; pragma secure_delete=off"));
  if (is_usable(*link)) return link;
  // Another process may be making the tables at this moment.
  HM_DO(link->begin(true));
  Status made = is_usable(*link) ? ok() : create_tables(*link, script);
  if (made.has_value()) made = link->commit();
  if (!made.has_value()) {
    link->rollback();
    return std::move(made.error());
  }
  return link;
}

Result<std::unique_ptr<store::Link>> open_or_remake(const std::string& path, const std::string& script) {
  auto link = open_disposable(path, script);
  if (link.has_value()) return link;
  if (link.error().kind != ErrorKind::corrupt && link.error().kind != ErrorKind::internal) return link;
  remove_disposable(path);
  return open_disposable(path, script);
}

void remove_disposable(const std::string& path) {
  std::error_code ignored;
  for (const char* ending : {"", "-wal", "-shm"}) std::filesystem::remove(path + ending, ignored);
}

void remove_unused(const std::string& directory, std::string_view prefix, const std::string& own) {
  std::error_code failed;
  const auto now = std::filesystem::file_time_type::clock::now();
  for (const auto& entry : std::filesystem::directory_iterator(directory, failed)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix) || name.starts_with(own)) continue;
    const auto touched = std::filesystem::last_write_time(entry.path(), failed);
    if (!failed && now - touched > kKeepUnused) std::filesystem::remove_all(entry.path(), failed);
  }
}

}  // namespace hm::query
