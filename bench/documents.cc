// How small documents become, and what that costs: as text, by zstd (as they are stored now), and by zstd
// with a dictionary trained on a part of them, one for all types and one for each. See
// docs/decisions/0012-document-storage.md.
//
//   bench_documents STORE.db [DIRECTORY]
//
// STORE is the SQLite file that a scan has left; DIRECTORY holds recorded answers of AWS (*.json), whose
// items are measured by themselves.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <time.h>
#include <zdict.h>
#include <zstd.h>

#include "base/zstd_codec.h"
#include "inventory/payload.h"
#include "store/database.h"

namespace {

using namespace hm;

constexpr int kMostDocuments = 100'000;
constexpr size_t kDictionaryBytes = 112 * 1024;  // zstd's own default
constexpr size_t kLeastToTrain = 100;            // of fewer documents nothing can be learnt

struct Document {
  std::string type;
  std::string text;
};

double cpu_seconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

struct CContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
struct DContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};
struct CDictionary {
  void operator()(ZSTD_CDict* dictionary) const { ZSTD_freeCDict(dictionary); }
};
struct DDictionary {
  void operator()(ZSTD_DDict* dictionary) const { ZSTD_freeDDict(dictionary); }
};

// A dictionary of what every tenth of the documents has in common (of few, every second); empty where that is
// too little.
std::string train(const std::vector<const Document*>& documents, size_t capacity) {
  std::string samples;
  std::vector<size_t> sizes;
  const size_t step = documents.size() < kLeastToTrain * 10 ? 2 : 10;
  for (size_t i = 0; i < documents.size(); i += step) {
    samples += documents[i]->text;
    sizes.push_back(documents[i]->text.size());
  }
  if (sizes.size() < kLeastToTrain) return {};
  std::string dictionary(capacity, '\0');
  const size_t size = ZDICT_trainFromBuffer(dictionary.data(), dictionary.size(), samples.data(),
                                            sizes.data(), static_cast<unsigned>(sizes.size()));
  if (ZDICT_isError(size) != 0) return {};
  dictionary.resize(size);
  return dictionary;
}

class Codec {
 public:
  Codec(int level, const std::string& dictionary) : level_(level) {
    if (dictionary.empty()) return;
    pack_dictionary_.reset(ZSTD_createCDict(dictionary.data(), dictionary.size(), level));
    unpack_dictionary_.reset(ZSTD_createDDict(dictionary.data(), dictionary.size()));
  }
  std::string pack(const std::string& text) {
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    const size_t size =
        pack_dictionary_
            ? ZSTD_compress_usingCDict(pack_.get(), packed.data(), packed.size(), text.data(), text.size(),
                                       pack_dictionary_.get())
            : ZSTD_compressCCtx(pack_.get(), packed.data(), packed.size(), text.data(), text.size(), level_);
    packed.resize(size);
    return packed;
  }
  std::string unpack(const std::string& packed, size_t size) {
    std::string text(size, '\0');
    const size_t got =
        unpack_dictionary_
            ? ZSTD_decompress_usingDDict(unpack_.get(), text.data(), text.size(), packed.data(),
                                         packed.size(), unpack_dictionary_.get())
            : ZSTD_decompressDCtx(unpack_.get(), text.data(), text.size(), packed.data(), packed.size());
    text.resize(ZSTD_isError(got) != 0 ? 0 : got);
    return text;
  }

 private:
  const int level_;
  std::unique_ptr<ZSTD_CCtx, CContext> pack_{ZSTD_createCCtx()};
  std::unique_ptr<ZSTD_DCtx, DContext> unpack_{ZSTD_createDCtx()};
  std::unique_ptr<ZSTD_CDict, CDictionary> pack_dictionary_;
  std::unique_ptr<ZSTD_DDict, DDictionary> unpack_dictionary_;
};

struct Measured {
  size_t bytes = 0, dictionaries = 0;
  double pack_us = 0, unpack_us = 0;  // of a document
};

// Each group of documents has a codec of its own, made outside the time.
bool measure(const std::vector<std::vector<const Document*>>& groups, int level, bool with_dictionary,
             size_t capacity, size_t count, Measured& measured) {
  for (const auto& group : groups) {
    const std::string dictionary = with_dictionary ? train(group, capacity) : std::string();
    Codec codec(level, dictionary);
    measured.dictionaries += dictionary.size();
    std::vector<std::string> packed;
    packed.reserve(group.size());
    const double begun = cpu_seconds();
    for (const Document* one : group) packed.push_back(codec.pack(one->text));
    const double between = cpu_seconds();
    bool whole = true;
    for (size_t i = 0; i < group.size(); ++i)
      whole &= codec.unpack(packed[i], group[i]->text.size()).size() == group[i]->text.size();
    measured.pack_us += (between - begun) * 1e6 / static_cast<double>(count);
    measured.unpack_us += (cpu_seconds() - between) * 1e6 / static_cast<double>(count);
    for (const std::string& one : packed) measured.bytes += one.size();
    if (!whole) return false;
  }
  return true;
}

// How much is learnt from how many, with what the program itself does: `most_samples` and `least_versions` of
// inventory/packing.h.
bool learn(const std::vector<Document>& documents) {
  std::printf("  %-44s %8s %9s %9s\n", "zstd 3, one dictionary of so many samples", "bytes", "train s",
              "KiB held");
  for (const size_t count : {500U, 1000U, 2000U, 4000U, 8000U}) {
    if (documents.size() < 2 * count) break;
    std::vector<std::string> samples;
    samples.reserve(count);
    for (size_t i = 0; i < count; ++i) samples.push_back(documents[i * documents.size() / count].text);
    const double begun = cpu_seconds();
    const auto trained = ZstdDictionary::train(samples, kDictionaryBytes);
    const double took = cpu_seconds() - begun;
    if (!trained) return false;
    const auto dictionary = ZstdDictionary::of(*trained);
    if (!dictionary) return false;
    ZstdCodec codec;
    size_t bytes = 0;
    for (const Document& one : documents) bytes += codec.pack(one.text, dictionary->get()).size();
    std::printf("  %-44zu %8.0f %9.2f %9zu\n", count,
                static_cast<double>(bytes) / static_cast<double>(documents.size()), took,
                (*dictionary)->memory() / 1024);
  }
  return true;
}

bool compare(const char* title, const std::vector<Document>& documents) {
  if (documents.empty()) return true;
  std::vector<std::vector<const Document*>> together(1), apart;
  std::map<std::string, std::vector<const Document*>> by_type;
  size_t text = 0;
  for (const Document& one : documents) {
    together[0].push_back(&one);
    by_type[one.type].push_back(&one);
    text += one.text.size();
  }
  for (auto& [type, group] : by_type) apart.push_back(std::move(group));
  const size_t count = documents.size();
  double parse = cpu_seconds();
  for (const Document& one : documents)
    if (!parse_json(one.text)) return false;
  parse = (cpu_seconds() - parse) * 1e6 / static_cast<double>(count);
  std::printf("%s: %zu documents of %zu types, %.0f bytes each; parsing one: %.1f us\n", title, count,
              apart.size(), static_cast<double>(text) / static_cast<double>(count), parse);
  std::printf("  %-44s %8s %7s %9s %9s\n", "", "bytes", "of text", "pack us", "unpack us");
  std::printf("  %-44s %8.0f %6.0f%% %9.1f %9.1f\n", "text",
              static_cast<double>(text) / static_cast<double>(count), 100.0, 0.0, 0.0);
  const auto row = [&](const std::string& name, const std::vector<std::vector<const Document*>>& groups,
                       int level, bool with_dictionary, size_t capacity) {
    Measured measured;
    if (!measure(groups, level, with_dictionary, capacity, count, measured)) return false;
    std::printf("  %-44s %8.0f %6.0f%% %9.1f %9.1f", name.c_str(),
                static_cast<double>(measured.bytes) / static_cast<double>(count),
                100.0 * static_cast<double>(measured.bytes) / static_cast<double>(text), measured.pack_us,
                measured.unpack_us);
    if (with_dictionary) std::printf("  dictionaries: %zu KiB", measured.dictionaries / 1024);
    std::printf("\n");
    return true;
  };
  return row("zstd 1", together, 1, false, 0) && row("zstd 3", together, 3, false, 0) &&
         row("zstd 1, one dictionary for all", together, 1, true, kDictionaryBytes) &&
         row("zstd 3, one dictionary for all", together, 3, true, kDictionaryBytes) &&
         row("zstd 1, a dictionary of 16 KiB a type", apart, 1, true, 16 * 1024) &&
         row("zstd 3, a dictionary of 16 KiB a type", apart, 3, true, 16 * 1024) && learn(documents);
}

// What the program has made of them itself.
Status print_store(store::Reader& reader) {
  HM_TRY(const int64_t bytes, reader.number("select sum(length(payload)) from resource_version"));
  HM_TRY(const int64_t count, reader.number("select count(payload) from resource_version"));
  HM_TRY(const int64_t trained, reader.number("select count(*) from document_dictionary"));
  HM_TRY(const int64_t page, reader.number("select page_size from pragma_page_size"));
  HM_TRY(const int64_t pages, reader.number("select page_count from pragma_page_count"));
  HM_TRY(const int64_t free, reader.number("select freelist_count from pragma_freelist_count"));
  const auto mib = [](int64_t size) { return static_cast<double>(size) / (1 << 20); };
  std::printf(
      "the store: %.1f MiB, of which %.1f MiB are free; %lld documents in %.1f MiB, with %lld dictionaries\n",
      mib(pages * page), mib(free * page), static_cast<long long>(count), mib(bytes),
      static_cast<long long>(trained));
  return ok();
}

Result<std::vector<Document>> stored(const std::string& path) {
  SystemClock clock;
  HM_TRY(const auto database,
         store::Database::open("sqlite:" + path, clock, {.create = false, .migrate = false}));
  inventory::PayloadCodec codec(*database);
  std::vector<Document> documents;
  const auto read = [&](store::Reader& reader) -> Status {
    HM_DO(print_store(reader));
    HM_DO(codec.learn(reader));
    return reader.each(
        "select r.type, v.payload from resource_version v join resource r on r.id = v.resource_id where "
        "v.payload is not null limit $1",
        {kMostDocuments}, [&](const store::Row& row) -> Status {
          HM_TRY(const Json json, codec.unpack(row.text(1)));
          documents.push_back({row.string(0), to_json(json)});
          return ok();
        });
  };
  HM_DO(database->read("reading documents", read));
  return documents;
}

// The items of recorded answers: every object of a list that has several members.
void take_items(const Json& json, const std::string& type, std::vector<Document>& into) {
  if (json.is_object())
    for (const auto& [name, value] : json.get_object())
      take_items(value, type + "/" + std::string(name), into);
  if (!json.is_array()) return;
  for (const Json& item : json.get_array()) {
    if (item.is_object() && item.get_object().size() > 3) {
      into.push_back({type, to_json(item)});
    } else {
      take_items(item, type, into);
    }
  }
}

std::vector<Document> recorded(const std::string& directory) {
  std::vector<Document> documents;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const auto json = parse_json(std::string(std::istreambuf_iterator<char>(file), {}));
    if (json) take_items(*json, "", documents);
  }
  return documents;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench_documents STORE.db [DIRECTORY]\n");
    return 2;
  }
  const auto documents = stored(argv[1]);
  if (!documents) {
    std::fprintf(stderr, "bench_documents: %s\n", documents.error().text().c_str());
    return 1;
  }
  bool whole = compare("stored by a scan of the simulator", *documents);
  if (argc > 2) whole = compare("recorded answers of AWS", recorded(argv[2])) && whole;
  if (!whole) std::fprintf(stderr, "bench_documents: a document did not come back as it was\n");
  return whole ? 0 : 1;
}
