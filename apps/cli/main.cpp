// The thalweg program.
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "apps/cli/commands.hpp"

namespace {

// The OpenMP library's threads wait for work by spinning, for milliseconds, and take the cores from
// whatever else runs: an epoch of MNIST on busy cores took 35 s instead of 4, and the digest of the
// data waits behind them on idle ones. 1,000 turns are about 15 microseconds. The library reads this
// when it is loaded, before main, so the program starts itself again (2 ms); what the user has set
// stays.
void wait_briefly(char** words) {
  if (std::getenv("OMP_WAIT_POLICY") != nullptr || std::getenv("GOMP_SPINCOUNT") != nullptr) return;
  setenv("GOMP_SPINCOUNT", "1000", 0);
  execv("/proc/self/exe", words);  // where that is not allowed it goes on as it is
}

}  // namespace

int main(int count, char** words) {
  wait_briefly(words);
  // A limit on the size of files is then an error of the write, as a full disk is.
  std::signal(SIGXFSZ, SIG_IGN);
  return thalweg::cli::run({words + (count > 0), words + count});
}
