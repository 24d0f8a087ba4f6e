// Replaces sensitive values before anything else sees them.
//
// A value becomes {"redacted": "hmac:<16 hexadecimal digits>", "length": <bytes>, "looks_like": "<verdict>"}.
// The keyed hash tells whether two values are the same, and whether one changed, and nothing more: the key
// belongs to the installation and is never stored in the database.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/json_path.h"
#include "catalog/catalog.h"

namespace hm::collect {

class Redactor {
 public:
  // `key`: 32 random bytes.
  explicit Redactor(std::string key);
  // The installation's key: the file `redaction.key` of the data directory (mode 0600), made if it is absent.
  static Result<Redactor> of(const std::string& data_dir);

  // Of a list or map, every value inside is replaced and the names stay.
  void replace(Json& value, std::string_view name = {}) const;
  // Replaces in `document` what the type calls sensitive: of the part `part` (a detail's name), or of
  // everything that is no detail's where `part` is empty. Call it once for each part.
  void apply(const catalog::ResourceType& type, std::string_view part, Json& document) const;

 private:
  Json token_for(std::string_view name, std::string_view value) const;
  std::string key_;
};

}  // namespace hm::collect
