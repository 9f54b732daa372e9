// Times lasso paths in process: bench_lasso FOLDER POINTS RATIO TOLERANCE ROUNDS THREADS.
// bench/lasso.py puts the problem into the folder as raw numbers and reads the weights from there.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/descent/path.hpp"

namespace {

using namespace thalweg;

std::filesystem::path folder;

template <class Number>
Buffer<Number> numbers(const char* name) {
  const MappedFile file(folder / name);
  Buffer<Number> out(file.text().size() / sizeof(Number));
  std::memcpy(out.data(), file.text().data(), out.size() * sizeof(Number));
  return out;
}

Design read_design(size_t rows, size_t columns) {
  if (std::filesystem::exists(folder / "X"))
    return DenseMatrix<double>{rows, columns, numbers<double>("X")};
  return SparseMatrix{rows, columns, numbers<int64_t>("begin"), numbers<int32_t>("column"),
                      numbers<double>("value")};
}

int run(char** words) {
  folder = words[1];
  const auto points = static_cast<size_t>(std::atoi(words[2]));
  const double ratio = std::atof(words[3]), tolerance = std::atof(words[4]);
  set_threads(std::atoi(words[6]));
  const Buffer<int64_t> shape = numbers<int64_t>("shape");
  const Design design = read_design(static_cast<size_t>(shape[0]), static_cast<size_t>(shape[1]));
  const Buffer<double> target = numbers<double>("y");
  Samples samples;
  samples.design = &design;
  samples.target = target;
  Path path;
  for (int round = 0; round < std::atoi(words[5]); ++round) {
    const auto began = std::chrono::steady_clock::now();
    const double largest = largest_l1(samples, {.l1 = 1});
    path = descend_path(samples, path_grid({.l1 = 1}, largest, points, ratio), tolerance,
                        [] { return false; });
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::printf("%.6f\n", took.count());
    std::fflush(stdout);
  }
  std::string bytes;
  for (const PathPoint& point : path.points) {
    bytes.append(reinterpret_cast<const char*>(&point.penalty.l1), sizeof(double));
    bytes.append(reinterpret_cast<const char*>(&point.gap), sizeof(double));
    bytes.append(reinterpret_cast<const char*>(point.x.data()), point.x.size() * sizeof(double));
  }
  write_file(folder / "path", bytes);
  std::fprintf(stderr, "%s\n", path.solver.c_str());
  return 0;
}

}  // namespace

int main(int count, char** words) {
  try {
    if (count != 7) fail("bench_lasso FOLDER POINTS RATIO TOLERANCE ROUNDS THREADS");
    return run(words);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
