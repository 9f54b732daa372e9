// Text of a file inside a message: short, on one line whatever the file holds.
#pragma once

#include <string>
#include <string_view>

namespace thalweg {

// `text` in double quotes, at most 60 bytes of it; control bytes, quotes, backslashes and what is
// not UTF-8 are escaped.
std::string excerpt(std::string_view text);

// The same without the quotes around it, for lists and the beginning of a line.
std::string bare_excerpt(std::string_view text);

}  // namespace thalweg
