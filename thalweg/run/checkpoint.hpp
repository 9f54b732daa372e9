// A run's state on disk: everything needed to go on bit for bit.
#pragma once

#include <filesystem>

#include "thalweg/descent/descend.hpp"

namespace thalweg {

// `event_offset`: bytes of the event file that belong to the checkpoint. Layout:
// docs/format/run.md.
void write_checkpoint(const std::filesystem::path& path, const Progress& progress,
                      size_t event_offset);

// Throws Error in one line where the file is damaged or of another size of problem.
Progress read_checkpoint(const std::filesystem::path& path, size_t parameters,
                         size_t& event_offset);

}  // namespace thalweg
