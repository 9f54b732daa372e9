// How well predictions fit: of classes, of probabilities and of numbers.
//
// Throughout: `target` [rows] holds classes as 0, 1, 2, … or numbers; `weight` [rows], at least 0,
// is empty where every row counts 1; `probability` is [rows, classes], or, where `classes` is 1,
// [rows]: that of class 1. Means are weighted means. A measure that is not defined on the data (no
// rows, one class only, a constant target) is NaN, and so is one of predictions that are NaN.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace thalweg {

using Values = std::span<const double>;

// The most probable class of each row; ties go to the first. Of one column: 1 above 0.5.
std::vector<double> most_probable(Values probability, size_t classes);

// The share of rows whose predicted class is the target.
double accuracy(Values target, Values predicted, Values weight = {});
// The mean over the classes that occur of the share of their rows that are found.
double balanced_accuracy(Values target, Values predicted, Values weight = {});
// Row-major [classes, classes]: the weight of rows of class i predicted as j; without predictions
// that are NaN.
std::vector<double> confusion(Values target, Values predicted, size_t classes, Values weight = {});

// Area under the receiver operating characteristic: the probability that a row of class 1 scores
// above one of class 0, ties counted half; exact, by ranks. Cost: a sort.
double roc_auc(Values target, Values score, Values weight = {});
// The mean over the classes of each one's area against the rest.
double roc_auc_one_vs_rest(Values target, Values probability, size_t classes, Values weight = {});

// Mean of -log of the target's probability, which is kept at least 2^-52 and at most 1 - 2^-52.
double log_loss(Values target, Values probability, size_t classes, Values weight = {});
// Two classes: mean of (p - y)^2. More: mean of the sum over the classes of (p - [y is it])^2.
double brier(Values target, Values probability, size_t classes, Values weight = {});
// Expected calibration error over `bins` equal bins of [0, 1], open below: the mean of |share of
// rows that are right - mean probability| of bins. Two classes: of class 1; more: of the class
// predicted. Source: Naeini, Cooper, Hauskrecht, AAAI 2015, section 2.
double calibration_error(Values target, Values probability, size_t classes, size_t bins = 10,
                         Values weight = {});

double root_mean_squared_error(Values target, Values predicted, Values weight = {});
double mean_absolute_error(Values target, Values predicted, Values weight = {});
// 1 - sum of (y - prediction)^2 / sum of (y - mean of y)^2.
double r_squared(Values target, Values predicted, Values weight = {});
// Mean of 2 (y log(y / m) - y + m), y >= 0, m > 0.
double poisson_deviance(Values target, Values predicted, Values weight = {});
// Mean of 2 (log(m / y) + y / m - 1), y > 0, m > 0.
double gamma_deviance(Values target, Values predicted, Values weight = {});

}  // namespace thalweg
