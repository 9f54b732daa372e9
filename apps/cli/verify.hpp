// What people read after a check.
#pragma once

#include <string>

#include "thalweg/certify/verifier/verify.hpp"

namespace thalweg::cli {

std::string verification_text(const verifier::Verification& verification);

}  // namespace thalweg::cli
