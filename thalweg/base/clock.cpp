#include "thalweg/base/clock.hpp"

#include <ctime>

namespace thalweg {
namespace {

double read(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

double wall_seconds() { return read(CLOCK_MONOTONIC); }
double cpu_seconds() { return read(CLOCK_PROCESS_CPUTIME_ID); }
double unix_seconds() { return read(CLOCK_REALTIME); }

}  // namespace thalweg
