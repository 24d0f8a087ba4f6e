#include "store/sqlite_memory.h"

#include <sqlite3.h>

#include "base/check.h"

namespace hm::store {
namespace {

// Looking at the clock costs as much as an allocation.
constexpr int64_t kAskedPerClock = 64;

thread_local SqliteBudget* current = nullptr;
sqlite3_mem_methods plain;

void* allocate(int bytes) {
  if (current == nullptr) return plain.xMalloc(bytes);
  if (!current->grants(bytes)) return nullptr;
  void* memory = plain.xMalloc(bytes);
  if (memory != nullptr) current->add(plain.xSize(memory));
  return memory;
}

void release(void* memory) {
  if (current != nullptr && memory != nullptr) current->add(-plain.xSize(memory));
  plain.xFree(memory);
}

void* reallocate(void* memory, int bytes) {
  if (current == nullptr) return plain.xRealloc(memory, bytes);
  const int before = plain.xSize(memory);
  if (!current->grants(bytes - before)) return nullptr;
  void* moved = plain.xRealloc(memory, bytes);
  if (moved != nullptr) current->add(plain.xSize(moved) - before);
  return moved;
}

bool install() {
  // The statistics would take a lock at every allocation, and nobody reads them.
  if (sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) != SQLITE_OK) return false;
  if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain) != SQLITE_OK) return false;
  sqlite3_mem_methods counting = plain;
  counting.xMalloc = allocate;
  counting.xFree = release;
  counting.xRealloc = reallocate;
  return sqlite3_config(SQLITE_CONFIG_MALLOC, &counting) == SQLITE_OK;
}

}  // namespace

SqliteBudget::SqliteBudget(int64_t bytes, std::chrono::steady_clock::time_point deadline)
    : bytes_(bytes), deadline_(deadline) {
  HM_CHECK(current == nullptr);
  meter_sqlite_memory();
  current = this;
}

SqliteBudget::~SqliteBudget() { current = nullptr; }

bool SqliteBudget::grants(int64_t bytes) {
  if (spent_ != Spent::no) return false;
  if (used_ + bytes > bytes_) {
    spent_ = Spent::bytes;
  } else if (++asked_ % kAskedPerClock == 0 && std::chrono::steady_clock::now() > deadline_) {
    spent_ = Spent::time;
  }
  return spent_ == Spent::no;
}

void meter_sqlite_memory() {
  static const bool installed = install();
  HM_CHECK(installed);
}

}  // namespace hm::store
