#include "thalweg/data/churn.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>
#include <string_view>

#include "thalweg/base/error.hpp"
#include "thalweg/base/random.hpp"
#include "thalweg/format/excerpt.hpp"

namespace thalweg {
namespace {

constexpr uint64_t stream = 0x636875726E;  // "churn"
constexpr double intercept = -2.05;

// slope * value, or slope * stand_in + effect_missing where the cell is empty.
struct NumberEffect {
  std::string_view name;
  double slope, share_missing, stand_in, effect_missing;
};

constexpr NumberEffect tenure{"tenure", -0.032, 0, 0, 0};
constexpr NumberEffect monthly_charge{"monthly_charge", 0.018, 0, 0, 0};
constexpr NumberEffect support_calls{"support_calls", 0.35, 0, 0, 0};
constexpr NumberEffect age{"age", -0.012, 0.06, 46, 0.3};
constexpr NumberEffect data_gb{"data_gb", 0.008, 0.04, 25, -0.2};
constexpr NumberEffect numbers[] = {tenure, monthly_charge, support_calls, age, data_gb};

// An empty name is the missing cell.
struct Level {
  std::string_view name;
  double share, effect;
};

constexpr Level senior[] = {{"No", 0.84, 0}, {"Yes", 0.16, 0.25}};
constexpr Level partner[] = {{"No", 0.52, 0}, {"Yes", 0.48, -0.2}};
constexpr Level paperless[] = {{"Yes", 0.59, 0.3}, {"No", 0.41, 0}};
constexpr Level contract[] = {
    {"Month-to-month", 0.55, 0}, {"One year", 0.21, -0.9}, {"Two year", 0.24, -1.7}};
constexpr Level internet[] = {{"Fiber", 0.44, 0.7}, {"DSL", 0.34, 0}, {"No line", 0.22, -0.5}};
constexpr Level payment[] = {{"Electronic check", 0.33, 0.45},
                             {"Mailed check", 0.22, 0},
                             {"Bank transfer", 0.22, -0.1},
                             {"Credit card", 0.21, -0.15},
                             {"", 0.02, 0.2}};
// Islands are rare enough to be pooled.
constexpr Level region[] = {
    {"North", 0.3, 0},          {"South", 0.28, 0.15},  {"East", 0.22, -0.1},
    {"West", 0.1975, 0.05},     {"Amrum", 0.0005, 0.6}, {"Baltrum", 0.0005, 0.6},
    {"Hiddensee", 0.0005, 0.6}, {"Juist", 0.0005, 0.6}, {"Spiekeroog", 0.0005, 0.6}};
constexpr double effect_other = 0.6;

struct Categories {
  std::string_view name;
  std::span<const Level> levels;
};
constexpr Categories categories[] = {
    {"senior", senior},     {"partner", partner}, {"paperless", paperless}, {"contract", contract},
    {"internet", internet}, {"payment", payment}, {"region", region}};

const Level& draw(std::span<const Level> levels, Random& random) {
  double left = random.uniform();
  for (const Level& level : levels) {
    if (left < level.share) return level;
    left -= level.share;
  }
  return levels.front();
}

struct Row {
  Random random;
  std::string cells;
  double score = intercept;

  // Written with `decimals`, and counted as it is written.
  void add(const NumberEffect& effect, double value, int decimals) {
    if (random.uniform() < effect.share_missing) {
      score += effect.slope * effect.stand_in + effect.effect_missing;
      cells += ',';
      return;
    }
    const double unit = std::pow(10, decimals);
    value = std::round(value * unit) / unit;
    score += effect.slope * value;
    cells += fmt::format(",{:.{}f}", value, decimals);
  }

  void add(const Level& level) {
    score += level.effect;
    cells += ',';
    cells += level.name;
  }
};

// Poisson by counting uniforms (Knuth, TAOCP volume 2, 3.4.1); at most 20.
double draw_count(double mean, Random& random) {
  double product = random.uniform(), count = 0;
  for (; product > std::exp(-mean) && count < 20; ++count) product *= random.uniform();
  return count;
}

void append_row(std::string& csv, size_t index, uint64_t seed) {
  // 128 numbers are more than a row draws.
  Row row{Random(seed, stream, index * 128), {}};
  Random& random = row.random;
  // An odd factor makes a permutation of the 32-bit numbers.
  row.cells = fmt::format("C{:08X}", static_cast<uint32_t>(index * 2654435761u + 12345));
  const Level& kind = draw(contract, random);
  const Level& line = draw(internet, random);
  const double loyalty = kind.name == "Two year" ? 0.6 : kind.name == "One year" ? 0.35 : 0;
  row.add(tenure, 72 * std::min(1.0, loyalty + 0.6 * random.uniform() * random.uniform()), 0);
  const double price = line.name == "Fiber" ? 78 : line.name == "DSL" ? 50 : 24;
  row.add(monthly_charge, price + 9 * random.normal(), 2);
  row.add(support_calls, draw_count(line.name == "Fiber" ? 1.6 : 0.9, random), 0);
  row.add(age, std::clamp(46 + 15 * random.normal(), 18.0, 95.0), 0);
  row.add(data_gb, 22 * std::exp(0.6 * random.normal()), 1);
  row.add(draw(senior, random));
  row.add(draw(partner, random));
  row.add(draw(paperless, random));
  row.add(kind);
  row.add(line);
  row.add(draw(payment, random));
  row.add(draw(region, random));
  const bool leaves = random.uniform() < 1 / (1 + std::exp(-row.score));
  csv += row.cells;
  csv += leaves ? ",Yes\n" : ",No\n";
}

double effect_of(const Categories& column, std::string_view level) {
  for (const Level& known : column.levels)
    if (known.name == level) return known.effect;
  fail("churn: \"{}\" has no level {}; the recipe is of another table", column.name,
       excerpt(level));
}

void add_truth(const NumberEffect& effect, const NumberColumn& form, ChurnTruth& truth) {
  truth.weights.push_back(effect.slope * form.scale);
  truth.intercept += effect.slope * form.center;
  if (form.indicator)
    truth.weights.push_back(effect.effect_missing + effect.slope * (effect.stand_in - form.impute));
}

void add_truth(const Categories& column, const CategoriesColumn& form, ChurnTruth& truth) {
  const double reference = effect_of(column, form.reference);
  truth.intercept += reference;
  for (const std::string& level : form.levels)
    truth.weights.push_back(effect_of(column, level) - reference);
  if (form.other) truth.weights.push_back(effect_other - reference);
  if (form.missing) truth.weights.push_back(effect_of(column, "") - reference);
}

}  // namespace

std::string churn_table(size_t rows, uint64_t seed) {
  std::string csv = "customer_id";
  for (const NumberEffect& effect : numbers) csv.append(",").append(effect.name);
  for (const Categories& column : categories) csv.append(",").append(column.name);
  csv += ",churn\n";
  for (size_t index = 0; index < rows; ++index) append_row(csv, index, seed);
  return csv;
}

ChurnTruth churn_truth(const Recipe& recipe) {
  ChurnTruth truth{{}, intercept};
  for (const ColumnRecipe& column : recipe.columns) {
    if (std::holds_alternative<DroppedColumn>(column.form)) continue;
    const auto named = [&](const auto& effect) { return effect.name == column.column; };
    const auto number = std::find_if(std::begin(numbers), std::end(numbers), named);
    const auto category = std::find_if(std::begin(categories), std::end(categories), named);
    const auto* as_number = std::get_if<NumberColumn>(&column.form);
    const auto* as_categories = std::get_if<CategoriesColumn>(&column.form);
    if (as_number != nullptr && number != std::end(numbers)) {
      add_truth(*number, *as_number, truth);
    } else if (as_categories != nullptr && category != std::end(categories)) {
      add_truth(*category, *as_categories, truth);
    } else {
      fail("churn: the column {} is not the demo's; the recipe is of another table",
           excerpt(column.column));
    }
  }
  return truth;
}

}  // namespace thalweg
