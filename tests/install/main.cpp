// Ten lines against the installed package: headers, and a symbol of each library that it links.
#include <thalweg/base/file.hpp>
#include <thalweg/base/parallel.hpp>

#include <atomic>

int main() {
  std::atomic<size_t> items = 0;
  thalweg::parallel_blocks(1000, 64,
                           [&](size_t, size_t begin, size_t end) { items += end - begin; });
  return items == 1000 && thalweg::sha256("abc").starts_with("ba7816bf") ? 0 : 1;
}
