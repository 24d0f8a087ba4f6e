#include "store/pool.h"

namespace hm::store {

Pool::Pool(int most, std::chrono::milliseconds wait_limit, Open open)
    : most_(most), wait_limit_(wait_limit), open_(std::move(open)) {}

Pool::Loan::~Loan() {
  // A moved-from loan holds no link and owes nothing.
  if (link_ != nullptr) pool_->give_back(std::move(link_), generation_);
}

Result<Pool::Loan> Pool::borrow() {
  bool granted = false;
  int generation = 0;
  std::unique_ptr<Link> link;
  state_.wait_for(
      wait_limit_, [&](const State& state) { return state.out < most_; },
      [&](State& state) {
        if (state.out >= most_) return;
        granted = true;
        ++state.out;
        generation = state.generation;
        if (state.idle.empty()) return;
        link = std::move(state.idle.back());
        state.idle.pop_back();
      });
  if (!granted)
    return make_error(ErrorKind::exhausted, "connections",
                      "every database connection is in use; try again shortly");
  if (link != nullptr) return Loan(*this, std::move(link), generation);
  auto opened = open_();
  if (!opened.has_value()) {
    state_.with([](State& state) { --state.out; });
    state_.notify();
    return std::move(opened.error());
  }
  return Loan(*this, std::move(*opened), generation);
}

void Pool::give_back(std::unique_ptr<Link> link, int generation) {
  std::vector<std::unique_ptr<Link>> stale;
  state_.with([&](State& state) {
    --state.out;
    if (!link->alive()) {
      if (generation == state.generation) {
        ++state.generation;
        stale.swap(state.idle);
      }
      stale.push_back(std::move(link));
    } else if (generation == state.generation) {
      state.idle.push_back(std::move(link));
    } else {
      stale.push_back(std::move(link));
    }
  });
  state_.notify();
}

}  // namespace hm::store
