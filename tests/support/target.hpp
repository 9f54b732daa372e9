// Tests over every instruction set that this machine has.
#pragma once

#include <gtest/gtest.h>

#include "hwy/targets.h"

namespace thalweg {

// Calls body once for each.
template <class Body>
void each_target(const Body& body) {
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(target);
    body();
  }
  hwy::SetSupportedTargetsForTest(0);
}

}  // namespace thalweg
