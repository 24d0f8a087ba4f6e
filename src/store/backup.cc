#include "store/backup.h"

#include <filesystem>
#include <fstream>

#include "store/link.h"
#include "store/migrations.h"
#include "store/sqlite_file.h"

namespace hm::store {
namespace {

Status check_whole(Link& link) {
  std::string verdict;
  HM_DO(link.each("pragma quick_check(1)", {}, [&](const Row& row) {
    verdict = row.string(0);
    return ok();
  }));
  if (verdict != "ok")
    return make_error(ErrorKind::corrupt, "corrupt_file", "the copy is damaged: " + verdict);
  return ok();
}

// A newer schema is refused here; an older one is brought up when the database is opened.
Status check_ours(Link& link) {
  Status fit = check_migrations(link, embedded_migrations());
  if (fit.has_value()) return ok();
  if (fit.error().code != "schema_older") return fit;
  int64_t tables = 0;
  HM_DO(link.each("select count(*) from sqlite_master where name = 'schema_migration'", {},
                  [&](const Row& row) {
                    tables = row.integer(0);
                    return ok();
                  }));
  if (tables == 0)
    return make_error(ErrorKind::invalid, "not_ours", "the file is no copy of a HostMaster database");
  return ok();
}

Status prepare_copy(const std::string& staged) {
  HM_TRY(const auto link, open_sqlite(staged, {.create = false}));
  HM_DO(check_whole(*link));
  HM_DO(check_ours(*link));
  return link->script("delete from store_meta where key = 'identity'; pragma wal_checkpoint(truncate)");
}

Status copy_file(const std::string& from, const std::string& to) {
  HM_DO(prepare_private_file(to, true));
  std::ifstream in(from, std::ios::binary);
  std::ofstream out(to, std::ios::binary | std::ios::trunc);
  if (in && in.peek() != std::ifstream::traits_type::eof()) out << in.rdbuf();
  out.close();
  if (!in || !out) return make_error(ErrorKind::unavailable, "io", "cannot copy " + from + " to " + to);
  return ok();
}

void remove_database(const std::string& path) {
  std::error_code ignored;
  for (const char* ending : {"", "-wal", "-shm"}) std::filesystem::remove(path + ending, ignored);
}

// What the write-ahead log holds goes into the file, as far as it can be read: then nothing is lost where
// only one of the two has been moved.
void empty_log(const std::string& path) {
  if (auto link = open_sqlite(path, {.create = false}); link.has_value())
    static_cast<void>((*link)->script("pragma wal_checkpoint(truncate)"));
}

// The log first: a file without its log is an older state, and a log beside another file would be applied to
// it.
Status rename_database(const std::string& from, const std::string& to) {
  for (const char* ending : {"-wal", "-shm", ""}) {
    std::error_code failed;
    if (!std::filesystem::exists(from + ending, failed)) continue;
    std::filesystem::rename(from + ending, to + ending, failed);
    if (failed)
      return make_error(ErrorKind::denied, "not_writable",
                        "cannot rename " + from + ending + ": " + failed.message());
  }
  return ok();
}

// What a restore left that was killed half way.
Status remove_log(const std::string& path) {
  for (const char* ending : {"-wal", "-shm"}) {
    std::error_code failed;
    std::filesystem::remove(path + ending, failed);
    if (failed)
      return make_error(ErrorKind::denied, "not_writable",
                        "cannot remove " + path + ending + ": " + failed.message());
  }
  return ok();
}

}  // namespace

Status backup_sqlite(const std::string& path, const std::string& target) {
  std::error_code failed;
  if (std::filesystem::exists(target, failed))
    return make_error(ErrorKind::conflict, "exists",
                      target + " exists already, and a backup is never written over");
  HM_DO(prepare_private_file(path, false));
  HM_TRY(const auto link, open_sqlite(path, {.create = false}));
  HM_DO(prepare_private_file(target, true));
  auto copied = link->execute("vacuum into $1", {target});
  if (copied.has_value()) return ok();
  std::filesystem::remove(target, failed);
  return std::move(copied.error()).context("writing the backup " + target);
}

Result<std::string> restore_sqlite(const std::string& copy, const std::string& path, const Clock& clock) {
  if (std::error_code failed; !std::filesystem::is_regular_file(copy, failed))
    return make_error(ErrorKind::not_found, "no_backup", "there is no file " + copy);
  const std::string staged = path + ".restoring";
  remove_database(staged);
  Status prepared = copy_file(copy, staged);
  if (prepared.has_value()) prepared = prepare_copy(staged);
  if (!prepared.has_value()) {
    remove_database(staged);
    return std::move(prepared.error()).context("restoring " + copy);
  }
  HM_TRY(const auto lock, ServerLock::take(path));
  std::string kept;
  if (std::filesystem::exists(path)) {
    kept = path + ".before-" + std::to_string(to_micros(clock.now()) / 1'000'000);
    empty_log(path);
    HM_DO(rename_database(path, kept));
  }
  HM_DO(remove_log(path));
  HM_DO(rename_database(staged, path));
  return kept;
}

}  // namespace hm::store
