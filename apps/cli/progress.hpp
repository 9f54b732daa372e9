// What is seen of a run while it goes: one live line on a terminal, a few plain lines elsewhere,
// all on standard error. Also where SIGINT and SIGTERM are turned into a request to stop.
#pragma once

#include <deque>
#include <string>

#include "thalweg/monitor/record.hpp"
#include "thalweg/run/fit.hpp"

namespace thalweg::cli {

class Progress {
 public:
  // The first SIGINT or SIGTERM from now on asks the run to stop, a second one kills.
  explicit Progress(bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Refers to this.
  FitObserver observer();

 private:
  void note(const std::string& line);
  void record(const Record& record, double tolerance, double scale);
  void show(const Record& record, double tolerance, double scale);
  void clear();

  bool quiet_, live_;
  bool drawn_ = false;    // a live line stands on the terminal
  double drawn_at_ = -1;  // wall seconds
  long long shown_ = -1;  // step of the last plain line
  double first_norm_ = unknown;
  double tolerance_ = unknown, scale_ = unknown;
  Record validated_;  // the last one with a validation
  std::deque<Record> recent_;
};

// The recent decrease, from a least-squares line through the logarithms of the gap, or of the
// squared gradient norm where some gap is not known.
struct Trend {
  double factor = unknown;   // a step
  double seconds = unknown;  // until tolerance * scale if it goes on so: an estimate
};
Trend trend(const std::deque<Record>& recent, double first_norm, double tolerance, double scale);

}  // namespace thalweg::cli
