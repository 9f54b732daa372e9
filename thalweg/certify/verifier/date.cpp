// The calendar is the proleptic Gregorian one.
#include "thalweg/certify/verifier/date.hpp"

#include <array>
#include <chrono>
#include <cmath>

#include "thalweg/base/error.hpp"

namespace thalweg::verifier {
namespace {

struct Word {
  std::string_view name;
  char letter;
};
constexpr std::array<Word, 3> words{{{"year", 'y'}, {"month", 'm'}, {"day", 'd'}}};

// Takes `least` to `most` digits off the front of `text`; false where there are fewer.
bool take_digits(std::string_view& text, size_t least, size_t most, int& value) {
  size_t count = 0;
  value = 0;
  while (count < most && count < text.size() && text[count] >= '0' && text[count] <= '9')
    value = 10 * value + (text[count++] - '0');
  text.remove_prefix(count);
  return count >= least;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// The rest of a date's text: nothing, or a time of day.
std::optional<double> read_hours(std::string_view text) {
  if (text.empty()) return 0;
  if (!take(text, 'T') && !take(text, ' ')) return {};
  int hour = 0, minute = 0, second = 0;
  double fraction = 0;
  if (!take_digits(text, 1, 2, hour) || !take(text, ':') || !take_digits(text, 2, 2, minute))
    return {};
  if (take(text, ':')) {
    if (!take_digits(text, 2, 2, second)) return {};
    if (take(text, '.')) {
      double place = 1;
      if (text.empty() || text.front() < '0' || text.front() > '9') return {};
      for (int digit = 0; take_digits(text, 1, 1, digit);) fraction += digit * (place /= 10);
    }
  }
  take(text, 'Z');
  if (!text.empty() || hour > 23 || minute > 59 || second > 59) return {};
  return hour + (minute + (second + fraction) / 60) / 60;
}

std::chrono::year_month_day calendar(const Date& date) {
  return std::chrono::year(date.year) / std::chrono::month(static_cast<unsigned>(date.month)) /
         std::chrono::day(static_cast<unsigned>(date.day));
}

}  // namespace

DateFormat::DateFormat(std::string_view pattern) {
  std::array<int, 3> seen{};
  std::string_view rest = pattern;
  while (!rest.empty()) {
    Token token{0, rest.front()};
    size_t length = 1;
    for (size_t w = 0; w < words.size(); ++w) {
      if (!rest.starts_with(words[w].name)) continue;
      token.word = words[w].letter;
      length = words[w].name.size();
      ++seen[w];
    }
    tokens_.push_back(token);
    rest.remove_prefix(length);
  }
  if (seen != std::array<int, 3>{1, 1, 1})
    fail("verify: the recipe's date format \"{}\" is not one of year, month and day",
         pattern.substr(0, 40));
}

std::optional<Date> DateFormat::read(std::string_view text) const {
  Date date;
  for (const Token& token : tokens_) {
    bool taken = false;
    if (token.word == 'y') taken = take_digits(text, 4, 4, date.year);
    if (token.word == 'm') taken = take_digits(text, 1, 2, date.month);
    if (token.word == 'd') taken = take_digits(text, 1, 2, date.day);
    if (token.word == 0) taken = take(text, token.separator);
    if (!taken) return {};
  }
  const std::optional<double> hours = read_hours(text);
  if (!hours || !calendar(date).ok()) return {};
  date.hours = *hours;
  return date;
}

DatePart date_part(std::string_view name) {
  constexpr std::array<std::string_view, 6> names{"year", "month", "day", "weekday", "hour", "days"};
  for (size_t k = 0; k < names.size(); ++k)
    if (names[k] == name) return static_cast<DatePart>(k);
  fail("verify: the recipe's date part \"{}\" is none of year, month, day, weekday, hour, days",
       name.substr(0, 40));
}

double part_of(const Date& date, DatePart part) {
  const std::chrono::sys_days day = calendar(date);
  switch (part) {
    case DatePart::year: return date.year;
    case DatePart::month: return date.month;
    case DatePart::day: return date.day;
    case DatePart::weekday: return std::chrono::weekday(day).iso_encoding() - 1.0;
    case DatePart::hour: return std::floor(date.hours);
    case DatePart::days:
      return static_cast<double>(day.time_since_epoch().count()) + date.hours / 24;
  }
  return std::nan("");
}

}  // namespace thalweg::verifier
