#include "thalweg/model/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace thalweg {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

double weight_of(Values weight, size_t row) { return weight.empty() ? 1 : weight[row]; }

// Weighted mean of term(row); 0 / 0 without rows.
template <class Term>
double mean(size_t rows, Values weight, const Term& term) {
  double sum = 0, total = 0;
  for (size_t i = 0; i < rows; ++i) {
    const double w = weight_of(weight, i);
    if (w == 0) continue;  // whatever the term is, even infinite
    sum += w * term(i);
    total += w;
  }
  return sum / total;
}

size_t class_of(Values target, size_t row) { return static_cast<size_t>(target[row]); }

}  // namespace

std::vector<double> most_probable(Values probability, size_t classes) {
  std::vector<double> out(probability.size() / classes);
  for (size_t i = 0; i < out.size(); ++i) {
    const Values row = probability.subspan(i * classes, classes);
    out[i] = classes == 1
                 ? (row[0] > 0.5 ? 1 : 0)
                 : static_cast<double>(std::max_element(row.begin(), row.end()) - row.begin());
    if (std::any_of(row.begin(), row.end(), [](double p) { return std::isnan(p); }))
      out[i] = undefined;
  }
  return out;
}

double accuracy(Values target, Values predicted, Values weight) {
  return mean(target.size(), weight, [&](size_t i) {
    if (std::isnan(predicted[i])) return undefined;
    return target[i] == predicted[i] ? 1.0 : 0.0;
  });
}

double balanced_accuracy(Values target, Values predicted, Values weight) {
  std::vector<double> found, total;
  for (size_t i = 0; i < target.size(); ++i) {
    if (std::isnan(predicted[i])) return undefined;
    const size_t k = class_of(target, i);
    if (k >= total.size()) {
      found.resize(k + 1);
      total.resize(k + 1);
    }
    total[k] += weight_of(weight, i);
    if (predicted[i] == target[i]) found[k] += weight_of(weight, i);
  }
  double sum = 0, classes = 0;
  for (size_t k = 0; k < total.size(); ++k) {
    if (total[k] == 0) continue;
    sum += found[k] / total[k];
    classes += 1;
  }
  return sum / classes;
}

std::vector<double> confusion(Values target, Values predicted, size_t classes, Values weight) {
  std::vector<double> out(classes * classes);
  for (size_t i = 0; i < target.size(); ++i) {
    if (std::isnan(predicted[i])) continue;
    double& cell = out[class_of(target, i) * classes + class_of(predicted, i)];
    cell += weight_of(weight, i);
  }
  return out;
}

double roc_auc(Values target, Values score, Values weight) {
  std::vector<size_t> order(target.size());
  std::iota(order.begin(), order.end(), size_t{0});
  if (std::any_of(score.begin(), score.end(), [](double s) { return std::isnan(s); }))
    return undefined;
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return score[a] < score[b]; });
  double below = 0, positive = 0,
         above = 0;  // weights of class 0, of class 1, and of pairs in order
  for (size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    double ones = 0, zeros = 0;  // of the rows that share one score
    for (; end < order.size() && score[order[end]] == score[order[begin]]; ++end) {
      double& side = target[order[end]] == 1 ? ones : zeros;
      side += weight_of(weight, order[end]);
    }
    above += ones * (below + zeros / 2);
    below += zeros;
    positive += ones;
  }
  return above / (below * positive);
}

double roc_auc_one_vs_rest(Values target, Values probability, size_t classes, Values weight) {
  std::vector<double> score(target.size()), is_class(target.size());
  double sum = 0;
  for (size_t k = 0; k < classes; ++k) {
    for (size_t i = 0; i < target.size(); ++i) {
      score[i] = probability[i * classes + k];
      is_class[i] = class_of(target, i) == k ? 1 : 0;
    }
    sum += roc_auc(is_class, score, weight);
  }
  return sum / static_cast<double>(classes);
}

double log_loss(Values target, Values probability, size_t classes, Values weight) {
  constexpr double least = std::numeric_limits<double>::epsilon();
  return mean(target.size(), weight, [&](size_t i) {
    if (classes > 1)
      return -std::log(
          std::clamp(probability[i * classes + class_of(target, i)], least, 1 - least));
    const double p = std::clamp(probability[i], least, 1 - least);
    return target[i] == 1 ? -std::log(p) : -std::log1p(-p);
  });
}

double brier(Values target, Values probability, size_t classes, Values weight) {
  return mean(target.size(), weight, [&](size_t i) {
    auto square = [&](size_t at, bool is) {
      const double d = probability[at] - (is ? 1 : 0);
      return d * d;
    };
    if (classes == 1) return square(i, target[i] == 1);
    double sum = 0;
    for (size_t k = 0; k < classes; ++k) sum += square(i * classes + k, class_of(target, i) == k);
    return classes == 2 ? sum / 2 : sum;
  });
}

double calibration_error(Values target, Values probability, size_t classes, size_t bins,
                         Values weight) {
  std::vector<double> excess(bins);  // weighted sum of (right - probability)
  double total = 0;
  for (size_t i = 0; i < target.size(); ++i) {
    double p = classes == 1 ? probability[i] : probability[i * classes + 1];
    bool right = target[i] == 1;
    if (classes > 2) {
      const Values row = probability.subspan(i * classes, classes);
      const auto best = std::max_element(row.begin(), row.end());
      p = *best;
      right = class_of(target, i) == static_cast<size_t>(best - row.begin());
    }
    if (std::isnan(p)) return undefined;
    const double place = std::ceil(p * static_cast<double>(bins)) - 1;
    const size_t bin = static_cast<size_t>(std::clamp(place, 0.0, static_cast<double>(bins - 1)));
    excess[bin] += weight_of(weight, i) * ((right ? 1 : 0) - p);
    total += weight_of(weight, i);
  }
  double sum = 0;
  for (const double e : excess) sum += std::abs(e);
  return sum / total;
}

double root_mean_squared_error(Values target, Values predicted, Values weight) {
  return std::sqrt(mean(target.size(), weight, [&](size_t i) {
    return (target[i] - predicted[i]) * (target[i] - predicted[i]);
  }));
}

double mean_absolute_error(Values target, Values predicted, Values weight) {
  return mean(target.size(), weight, [&](size_t i) { return std::abs(target[i] - predicted[i]); });
}

double r_squared(Values target, Values predicted, Values weight) {
  const double center = mean(target.size(), weight, [&](size_t i) { return target[i]; });
  const double residual = mean(target.size(), weight, [&](size_t i) {
    return (target[i] - predicted[i]) * (target[i] - predicted[i]);
  });
  const double spread = mean(target.size(), weight,
                             [&](size_t i) { return (target[i] - center) * (target[i] - center); });
  return spread > 0 ? 1 - residual / spread : undefined;
}

double poisson_deviance(Values target, Values predicted, Values weight) {
  return mean(target.size(), weight, [&](size_t i) {
    const double y = target[i], m = predicted[i];
    return 2 * ((y > 0 ? y * std::log(y / m) : 0) - y + m);
  });
}

double gamma_deviance(Values target, Values predicted, Values weight) {
  return mean(target.size(), weight, [&](size_t i) {
    const double ratio = target[i] / predicted[i];
    return 2 * (ratio - 1 - std::log(ratio));
  });
}

}  // namespace thalweg
