#include "thalweg/kernel/instruction_set.hpp"

#include <hwy/targets.h>

namespace thalweg {

const char* instruction_set() {
  // Better targets have lower bits.
  const auto targets = hwy::SupportedTargets();
  return hwy::TargetName(targets & -targets);
}

}  // namespace thalweg
