// Counts what operator new hands out, for tests of code that promises not to allocate.
#pragma once

#include <cstddef>

namespace thalweg {

size_t allocations();

}  // namespace thalweg
