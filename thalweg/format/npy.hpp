// Tables from NumPy's files.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "thalweg/format/npy_array.hpp"
#include "thalweg/format/npz_writer.hpp"
#include "thalweg/format/table.hpp"

namespace thalweg {

// A `.npz` of X [rows, columns] or [rows], and where they are there y [rows], weights [rows] and
// feature_names [columns]; other arrays are left alone. The columns are named by feature_names,
// else "x0", "x1", …; then follow "y", which becomes the target, and "weights". A y of texts
// becomes a text column. NaN is a missing value. Float64 that lies aligned in `bytes`, which
// `storage` keeps alive, is used in place. Throws Error for an array that is absent, of a wrong
// shape or type, does not match its checksum, or holds an infinity, with its row and column counted
// from 0 as NumPy does. Cost: one pass over the data, in parallel.
Table read_npz(std::string_view bytes, const std::string& source,
               std::shared_ptr<const void> storage);

// The same for X in a `.npy`, with y in another, `target_bytes`, or none where that is empty.
// `storage` keeps both alive.
Table read_npy(std::string_view bytes, const std::string& source, std::string_view target_bytes,
               const std::string& target_source, std::shared_ptr<const void> storage);

}  // namespace thalweg
