// The thalweg program.
#include <csignal>

#include "apps/cli/commands.hpp"

int main(int count, char** words) {
  // A limit on the size of files is then an error of the write, as a full disk is.
  std::signal(SIGXFSZ, SIG_IGN);
  return thalweg::cli::run({words + (count > 0), words + count});
}
