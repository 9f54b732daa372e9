// The part of descend() that runs methods of finite sums.
#pragma once

#include "thalweg/descent/descend.hpp"

namespace thalweg {

Verdict descend_on_batches(Objective& objective, Method& method, const DescendOptions& options,
                           const Observer& observer, Progress& run, HeldOut* held_out);

}  // namespace thalweg
