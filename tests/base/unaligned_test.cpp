#include "thalweg/base/unaligned.hpp"

#include <gtest/gtest.h>

namespace thalweg {
namespace {

TEST(Unaligned, ReadsDoublesAtEveryOffset) {
  const double values[] = {1.5, -0.0, 1e300};
  for (size_t offset = 0; offset < 9; ++offset) {
    char bytes[40] = {};
    std::memcpy(bytes + offset, values, sizeof(values));
    const UnalignedDouble* at = unaligned(bytes + offset);
    for (size_t i = 0; i < 3; ++i) EXPECT_EQ(static_cast<double>(at[i]), values[i]);
  }
}

}  // namespace
}  // namespace thalweg
