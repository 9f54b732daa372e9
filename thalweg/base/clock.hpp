// Wall and CPU time. Nothing read here may change an iterate.
#pragma once

namespace thalweg {

// Seconds since an arbitrary start, never going back.
double wall_seconds();
// Seconds of processor time used by this process, all threads.
double cpu_seconds();
// Seconds since the Unix epoch.
double unix_seconds();

}  // namespace thalweg
