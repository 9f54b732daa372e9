// Schedules: the learning rate of each step as a factor of the base rate.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "thalweg/base/catalog.hpp"

namespace thalweg {

struct ScheduleStep {
  const Settings& options;
  double step;                     // 0 at the first
  std::span<const double> memory;  // of those that watch the value
};

struct ScheduleRow {
  std::string name;
  std::string help;
  std::string formula;  // of the factor f, t the step from 0
  std::string source;
  std::vector<Option> options;  // the first may be given without its name
  double (*factor)(const ScheduleStep&);
  // Of those that watch the value: numbers kept from step to step, and what a value does to them.
  std::vector<double> (*memory)(const Settings&) = nullptr;
  void (*observe)(const Settings&, double value, std::span<double> memory) = nullptr;
};

std::span<const ScheduleRow> schedules();

class Schedule {
 public:
  Schedule();  // constant
  Schedule(const ScheduleRow& row, Settings settings)
      : row_(&row), settings_(std::move(settings)) {}

  const ScheduleRow& row() const { return *row_; }
  const Settings& settings() const { return settings_; }
  std::string text() const { return settings_.call(row_->name); }
  // What it must remember, before the first step; empty for most.
  std::vector<double> memory() const;
  // Of step t = 0, 1, ...
  double factor(long long step, std::span<const double> memory) const;
  // Tells it a value (of validation, or of the objective).
  void observe(double value, std::span<double> memory) const;

 private:
  const ScheduleRow* row_;
  Settings settings_;
};

// Each from the file of its name.
ScheduleRow constant_row();
ScheduleRow step_row();
ScheduleRow multi_step_row();
ScheduleRow exponential_row();
ScheduleRow polynomial_row();
ScheduleRow inverse_sqrt_row();
ScheduleRow linear_row();
ScheduleRow cosine_row();
ScheduleRow warm_restarts_row();
ScheduleRow cyclical_row();
ScheduleRow one_cycle_row();
ScheduleRow warmup_stable_decay_row();
ScheduleRow plateau_row();

// What several share: steps in all, of the warm-up, and factors between 0 and 1.
Option steps_option(const char* name, const char* help);
Option warmup_option();
Option share_option(const char* name, double initial, const char* help);
// The factor of a linear warm-up from `from` to 1 over `steps`, 1 afterwards.
double warmed(double step, double steps, double from);
// How far `step` is between two others, within [0, 1].
double progress(double step, double begin, double end);

}  // namespace thalweg
