// Dates as texts, and the numbers in them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace thalweg {

struct Date {
  int year = 0;     // 0 to 9999, proleptic Gregorian
  int month = 0;    // 1 to 12
  int day = 0;      // 1 to 31
  int weekday = 0;  // 0 is Monday
  int hour = 0;     // 0 to 23
  double days = 0;  // since 1970-01-01 00:00, the time of day as a fraction
};

// year_first: 2011-01-31, 2011/01/31 or 2011-01 (its first day); day_first: 31/01/2011, 31/01/11;
// month_first: 01/31/2011, 01/31/11. Day and month also as one digit where the year comes last. '-'
// and '.' may stand for '/' there when the year has four digits. Two digits of a year are 1969 to
// 2068, as in POSIX.
// Behind it, after a blank or a 'T': 13:45 or 13:45:00 or 13:45:00.25, and 'Z'.
enum class DateFormat { year_first, day_first, month_first };

// Nothing when the text is not a date that exists, in that format.
std::optional<Date> parse_date(std::string_view text, DateFormat format);

// The format in which every one of the texts is a date: day_first rather than month_first where
// both are possible. Nothing when there is none, or no text.
std::optional<DateFormat> detect_dates(std::span<const std::string> texts);

}  // namespace thalweg
