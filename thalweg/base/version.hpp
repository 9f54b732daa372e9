// The version of the library and its program.
#pragma once

namespace thalweg {

// Such as "0.1.0".
const char* version();

}  // namespace thalweg
