// UTF-8, strictly as RFC 3629 has it: shortest forms only, no surrogates, nothing above U+10FFFF.
#pragma once

#include <string>
#include <string_view>

namespace thalweg {

// Takes a code point off the front; false, and nothing taken, where there is none.
bool take_code_point(std::string_view& text, char32_t& code);

// Appends a code point; false, and nothing appended, where it is none.
bool append_code_point(std::string& out, char32_t code);

}  // namespace thalweg
