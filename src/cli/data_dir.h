// Where a command finds what the server and other commands have stored.
#pragma once

#include <string>

namespace hm::cli {

// `given`, or HM_DATA_DIR, or $XDG_DATA_HOME/hostmaster, or ~/.local/share/hostmaster.
std::string data_dir(const std::string& given);
// `given`, or HM_DATABASE_URL, or the SQLite file of the data directory.
std::string database_url(const std::string& given, const std::string& data_directory);

}  // namespace hm::cli
