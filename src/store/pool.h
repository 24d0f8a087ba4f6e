// The connections of a Database: a bounded pool per purpose. Thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "base/sync.h"
#include "store/link.h"

namespace hm::store {

class Pool {
 public:
  using Open = std::function<Result<std::unique_ptr<Link>>()>;

  Pool(int most, std::chrono::milliseconds wait_limit, Open open);

  // A link on loan; goes back when this dies, unless it is dead.
  class Loan {
   public:
    Loan(Pool& pool, std::unique_ptr<Link> link, int generation)
        : pool_(&pool), link_(std::move(link)), generation_(generation) {}
    Loan(Loan&& other) noexcept = default;
    Loan& operator=(Loan&&) = delete;
    ~Loan();
    Link& operator*() const { return *link_; }
    Link* operator->() const { return link_.get(); }

   private:
    Pool* pool_;
    std::unique_ptr<Link> link_;
    int generation_;
  };

  // Opens one where none is free and the limit allows; else waits. Error: exhausted "connections".
  Result<Loan> borrow();

 private:
  struct State {
    std::vector<std::unique_ptr<Link>> idle;
    int out = 0;
    // A lost connection means that the server went away: every link opened before that is thrown away unused.
    int generation = 0;
  };
  void give_back(std::unique_ptr<Link> link, int generation);

  const int most_;
  const std::chrono::milliseconds wait_limit_;
  const Open open_;
  Synced<State> state_;
};

}  // namespace hm::store
