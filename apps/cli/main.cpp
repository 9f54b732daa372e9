// The thalweg program.
#include <csignal>
#include <cstdlib>

#include "apps/cli/commands.hpp"

namespace {

// The OpenMP library's threads wait for work by spinning, for milliseconds, and take the cores from
// whatever else runs, the digest of the data first of all: 0.7 s for a fit of 0.53 s on busy cores.
// 1,000 turns are about 15 microseconds. The library reads this when it is loaded, before main and
// every other constructor; what the user has set stays.
void wait_briefly(int, char**, char**) {
  if (std::getenv("OMP_WAIT_POLICY") == nullptr) setenv("GOMP_SPINCOUNT", "1000", 0);
}

__attribute__((section(".preinit_array"),
               used)) void (*const before_libraries)(int, char**, char**) = wait_briefly;

}  // namespace

int main(int count, char** words) {
  // A limit on the size of files is then an error of the write, as a full disk is.
  std::signal(SIGXFSZ, SIG_IGN);
  return thalweg::cli::run({words + (count > 0), words + count});
}
