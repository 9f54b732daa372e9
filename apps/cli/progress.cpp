#include "apps/cli/progress.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <iostream>

#include "apps/cli/print.hpp"
#include "thalweg/base/clock.hpp"
#include "thalweg/base/text.hpp"

namespace thalweg::cli {
namespace {

constexpr size_t window = 20;
volatile sig_atomic_t stop_requested = 0;

void request_stop(int) { stop_requested = 1; }

// 1, 2, 3, 5, 10, 20, 30, 50, …
bool geometric(long long step) {
  while (step >= 10 && step % 10 == 0) step /= 10;
  return step == 1 || step == 2 || step == 3 || step == 5;
}

// The slope of the least-squares line.
template <class X, class Y>
double slope(const std::deque<Record>& records, const X& x, const Y& y) {
  double mean_x = 0, mean_y = 0;
  for (const Record& record : records) mean_x += x(record), mean_y += y(record);
  mean_x /= static_cast<double>(records.size());
  mean_y /= static_cast<double>(records.size());
  double above = 0, below = 0;
  for (const Record& record : records) {
    above += (x(record) - mean_x) * (y(record) - mean_y);
    below += (x(record) - mean_x) * (x(record) - mean_x);
  }
  return above / below;
}

}  // namespace

Trend trend(const std::deque<Record>& recent, double first_norm, double tolerance, double scale) {
  Trend out;
  if (recent.size() < 3) return out;
  bool gaps = true;
  for (const Record& record : recent) gaps = gaps && record.gap > 0;
  auto level = [&](const Record& record) {
    return gaps ? std::log(record.gap) : 2 * std::log(record.gradient_norm);
  };
  const double per_step = slope(
      recent, [](const Record& r) { return static_cast<double>(r.step); }, level);
  const double per_second = slope(
      recent, [](const Record& r) { return r.seconds; }, level);
  if (std::isfinite(per_step)) out.factor = std::exp(per_step);
  // Without gaps: down to 1e-8 of the first gradient, the rule where no bound can be proved.
  const double target = gaps ? std::log(tolerance * scale) : 2 * std::log(1e-8 * first_norm);
  const double left = (target - level(recent.back())) / per_second;
  if (per_second < 0 && left >= 0) out.seconds = left;
  return out;
}

Progress::Progress(bool quiet) : quiet_(quiet), live_(terminal(STDERR_FILENO)) {
  struct sigaction action {};
  action.sa_handler = request_stop;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

Progress::~Progress() {
  if (!quiet_ && !live_ && !recent_.empty() && recent_.back().step != shown_)
    show(recent_.back(), tolerance_, scale_);
  clear();
}

FitObserver Progress::observer() {
  FitObserver out;
  out.note = [this](const std::string& line) { note(line); };
  out.record = [this](const Record& r, double tolerance, double scale) {
    record(r, tolerance, scale);
  };
  out.stop_requested = [] { return stop_requested != 0; };
  return out;
}

void Progress::note(const std::string& line) {
  if (quiet_) return;
  clear();
  std::cerr << one_line(line) << std::endl;
}

void Progress::record(const Record& record, double tolerance, double scale) {
  if (quiet_) return;
  if (recent_.empty()) first_norm_ = record.gradient_norm;
  const bool validated = std::isfinite(record.validation_value);
  if (validated) validated_ = record;
  recent_.push_back(record);
  if (recent_.size() > window) recent_.pop_front();
  tolerance_ = tolerance;
  scale_ = scale;
  if (live_) {
    const double now = wall_seconds();
    if (now - drawn_at_ < 0.1) return;
    drawn_at_ = now;
  } else if (!geometric(record.step) && !validated) {
    return;
  }
  show(record, tolerance, scale);
}

void Progress::show(const Record& record, double tolerance, double scale) {
  const Trend recent = trend(recent_, first_norm_, tolerance, scale);
  struct Part {
    std::string text;
    int rank;  // the largest goes first where the terminal is narrow
  };
  std::vector<Part> parts = {{fmt::format("step {:<5}", record.step), 0},
                             {fmt::format("value {:<9}", brief(record.value, 7)), 1}};
  if (std::isfinite(record.gradient_norm))
    parts.push_back({fmt::format("gradient {:<8}", brief(record.gradient_norm, 3)), 4});
  if (std::isfinite(record.gap))
    parts.push_back({fmt::format("gap {:<8}", brief(record.gap, 3)), 2});
  if (std::isfinite(record.epoch)) {
    parts.insert(parts.begin() + 1,
                 {fmt::format("epoch {:.2f} of {}", record.epoch, brief(record.epochs, 4)), 0});
    if (std::isfinite(validated_.validation_value))
      parts.push_back(
          {fmt::format("validation {}{}", brief(validated_.validation_value, 4),
                       std::isfinite(validated_.validation_accuracy)
                           ? fmt::format(" ({:.2f} % right)", 100 * validated_.validation_accuracy)
                           : ""),
           2});
    if (record.epoch > 0)
      parts.push_back({fmt::format("about {} left", duration(record.seconds / record.epoch *
                                                             (record.epochs - record.epoch))),
                       3});
  }
  if (std::isfinite(recent.factor) && !std::isfinite(record.epoch))
    parts.push_back({fmt::format("rate {:<5}", brief(recent.factor, 3)), 5});
  if (std::isfinite(recent.seconds) && !std::isfinite(record.epoch))
    parts.push_back({fmt::format("about {} left", duration(recent.seconds)), 3});
  auto line = [&] {
    std::string out;
    for (const Part& part : parts) out += (out.empty() ? "" : "  ") + part.text;
    return out.substr(0, out.find_last_not_of(' ') + 1);
  };
  if (!live_) {
    shown_ = record.step;
    std::cerr << line() << std::endl;
    return;
  }
  while (parts.size() > 1 && line().size() >= width(STDERR_FILENO))
    parts.erase(std::max_element(parts.begin(), parts.end(),
                                 [](const Part& a, const Part& b) { return a.rank < b.rank; }));
  std::cerr << "\r" << emphasized(line(), Emphasis::faint, STDERR_FILENO) << "\x1b[K" << std::flush;
  drawn_ = true;
}

void Progress::clear() {
  if (drawn_) std::cerr << "\r\x1b[K" << std::flush;
  drawn_ = false;
}

}  // namespace thalweg::cli
