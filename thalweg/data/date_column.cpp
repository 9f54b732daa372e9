#include "thalweg/data/date_column.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

#include "thalweg/base/error.hpp"
#include "thalweg/data/number_column.hpp"
#include "thalweg/format/date.hpp"
#include "thalweg/format/excerpt.hpp"

namespace thalweg {
namespace {

struct Format {
  std::string_view name;
  DateFormat format;
};
constexpr Format formats[] = {{"year_first", DateFormat::year_first},
                              {"day_first", DateFormat::day_first},
                              {"month_first", DateFormat::month_first}};

double part_of(const Date& date, std::string_view part) {
  if (part == "year") return date.year;
  if (part == "month") return date.month;
  if (part == "day") return date.day;
  if (part == "weekday") return date.weekday;
  return part == "hour" ? date.hour : date.days;
}

// The part as a number a row.
std::optional<NumberColumn> learn_part(std::string_view part, std::span<const Date> dates,
                                       const Column& column, size_t rows,
                                       std::span<const uint8_t> training, bool scale) {
  std::vector<double> values(rows, std::numeric_limits<double>::quiet_NaN());
  for (size_t i = 0; i < rows; ++i)
    if (column.codes[i] >= 0) values[i] = part_of(dates[column.codes[i]], part);
  Column numbers;
  numbers.numbers = unaligned(values.data());
  numbers.missing = column.missing;
  const Column* one = &numbers;
  const NumberSummary summary = summarize(std::span(&one, 1), rows, training)[0];
  return learn_numbers(numbers, summary, rows, training, scale);
}

}  // namespace

bool is_date(const Column& column) { return detect_dates(column.levels).has_value(); }

std::optional<DateColumn> learn_dates(const Column& column, size_t rows,
                                      std::span<const uint8_t> training, bool scale) {
  const DateFormat format = detect_dates(column.levels).value();
  std::vector<Date> dates;
  for (const std::string& level : column.levels) dates.push_back(parse_date(level, format).value());

  DateColumn form;
  for (const Format& known : formats)
    if (known.format == format) form.format = known.name;
  auto add = [&](std::string_view part) {
    const auto number = learn_part(part, dates, column, rows, training, scale);
    if (!number) return;
    form.parts.push_back({std::string(part), number->center, number->scale, number->impute});
    form.indicator = number->indicator;
  };
  for (const std::string_view part : {"year", "month", "day", "weekday", "hour"}) add(part);
  if (form.parts.empty()) add("days");
  if (form.parts.empty()) return std::nullopt;
  return form;
}

std::vector<double> date_cells(const DateColumn& form, const Table& table, const Column& column) {
  const auto known = std::find_if(std::begin(formats), std::end(formats),
                                  [&](const Format& f) { return f.name == form.format; });
  if (known == std::end(formats))
    fail("recipe: {} is not a format of dates; the file is damaged", excerpt(form.format));
  if (column.kind == Column::Kind::number && column.missing < table.rows)
    fail("{}: the column {} holds numbers, but the model needs dates there", table.source,
         excerpt(column.name));
  std::vector<double> cells;
  auto add = [&](const DatePart& part, double v) {
    cells.push_back((v - part.center) / part.scale);
  };
  for (size_t k = 0; k < column.levels.size(); ++k) {
    const auto date = parse_date(column.levels[k], known->format);
    if (!date) {
      const auto at = std::find(column.codes.begin(), column.codes.end(), static_cast<int32_t>(k));
      fail("{} row {}, column {}: {} is not a date ({}), as the model needs", table.source,
           at - column.codes.begin() + 1, excerpt(column.name), excerpt(column.levels[k]),
           form.format);
    }
    for (const DatePart& part : form.parts) add(part, part_of(*date, part.part));
  }
  for (const DatePart& part : form.parts) add(part, part.impute);
  return cells;
}

}  // namespace thalweg
