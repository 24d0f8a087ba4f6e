#include "store/backup.h"

#include <cstdio>

#include "cli/app_options.h"
#include "cli/commands.h"
#include "cli/options.h"

namespace hm::cli {
namespace {

struct BackupOptions {
  std::string file;
  AppOptions app;
};

Result<BackupOptions> read_options(std::string_view command, const Args& args) {
  BackupOptions options;
  auto known = options.app.place_options();
  known.push_back({"file", "FILE", "the backup", &options.file, true});
  HM_DO(parse_options(command, args, known));
  return options;
}

// The file of the SQLite database; PostgreSQL is refused with what to do instead.
Result<std::string> sqlite_path(const BackupOptions& options, std::string_view instead) {
  HM_TRY(const auto config, options.app.load());
  std::string url = config.store_url();
  if (url.starts_with("postgres"))
    return make_error(ErrorKind::invalid, "usage",
                      "the database is PostgreSQL's: use `" + std::string(instead) + "` with its URL");
  if (url.starts_with("sqlite:")) url.erase(0, 7);
  return url;
}

Status back_up(const Args& args) {
  HM_TRY(const BackupOptions options, read_options("backup", args));
  HM_TRY(const std::string path, sqlite_path(options, "pg_dump --format=custom --file FILE"));
  HM_DO(store::backup_sqlite(path, options.file));
  std::fprintf(stderr, "%s holds a copy of %s; keep it as secret as the original\n", options.file.c_str(),
               path.c_str());
  return ok();
}

Status restore(const Args& args) {
  HM_TRY(const BackupOptions options, read_options("restore", args));
  HM_TRY(const std::string path, sqlite_path(options, "pg_restore --clean --dbname URL FILE"));
  const SystemClock clock;
  HM_TRY(const std::string kept, store::restore_sqlite(options.file, path, clock));
  std::fprintf(stderr, "%s is restored", path.c_str());
  if (!kept.empty()) std::fprintf(stderr, "; what was there before is now %s", kept.c_str());
  std::fprintf(stderr, "\n");
  return ok();
}

int exit_code(const Status& status) { return status.has_value() ? kExitOk : report(status.error()); }

}  // namespace

int run_backup(const Args& args) { return exit_code(back_up(args)); }
int run_restore(const Args& args) { return exit_code(restore(args)); }

}  // namespace hm::cli
