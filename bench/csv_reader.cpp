// Times read_table: bench_csv_reader FILE REPEATS THREADS prints the seconds of each call, one a line.
#include <fmt/format.h>

#include <cstdlib>

#include "thalweg/base/clock.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/format/read.hpp"

int main(int count, char** arguments) {
  if (count != 4) {
    fmt::print(stderr, "usage: bench_csv_reader FILE REPEATS THREADS\n");
    return 2;
  }
  thalweg::set_threads(std::atoi(arguments[3]));
  for (int i = 0; i < std::atoi(arguments[2]); ++i) {
    const double start = thalweg::wall_seconds();
    const thalweg::Table table = thalweg::read_table(arguments[1]);
    const double seconds = thalweg::wall_seconds() - start;
    fmt::print("{} {} {}\n", seconds, table.rows, table.columns.size());
  }
  return 0;
}
