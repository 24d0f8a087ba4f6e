// How large a point of a metric is, sealed in a chunk and as a row of the store, and how fast days are read:
// on values with a day's rhythm, as CloudWatch's are.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <random>

#include "series/read.h"

namespace {

using namespace hm;

constexpr int kSeries = 300, kDays = 7;

struct Kind {
  const char* name;
  double low, high;
  bool whole;
};
constexpr Kind kKinds[] = {{"percent", 2, 70, false}, {"count", 20, 30'000, true},
                           {"bytes", 1e6, 4e8, true}, {"seconds", 0.02, 0.6, false},
                           {"zero", 0, 0, true},      {"level", 5e9, 8e10, true}};

double value_of(const Kind& kind, int64_t slot, std::mt19937_64& random) {
  const double noise = static_cast<double>(random() >> 11) / static_cast<double>(1ULL << 53);
  const double day = 0.5 - 0.5 * std::cos(static_cast<double>(slot % 288) / 288 * 2 * M_PI);
  const double value = kind.low + (kind.high - kind.low) * (0.1 + 0.8 * day + 0.1 * noise);
  return kind.whole ? std::nearbyint(value) : value;
}

int64_t file_bytes(const std::filesystem::path& path) {
  int64_t bytes = 0;
  for (const char* end : {"", "-wal"})
    if (std::filesystem::exists(path.string() + end))
      bytes += static_cast<int64_t>(std::filesystem::file_size(path.string() + end));
  return bytes;
}

Status declare_all(store::Database& database) {
  return database.write("declaring", [&](store::Transaction& transaction) -> Status {
    for (int i = 0; i < kSeries; ++i) {
      const auto& kind = kKinds[static_cast<size_t>(i) % std::size(kKinds)];
      HM_DO(series::declare(
          transaction, "111111111111", i + 1,
          {{"Bench", kind.name, "Average", "[]", "eu-west-1", std::chrono::seconds(300), true}},
          database.clock().now()));
    }
    return ok();
  });
}

Status run(const std::filesystem::path& directory) {
  FakeClock clock(from_micros(1'795'435'200'000'000));
  const Time end = std::chrono::floor<std::chrono::days>(clock.now());
  const auto file = directory / "series.db";
  HM_TRY(auto database, store::Database::open("sqlite:" + file.string(), clock));
  HM_DO(declare_all(*database));
  HM_TRY(const auto due, series::list_due(*database, "111111111111", clock.now(), kSeries));
  std::mt19937_64 random(1);
  std::vector<series::Reading> readings;
  for (const auto& one : due) {
    series::Reading reading;
    reading.series = &one;
    reading.looked_at = reading.due_at = clock.now();
    reading.read_from = end - std::chrono::days(kDays);
    reading.read_to = end;
    const auto& kind = kKinds[static_cast<size_t>(one.resource_id - 1) % std::size(kKinds)];
    for (int64_t slot = 0; slot < 288 * kDays; ++slot)
      reading.points.push_back(
          {*reading.read_from + std::chrono::minutes(5 * slot), value_of(kind, slot, random)});
    readings.push_back(std::move(reading));
  }
  const auto begin = std::chrono::steady_clock::now();
  HM_DO(series::record(*database, readings));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  HM_TRY(const auto size, series::measure(*database));
  const auto points = static_cast<double>(size.points_in_chunks);
  const double chunk = static_cast<double>(size.chunk_bytes) / points;
  // The same points as rows.
  for (auto& reading : readings) reading.read_to = *reading.read_from;
  const auto rows_file = directory / "rows.db";
  HM_TRY(auto rows, store::Database::open("sqlite:" + rows_file.string(), clock));
  HM_DO(declare_all(*rows));
  const auto empty = file_bytes(rows_file);
  HM_DO(series::record(*rows, readings));
  database.reset();
  rows.reset();
  const double row = static_cast<double>(file_bytes(rows_file) - empty) / points;
  std::printf(
      "series: %d series, %d days, %.0f points: %.2f bytes a point in chunks, %.1f as rows (%.1f times), "
      "%.0f points/s sealed\n",
      kSeries, kDays, points, chunk, row, row / chunk, points / took.count());
  HM_TRY(auto again, store::Database::open("sqlite:" + file.string(), clock));
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kSeries; ++i)
    HM_DO(series::read_charts(*again, i + 1, {end - std::chrono::days(kDays), end, {}}));
  const std::chrono::duration<double, std::milli> read = std::chrono::steady_clock::now() - start;
  std::printf("series: a chart of %d days in %.2f ms\n", kDays, read.count() / kSeries);
  return ok();
}

}  // namespace

int main() {
  const auto directory = std::filesystem::temp_directory_path() / "hm-bench-series";
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  const auto done = run(directory);
  std::filesystem::remove_all(directory);
  if (!done) std::fprintf(stderr, "%s\n", done.error().text().c_str());
  return done ? 0 : 1;
}
