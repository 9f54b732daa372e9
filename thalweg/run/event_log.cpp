#include "thalweg/run/event_log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <vector>

#include "thalweg/base/clock.hpp"
#include "thalweg/run/run_files.hpp"

namespace thalweg {
namespace {

std::filesystem::path new_name(const std::filesystem::path& folder) {
  char host[256] = "localhost";
  ::gethostname(host, sizeof host - 1);
  return folder / fmt::format("events.out.tfevents.{:010}.{}.{}.0",
                              static_cast<long long>(unix_seconds()), host, ::getpid());
}

std::unique_ptr<EventWriter> start(const std::filesystem::path& folder, const std::string& method,
                                   const Settings& settings) {
  auto writer = std::make_unique<EventWriter>(new_name(folder));
  std::map<std::string, HyperParameter> values = {{"method", method}};
  for (const Option& option : settings.declared()) {
    if (!settings.given(option.name) || option.name == "method") continue;
    const OptionValue& value = settings.value(option.name);
    if (const double* real = std::get_if<double>(&value))
      values[option.name] = *real;
    else if (const long long* integer = std::get_if<long long>(&value))
      values[option.name] = static_cast<double>(*integer);
    else if (const bool* flag = std::get_if<bool>(&value))
      values[option.name] = *flag;
    else
      values[option.name] = to_text(value);
  }
  writer->session_start(unix_seconds(), folder.filename().string(), values);
  return writer;
}

}  // namespace

EventLog::EventLog(const std::filesystem::path& folder, const std::string& method,
                   const Settings& settings)
    : writer_(start(folder, method, settings)) {}

EventLog::EventLog(const std::filesystem::path& folder, size_t offset, const std::string& method,
                   const Settings& settings) {
  const std::filesystem::path found = find_event_file(folder);
  writer_ = found.empty() || offset == 0 ? start(folder, method, settings)
                                         : std::make_unique<EventWriter>(found, offset);
}

void EventLog::write(const Record& record) {
  std::vector<TaggedValue> values;
  auto add = [&](std::string_view tag, double value) {
    if (std::isfinite(value)) values.push_back({tag, value});
  };
  add("value", record.value);
  add("gradient_norm", record.gradient_norm);
  add("gap", record.gap);
  add("lower_bound", record.lower_bound);
  add("update_norm", record.update_norm);
  add("step_size", record.step_size);
  add("learning_rate", record.learning_rate);
  add("evaluations", static_cast<double>(record.evaluations));
  add("epoch", record.epoch);
  add("validation/value", record.validation_value);
  add("validation/accuracy", record.validation_accuracy);
  add("seconds", record.seconds);
  writer_->scalars(record.step, unix_seconds(), values);
}

void EventLog::write(long long step, const Layout& layout, std::span<const float> point) {
  for (const TensorPlace& tensor : layout.tensors()) {
    const std::vector<double> values(
        point.begin() + static_cast<long>(tensor.offset),
        point.begin() + static_cast<long>(tensor.offset + tensor.size));
    writer_->histogram(step, unix_seconds(), "parameters/" + tensor.name, histogram(values));
  }
}

size_t EventLog::sync() {
  writer_->sync();
  return writer_->offset();
}

void EventLog::end(bool success) {
  writer_->session_end(unix_seconds(), success ? EventWriter::SessionStatus::success
                                               : EventWriter::SessionStatus::failure);
  writer_->sync();
}

}  // namespace thalweg
