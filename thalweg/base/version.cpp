#include "thalweg/base/version.hpp"

namespace thalweg {

const char* version() { return THALWEG_VERSION; }

}  // namespace thalweg
