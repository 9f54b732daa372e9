// CRC-32C (Castagnoli), the checksum of TensorBoard's records. Source: RFC 3720, appendix B.4.
#pragma once

#include <cstdint>
#include <string_view>

namespace thalweg {

uint32_t crc32c(std::string_view bytes);

}  // namespace thalweg
