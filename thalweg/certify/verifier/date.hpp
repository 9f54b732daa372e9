// Dates as texts, and the numbers that a recipe makes of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thalweg::verifier {

struct Date {
  int year = 1970, month = 1, day = 1;
  double hours = 0;  // of the day, in [0, 24)
};

// A pattern of the words year, month and day with other characters between them, such as
// "year-month-day" or "day.month.year": a year has four digits, a month or day one or two. A time
// may follow after a blank or T: hour:minute[:second[.fraction]], with Z behind or not.
class DateFormat {
 public:
  // Throws Error for a pattern that does not hold each word once.
  explicit DateFormat(std::string_view pattern);
  // Nothing where the text is of another form or the day is not in the calendar.
  std::optional<Date> read(std::string_view text) const;

 private:
  struct Token {
    char word;  // y, m, d, or 0 for a separator
    char separator;
  };
  std::vector<Token> tokens_;
};

enum class DatePart { year, month, day, weekday, hour, days };

// Throws Error for a name that is none.
DatePart date_part(std::string_view name);
// weekday: 0 is Monday; hour: the whole hours; days: since 1970-01-01, the time as fraction.
double part_of(const Date& date, DatePart part);

}  // namespace thalweg::verifier
