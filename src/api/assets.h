// The dashboard's files, packed into the binary by web/CMakeLists.txt.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/http_server.h"

namespace hm::api {

class Assets {
 public:
  // The pack must live as long as the program. A malformed one is a bug of the build.
  explicit Assets(std::string_view pack);

  // The file at `path`, brotli or gzip where the client takes it; an unknown path without an extension is the
  // dashboard itself, every other unknown path is a 404.
  ServerResponse serve(const ServerRequest& request) const;

 private:
  struct File {
    std::string content_type;
    std::string_view bytes;
  };
  ServerResponse index() const;
  const File* find(const std::string& path) const;

  std::map<std::string, File> files_;
};

}  // namespace hm::api
