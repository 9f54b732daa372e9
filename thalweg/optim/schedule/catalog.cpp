// The schedules, one row each, and what several of them share.
#include <algorithm>

#include "thalweg/optim/schedule/schedule.hpp"

namespace thalweg {

std::span<const ScheduleRow> schedules() {
  static const std::vector<ScheduleRow> rows = {
      constant_row(),      step_row(),         multi_step_row(), exponential_row(),
      polynomial_row(),    inverse_sqrt_row(), linear_row(),     cosine_row(),
      warm_restarts_row(), cyclical_row(),     one_cycle_row(),  warmup_stable_decay_row(),
      plateau_row()};
  return rows;
}

Schedule::Schedule() : row_(&schedules()[0]), settings_("schedule constant", row_->options) {}

std::vector<double> Schedule::memory() const {
  return row_->memory == nullptr ? std::vector<double>() : row_->memory(settings_);
}
double Schedule::factor(long long step, std::span<const double> memory) const {
  return row_->factor({settings_, static_cast<double>(step), memory});
}
void Schedule::observe(double value, std::span<double> memory) const {
  if (row_->observe != nullptr) row_->observe(settings_, value, memory);
}

Option steps_option(const char* name, const char* help) {
  return Option::integer(name, 1000, 1, 1000000000, help);
}
Option warmup_option() {
  return Option::integer("warmup", 0, 0, 1000000000, "steps of the linear rise before");
}
Option share_option(const char* name, double initial, const char* help) {
  return Option::real(name, initial, 0, 1, help);
}

double warmed(double step, double steps, double from) {
  return step < steps ? from + (1 - from) * step / steps : 1;
}
double progress(double step, double begin, double end) {
  if (step >= end) return 1;
  return step <= begin ? 0 : (step - begin) / (end - begin);
}

}  // namespace thalweg
