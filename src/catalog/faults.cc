#include "catalog/faults.h"

#include <algorithm>

namespace hm::catalog {

Error faults_error(std::vector<Fault> faults) {
  std::sort(faults.begin(), faults.end());
  faults.erase(std::unique(faults.begin(), faults.end()), faults.end());
  std::string text;
  for (size_t i = 0; i < faults.size() && i < kMaxFaultsSaid; ++i) {
    if (!text.empty()) text += '\n';
    text += faults[i].file + ":" + std::to_string(faults[i].line) + ": " + faults[i].text;
  }
  if (faults.size() > kMaxFaultsSaid)
    text += "\n… and " + std::to_string(faults.size() - kMaxFaultsSaid) + " more faults";
  return make_error(ErrorKind::invalid, "bad_catalog", std::move(text))
      .note("faults", std::to_string(faults.size()));
}

}  // namespace hm::catalog
