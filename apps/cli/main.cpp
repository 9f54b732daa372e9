// The thalweg program.
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "apps/cli/commands.hpp"

namespace {

// The OpenMP library's threads wait for work by spinning, for milliseconds, and take the cores from
// whatever else runs: an epoch of MNIST on busy cores took 24 s instead of 4, and the digest of the
// data waits behind them on idle ones. 1,000 turns are about 15 microseconds. The library reads this
// when it is loaded, so the program starts itself again before any library has begun its work (2 ms;
// from main it is 7); what the user has set stays.
[[gnu::no_sanitize("address", "undefined")]] void wait_briefly(int, char** words,
                                                               char** environment) {
  constexpr size_t most = 4096;
  static char spin_count[] = "GOMP_SPINCOUNT=1000";
  static char* extended[most + 2];
  size_t count = 0;
  for (; environment[count] != nullptr && count < most; ++count) {
    for (const char* name : {"OMP_WAIT_POLICY=", "GOMP_SPINCOUNT="})
      if (std::strncmp(environment[count], name, std::strlen(name)) == 0) return;
    extended[count] = environment[count];
  }
  if (environment[count] != nullptr) return;
  extended[count] = spin_count;
  execve("/proc/self/exe", words, extended);  // where that is not allowed it goes on as it is
}

[[gnu::section(".preinit_array"), gnu::used]] void (*const before_libraries)(int, char**,
                                                                             char**) = wait_briefly;

// Data are read where they lie, in the file, so that one which is shortened meanwhile cannot be read
// on.
void end_on_shortened_file(int) {
  // Progress may be in the middle of a line.
  constexpr char message[] =
      "\nthalweg: a file was shortened while it was read; run again when it is whole\n";
  [[maybe_unused]] const auto written = write(STDERR_FILENO, message, sizeof message - 1);
  _exit(2);
}

}  // namespace

int main(int count, char** words) {
  // A limit on the size of files is then an error of the write, as a full disk is.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGBUS, end_on_shortened_file);
  return thalweg::cli::run({words + (count > 0), words + count});
}
