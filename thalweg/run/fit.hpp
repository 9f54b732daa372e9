// The one road from data to verdict: read, prepare, choose, descend, write the run directory.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "thalweg/base/option.hpp"
#include "thalweg/certify/standard_errors.hpp"
#include "thalweg/descent/learning_rate_range.hpp"
#include "thalweg/model/linear_model.hpp"
#include "thalweg/monitor/record.hpp"
#include "thalweg/monitor/verdict.hpp"

namespace thalweg {

// The options of `fit`, declared once: flags, help, run.json and completion are made from them.
// Those of models and methods stand in their catalogs and are given as `logistic` or
// `huber(delta=2)`, `lbfgs(history_size=20)`.
std::span<const Option> fit_options();

struct FitRequest {
  std::filesystem::path data;
  std::filesystem::path run;  // folder to be made
  Settings settings;          // of fit_options()
  FitRequest();
};

// One line of the answer to "what did it do", for people.
struct FitReport {
  Verdict verdict;
  LinearModel model;       // of a linear model
  std::string model_name;  // what was fitted: logistic, mlp(hidden=64)
  std::string inputs;      // in words: "12 columns as prepared"
  std::filesystem::path run;
  std::string model_reason, method, method_reason;  // what was chosen and why
  size_t rows = 0, training_rows = 0, validation_rows = 0;
  std::vector<std::string> preparation;  // the recipe in words, with its notes
  std::vector<double> influence;         // [features]
  std::vector<std::string> parameters;   // names, of a formula
  Estimates estimates;                   // of those
  std::string metrics;                   // JSON object of validation metrics, or ""
  std::string test_metrics;              // likewise, where the data come with a test set
  size_t test_rows = 0;
  std::string folds;  // JSON object of cross-validation, or ""
  std::string json;   // the text of verdict.json
};

// All are called on the caller's thread. `stop_requested` may be set by a signal handler's flag.
struct FitObserver {
  std::function<void(const std::string& line)> note = [](const std::string&) {};
  // After each step; tolerance is the relative gap asked for, scale what it divides by (or NaN).
  std::function<void(const Record&, double tolerance, double scale)> record = [](const Record&,
                                                                                 double, double) {};
  std::function<bool()> stop_requested = [] { return false; };
};

// Throws Error for whatever is wrong with the request or the data; the run directory is then not
// made, or as it was.
FitReport fit(const FitRequest& request, const FitObserver& observer);

// The learning-rate range test of a network, from where its run would start; nothing is written. The
// rate rises from 1e-6 to 10 over as many steps as are asked for, 100 if not. Error for what is not
// trained by a chain.
struct RangeReport {
  RangeTest test;
  std::string method, schedule;  // with the suggestion: what to fit by; schedule "" for none
  std::string json;
};
RangeReport find_learning_rate(const FitRequest& request, const FitObserver& observer);

// Goes on with a run that was killed, stopped by a signal, or ended by steps or seconds. Stopping
// rules, threads and checkpoint_every given in `settings` replace those of the run, from now on:
// run.json then says so, and from which step. Error for any
// other option there and for another seed. The data must have the fingerprint of the run. Bit for bit what the
// uninterrupted run would have reached.
FitReport resume(const std::filesystem::path& run, const Settings& settings,
                 const FitObserver& observer);

}  // namespace thalweg
