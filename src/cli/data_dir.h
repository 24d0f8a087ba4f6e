// Where a command finds what the server and other commands have stored.
#pragma once

#include <string>

namespace hm::cli {

// `given`, or HOSTMASTER_DATA_DIR, or $XDG_DATA_HOME/hostmaster, or ~/.local/share/hostmaster.
std::string data_dir(const std::string& given);
// `given`, or HOSTMASTER_DATABASE_URL, or the SQLite file of the data directory.
std::string database_url(const std::string& given, const std::string& data_directory);

}  // namespace hm::cli
