// The instruction set that the kernels run on.
#pragma once

namespace thalweg {

// Highway's name for the best one that this machine has and that is not disabled, such as "AVX3".
const char* instruction_set();

}  // namespace thalweg
