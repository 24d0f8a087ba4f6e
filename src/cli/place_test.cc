// Every command finds the store where the configuration of the server says it is.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "cli/commands.h"
#include "store/database.h"

namespace hm::cli {
namespace {

TEST(Place, QueryAndBackupReadTheConfigurationOfTheServer) {
  const auto directory = std::filesystem::temp_directory_path() / ("hm-place-" + hex(random_bytes(8)));
  const std::string elsewhere = (directory / "elsewhere" / "other.db").string();
  const SystemClock clock;
  ASSERT_TRUE(store::Database::open("sqlite:" + elsewhere, clock).has_value());
  const std::string config = (directory / "config.yaml").string();
  std::ofstream(config) << "data_dir: " << (directory / "data").string()
                        << "\ndatabase_url: sqlite:" << elsewhere << "\n";
  EXPECT_EQ(run_query({"--config", config, "select 1"}), kExitOk);
  const std::string copy = (directory / "copy.db").string();
  EXPECT_EQ(run_backup({"--config", config, copy}), kExitOk);
  EXPECT_TRUE(std::filesystem::exists(copy));
  EXPECT_FALSE(std::filesystem::exists(directory / "data" / "hostmaster.db"));
  // A flag stands above the file: there is no store, and asking makes none.
  const std::string nothing = "sqlite:" + (directory / "nothing.db").string();
  EXPECT_EQ(run_query({"--config", config, "--database-url", nothing, "select 1"}), kExitFailed);
  EXPECT_FALSE(std::filesystem::exists(directory / "nothing.db"));
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace hm::cli
