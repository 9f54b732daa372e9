#include "thalweg/format/date.hpp"

#include <algorithm>
#include <chrono>

#include "thalweg/base/text.hpp"

namespace thalweg {
namespace {

// Takes `least` to `most` digits off the front; -1 when there are fewer.
int take_number(std::string_view& text, size_t least, size_t most) {
  size_t count = 0;
  int value = 0;
  while (count < std::min(most, text.size()) && text[count] >= '0' && text[count] <= '9') {
    value = value * 10 + (text[count++] - '0');
  }
  if (count < least) return -1;
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// What follows the date: nothing, or a time of day. False when it is something else.
bool take_time(std::string_view text, int& hour, double& seconds) {
  if (text.empty()) return true;
  if (!take(text, ' ') && !take(text, 'T')) return false;
  hour = take_number(text, 2, 2);
  if (hour < 0 || hour > 23 || !take(text, ':')) return false;
  const int minute = take_number(text, 2, 2);
  if (minute < 0 || minute > 59) return false;
  seconds = 3600.0 * hour + 60.0 * minute;
  if (take(text, ':')) {
    const int second = take_number(text, 2, 2);
    if (second < 0 || second > 59) return false;
    seconds += second;
    if (take(text, '.')) {
      if (text.empty() || text[0] < '0' || text[0] > '9') return false;
      for (double unit = 0.1; !text.empty() && text[0] >= '0' && text[0] <= '9'; unit /= 10) {
        seconds += unit * (text[0] - '0');
        text.remove_prefix(1);
      }
    }
  }
  take(text, 'Z');
  return text.empty();
}

}  // namespace

std::optional<Date> parse_date(std::string_view text, DateFormat format) {
  text = trim(text);
  Date date;
  if (format == DateFormat::year_first) {
    date.year = take_number(text, 4, 4);
    const char separator = text.empty() ? '\0' : text[0];
    if (date.year < 0 || (separator != '-' && separator != '/')) return std::nullopt;
    text.remove_prefix(1);
    date.month = take_number(text, 2, 2);
    if (text.empty() && separator == '-') {
      date.day = 1;
    } else {
      if (!take(text, separator)) return std::nullopt;
      date.day = take_number(text, 2, 2);
    }
  } else {
    date.day = take_number(text, 1, 2);
    const char separator = text.empty() ? '\0' : text[0];
    if (separator != '/' && separator != '-' && separator != '.') return std::nullopt;
    text.remove_prefix(1);
    date.month = take_number(text, 1, 2);
    if (!take(text, separator)) return std::nullopt;
    const size_t before = text.size();
    date.year = take_number(text, 2, 4);
    const size_t digits = before - text.size();
    if (date.year < 0 || digits == 3 || (digits == 2 && separator != '/')) return std::nullopt;
    if (digits == 2) date.year += date.year < 69 ? 2000 : 1900;
    if (format == DateFormat::month_first) std::swap(date.day, date.month);
  }
  double seconds = 0;
  if (date.month < 1 || date.day < 1 || !take_time(text, date.hour, seconds)) return std::nullopt;
  const std::chrono::year_month_day civil(std::chrono::year(date.year),
                                          std::chrono::month(static_cast<unsigned>(date.month)),
                                          std::chrono::day(static_cast<unsigned>(date.day)));
  if (!civil.ok()) return std::nullopt;
  const std::chrono::sys_days day(civil);
  date.weekday = static_cast<int>(std::chrono::weekday(day).iso_encoding()) - 1;
  date.days = static_cast<double>(day.time_since_epoch().count()) + seconds / 86400;
  return date;
}

std::optional<DateFormat> detect_dates(std::span<const std::string> texts) {
  if (texts.empty()) return std::nullopt;
  for (const DateFormat format :
       {DateFormat::year_first, DateFormat::day_first, DateFormat::month_first}) {
    if (std::all_of(texts.begin(), texts.end(), [&](const std::string& text) {
          return parse_date(text, format).has_value();
        })) {
      return format;
    }
  }
  return std::nullopt;
}

}  // namespace thalweg
