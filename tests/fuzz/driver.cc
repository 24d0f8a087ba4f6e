// Mutates the seeds of one target, the same way every run: [COUNT] inputs, 20,000 unless it is given.
#include <cstdio>
#include <cstdlib>
#include <random>

#include "fuzz.h"

namespace {

// Bytes that mean something to some parser.
constexpr std::string_view kSharp =
    "{}[]\"':;=#/\\?&%.,@-*\n\r\t $\0\xff\x80"
    "09azAZ";

std::string mutated(std::string input, const std::vector<std::string>& seeds, std::mt19937& random) {
  const auto below = [&](size_t limit) { return limit == 0 ? 0 : random() % limit; };
  for (size_t rounds = 1 + below(6); rounds > 0; --rounds) {
    const size_t at = below(input.size() + 1);
    switch (below(6)) {
      case 0:
        input.insert(at, 1, kSharp[below(kSharp.size())]);
        break;
      case 1:
        input.erase(at, 1 + below(8));
        break;
      case 2:
        input.insert(at, input.substr(below(input.size() + 1), below(32)));
        break;
      case 3: {
        const std::string& other = seeds[below(seeds.size())];
        input.insert(at, other.substr(below(other.size() + 1), below(64)));
        break;
      }
      case 4:
        if (at < input.size()) input[at] = static_cast<char>(random());
        break;
      default:
        input.resize(at);
        break;
    }
  }
  return input;
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 20000;
  const std::vector<std::string> seeds = hm::fuzz::seeds();
  std::mt19937 random(1);
  const auto run = [](const std::string& input) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
  };
  for (const std::string& seed : seeds) run(seed);
  for (int i = 0; i < count; ++i) run(mutated(seeds[random() % seeds.size()], seeds, random));
  std::printf("%d mutated inputs, no crash\n1 passed, 0 failed, 0 skipped\n", count);
  return 0;
}
