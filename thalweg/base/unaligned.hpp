// A double that lies anywhere: arrays in a mapped file are read where they are, and those that
// numpy.savez writes begin at any byte.
#pragma once

#include <cstring>

namespace thalweg {

struct UnalignedDouble {
  unsigned char bytes[sizeof(double)];

  operator double() const {
    double value;
    std::memcpy(&value, bytes, sizeof(value));
    return value;
  }
};
static_assert(sizeof(UnalignedDouble) == sizeof(double) && alignof(UnalignedDouble) == 1);

inline const UnalignedDouble* unaligned(const void* doubles) {
  return static_cast<const UnalignedDouble*>(doubles);
}

}  // namespace thalweg
