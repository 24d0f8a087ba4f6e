// Writes documents into the search index, within the transaction that the link is in.
#pragma once

#include <string>

#include "query/text_index.h"
#include "store/link.h"

namespace hm::query {

class LinkTextWriter final : public TextWriter {
 public:
  explicit LinkTextWriter(store::Link& link) : link_(link) {}

  Result<TextProgress> progress() override;
  Status set_progress(const TextProgress& progress) override;
  Status put(const TextDocument& document) override;
  Status remove(int64_t number) override;
  Status clear() override;

 private:
  struct Stored {
    int64_t id = 0;  // 0: it is not there
    std::string names, fields;
  };

  Result<Stored> stored(int64_t number);
  // The indexes keep no texts, so what is to be taken out must be told.
  Status unindex(const Stored& old);
  Result<int64_t> next_id(const std::string& account_id);
  Result<int64_t> number(std::string_view sql, const store::Params& params);
  Status set(std::string_view key, const std::string& value);
  Status run(std::string_view sql, const store::Params& params);

  store::Link& link_;
};

}  // namespace hm::query
