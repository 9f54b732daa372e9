#include "thalweg/kernel/normalize.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "hwy/highway.h"

namespace thalweg {
namespace {

TEST(Normalize, HasTheBitsOfPlainArithmeticOnEveryTarget) {
  // Every length around the vectors', at every place of a line; nothing beyond is written.
  const float center = 33.318421f, scale = 1 / 78.567f;
  std::vector<uint8_t> bytes(300);
  std::vector<float> floats(300);
  for (size_t i = 0; i < 300; ++i) {
    bytes[i] = static_cast<uint8_t>(i * 91);
    floats[i] = 1.37f * static_cast<float>(i) - 200;
  }
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(target);
    for (size_t begin = 0; begin < 16; begin += 5)
      for (size_t count = 0; count < 150; ++count) {
        std::vector<float> of_bytes(count + 1, 7), of_floats(count + 1, 7);
        normalize(bytes.data() + begin, count, center, scale, of_bytes.data());
        normalize(floats.data() + begin, count, center, scale, of_floats.data());
        for (size_t i = 0; i < count; ++i) {
          const float byte = bytes[begin + i];
          ASSERT_EQ(of_bytes[i], (byte - center) * scale);
          ASSERT_EQ(of_floats[i], (floats[begin + i] - center) * scale);
        }
        EXPECT_EQ(of_bytes[count], 7);
        EXPECT_EQ(of_floats[count], 7);
      }
  }
  hwy::SetSupportedTargetsForTest(0);
}

}  // namespace
}  // namespace thalweg
