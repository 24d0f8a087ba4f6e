// What of a shape must not be stored as it is: what AWS's models mark, and what its name calls a secret or a
// setting in which people keep secrets. The models mark only some of them.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "aws/model.h"

namespace hm::catalog {

struct Sensitive {
  std::vector<std::string> marked;  // paths that the models mark: hidden without being asked for
  std::vector<std::string> named;   // paths of texts whose name says so: the file must decide on each
};

// Whether the name says token, password, secret, credential, environment, env, options or properties, and not
// merely whose ("SecretArn", "EnvironmentName").
bool names_secret(std::string_view name);
// The same of what nobody has looked at, where rather too much is hidden than too little: keys, arguments and
// addresses that open something by themselves ("authKey", "SignedUrl") as well. An access key's id is none.
bool may_hold_secret(std::string_view name);
// Whether it is a text that anything can stand in, or a list or map of such.
bool is_free_text(aws::Shape shape);
// Of what stands in the document at `path` under a member called `name`. Of a marked path in `open` what is
// below is looked at instead. Where a shape contains itself, or is too deep, all of it is one path.
// `says` judges the names.
Sensitive sensitive_in(aws::Shape shape, const std::string& path, std::string_view name,
                       const std::set<std::string>& open, bool (*says)(std::string_view) = names_secret);

}  // namespace hm::catalog
