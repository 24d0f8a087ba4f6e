// What SQLite may take from the heap for one piece of work. Its own limits are for the whole process, and
// while a statement is prepared it asks nobody whether to go on: a few nested CTEs are expanded until the
// memory is gone. The allocator is asked all the time.
#pragma once

#include <chrono>
#include <cstdint>

namespace hm::store {

// While it lives, what SQLite allocates on the thread that made it counts, and is refused (SQLITE_NOMEM) when
// the bytes or the time are spent. For connections that this thread alone uses. One at a time on a thread.
class SqliteBudget {
 public:
  enum class Spent { no, bytes, time };

  SqliteBudget(int64_t bytes, std::chrono::steady_clock::time_point deadline);
  ~SqliteBudget();
  SqliteBudget(const SqliteBudget&) = delete;
  SqliteBudget& operator=(const SqliteBudget&) = delete;

  // Why an allocation was refused first; afterwards all are.
  Spent spent() const { return spent_; }

  // For the allocator alone.
  bool grants(int64_t bytes);
  void add(int64_t bytes) { used_ += bytes; }

 private:
  const int64_t bytes_;
  const std::chrono::steady_clock::time_point deadline_;
  int64_t used_ = 0;
  int64_t asked_ = 0;
  Spent spent_ = Spent::no;
};

// Puts the counting allocator in place. Before SQLite is used for the first time, and again at no cost.
void meter_sqlite_memory();

}  // namespace hm::store
