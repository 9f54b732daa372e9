#include "thalweg/base/background.hpp"

#include <sys/resource.h>
#include <unistd.h>

namespace thalweg {

// Where that is not allowed it works at the priority it has.
void lower_priority() { ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 19); }

}  // namespace thalweg
