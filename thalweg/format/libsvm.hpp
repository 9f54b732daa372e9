// Sparse tables in the text format of LIBSVM and SVMlight: `label index:value index:value … #
// note`. docs/format/libsvm.md has the grammar.
#pragma once

#include <string>
#include <string_view>

#include "thalweg/format/table.hpp"

namespace thalweg {

// Reads labels into the column "target", which becomes the target, and the pairs into the sparse
// rows. Indices count from 1, or from 0 where any is 0. `qid:` is ignored.
// Throws Error with the line for anything else, for indices that do not ascend, for several labels
// and for numbers that are not finite.
// Cost: two passes over the text, in parallel; memory is bounded by a constant times its size.
Table read_libsvm(std::string_view text, const std::string& source);

// Whether the first line that is not blank or a note has a number and at least one index:value, and
// nothing else.
bool looks_like_libsvm(std::string_view first_bytes);

}  // namespace thalweg
