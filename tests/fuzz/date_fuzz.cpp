// Feeds a text to the date parser in every format; what it accepts must be a date.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "thalweg/format/date.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using enum thalweg::DateFormat;
  const std::string text(reinterpret_cast<const char*>(data), size);
  bool any = false;
  for (const auto format : {year_first, day_first, month_first}) {
    const auto date = thalweg::parse_date(text, format);
    if (!date) continue;
    any = true;
    if (date->month < 1 || date->month > 12 || date->day < 1 || date->day > 31 || date->hour < 0 ||
        date->hour > 23 || date->weekday < 0 || date->weekday > 6 || !std::isfinite(date->days) ||
        std::floor(date->days) + 719528 < 366.0 * (date->year - 1) - date->year) {
      std::abort();
    }
  }
  if (thalweg::detect_dates({&text, 1}).has_value() != any) std::abort();
  return 0;
}
