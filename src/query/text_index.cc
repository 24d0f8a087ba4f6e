#include "query/text_index.h"

#include <algorithm>
#include <atomic>
#include <filesystem>

#include "base/check.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/sync.h"
#include "query/disposable_file.h"
#include "query/fold.h"
#include "query/text_find.h"
#include "query/text_sql.h"
#include "query/text_write.h"
#include "store/pool.h"

namespace hm::query {
namespace {

// Each keeps 8 MB of pages.
constexpr int kMostReaders = 4;
constexpr std::chrono::seconds kWaitLimit{5};
constexpr size_t kNumbersPerRead = 200;
// Raised when the meaning of the tables changes without the content's description changing.
constexpr std::string_view kFormat = "1";

Error made_anew() {
  return make_error(ErrorKind::unavailable, "search_damaged",
                    "the search index is damaged and is being made anew; try again shortly");
}

}  // namespace

struct TextIndex::Impl {
  std::string path;
  std::chrono::milliseconds time_limit;
  Synced<std::unique_ptr<store::Link>> writer;
  Synced<std::shared_ptr<store::Pool>> readers;  // shared: a question may outlive the file that it asked
  std::atomic<bool> damaged{false};              // somebody met damage; the next writer makes the file anew

  void open_readers() {
    readers.with([&](auto& pool) {
      pool = std::make_shared<store::Pool>(kMostReaders, kWaitLimit, [file = path, limit = time_limit] {
        return store::open_sqlite(file, {.create = false, .reader = true, .time_limit = limit});
      });
    });
  }
  // Holds the writer's lock.
  Status mend(std::unique_ptr<store::Link>& link) {
    if (!damaged.exchange(false)) return ok();
    link.reset();
    remove_disposable(path);
    auto opened = open_disposable(path, text_script());
    damaged = !opened.has_value();
    if (!opened.has_value()) return std::move(opened.error()).context("making the search index anew");
    link = std::move(*opened);
    open_readers();
    return ok();
  }
  // All statements are ours, so what SQLite does not accept has been lost from the file, or all of it has.
  Error noted(Error error) {
    if (error.code == "too_slow")
      return make_error(ErrorKind::timeout, "search_slow",
                        "the search took too long: use a longer or rarer word");
    const bool lost =
        error.kind == ErrorKind::corrupt || error.kind == ErrorKind::internal || error.code == "not_writable";
    if (!lost) return error;
    damaged = true;
    return made_anew();
  }
  // f(Link&) on one snapshot.
  Status read(const std::function<Status(store::Link&)>& f) {
    const auto pool = readers.with([](const auto& held) { return held; });
    auto loan = pool->borrow();
    if (!loan.has_value()) return noted(std::move(loan.error()));
    Status status = (*loan)->begin(false);
    if (status.has_value()) status = f(**loan);
    if (status.has_value()) status = (*loan)->commit();
    if (status.has_value()) return status;
    (*loan)->rollback();
    return noted(std::move(status.error()));
  }
};

TextIndex::TextIndex(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextIndex::~TextIndex() = default;

Result<std::unique_ptr<TextIndex>> TextIndex::open(const std::string& directory, std::string_view content,
                                                   std::chrono::milliseconds time_limit) {
  auto impl = std::make_unique<Impl>();
  impl->time_limit = time_limit;
  std::string meaning(kFormat);
  for (const std::string& part : {text_script(), fold_fingerprint(), std::string(content)}) meaning += part;
  const std::string name = "search-" + sha256_hex(meaning).substr(0, 16) + ".db";
  impl->path = (std::filesystem::path(directory) / name).string();
  auto link = open_or_remake(impl->path, text_script());
  if (!link.has_value()) return std::move(link.error()).context("opening the search index " + impl->path);
  remove_unused(directory, "search-", name);
  impl->writer.with([&](auto& held) { held = std::move(*link); });
  impl->open_readers();
  return std::unique_ptr<TextIndex>(new TextIndex(std::move(impl)));
}

Result<TextProgress> TextIndex::progress() {
  return impl_->writer.with([&](auto& link) -> Result<TextProgress> {
    HM_DO(impl_->mend(link));
    auto progress = LinkTextWriter(*link).progress();
    if (!progress.has_value()) return impl_->noted(std::move(progress.error()));
    return progress;
  });
}

Result<TextProgress> TextIndex::reached() {
  TextProgress progress;
  HM_DO(impl_->read([&](store::Link& link) -> Status {
    HM_TRY(progress, LinkTextWriter(link).progress());
    return ok();
  }));
  return progress;
}

Status TextIndex::write(const std::function<Status(TextWriter&)>& f) {
  return impl_->writer.with([&](auto& link) -> Status {
    HM_DO(impl_->mend(link));
    HM_DO(link->begin(true));
    LinkTextWriter writer(*link);
    Status status = f(writer);
    if (status.has_value()) status = link->commit();
    if (status.has_value()) return status;
    link->rollback();
    if (status.error().kind == ErrorKind::corrupt) impl_->damaged = true;
    return status;
  });
}

Result<TextHits> TextIndex::find(const Words& words, bool gone, const identity::Scope& scope, int limit) {
  HM_CHECK(!words.empty());
  TextHits found;
  HM_DO(impl_->read([&](store::Link& link) -> Status {
    HM_TRY(found, find_text(link, words, gone, scope, static_cast<size_t>(std::clamp(limit, 1, kMostHits))));
    return ok();
  }));
  return found;
}

Result<std::vector<int64_t>> TextIndex::numbers(const Words& words, const identity::Scope& scope) {
  HM_CHECK(!words.empty());
  std::vector<int64_t> found;
  HM_DO(impl_->read([&](store::Link& link) -> Status {
    TextSelect select(words, scope);
    const std::string from = select.from_index(Rank::holds);
    return link.each("select d.number" + from + " limit " + select.bind(kMostNumbers + 1), select.params(),
                     [&](const store::Row& row) {
                       found.push_back(row.integer(0));
                       return ok();
                     });
  }));
  if (found.size() > kMostNumbers)
    return make_error(ErrorKind::exhausted, "search", "more than 1,000,000 resources bear that word");
  return found;
}

Result<std::map<int64_t, std::vector<TextField>>> TextIndex::why(const std::vector<int64_t>& numbers,
                                                                 const Words& words) {
  std::map<int64_t, std::vector<TextField>> found;
  const Status read = impl_->read([&](store::Link& link) -> Status {
    for (size_t from = 0; from < numbers.size(); from += kNumbersPerRead) {
      store::Params params;
      std::string places;
      for (size_t i = from; i < std::min(numbers.size(), from + kNumbersPerRead); ++i) {
        params.emplace_back(numbers[i]);
        places += (places.empty() ? "$" : ", $") + std::to_string(params.size());
      }
      HM_DO(link.each("select number, said from doc where number in (" + places + ")", params,
                      [&](const store::Row& row) {
                        found[row.integer(0)] = matched_fields(row.text(1), words);
                        return ok();
                      }));
    }
    return ok();
  });
  if (!read.has_value()) return read.error();
  return found;
}

Result<int64_t> TextIndex::count() {
  int64_t found = 0;
  HM_DO(impl_->read([&](store::Link& link) {
    return link.each("select count(*) from doc", {}, [&](const store::Row& row) {
      found = row.integer(0);
      return ok();
    });
  }));
  return found;
}

const std::string& TextIndex::path() const { return impl_->path; }

}  // namespace hm::query
