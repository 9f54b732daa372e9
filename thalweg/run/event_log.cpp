#include "thalweg/run/event_log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <vector>

#include "thalweg/base/clock.hpp"
#include "thalweg/run/run_files.hpp"

namespace thalweg {
namespace {

// Of a large tensor a histogram has so many numbers at most, evenly spaced: of all of them it would
// cost as much as several steps.
constexpr size_t most_numbers = 65536;

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

void EventLog::histogram(long long step, const std::string& tag, std::span<const float> values) {
  std::vector<float> some;
  if (values.size() > most_numbers) {
    const size_t stride = (values.size() - 1) / most_numbers + 1;
    for (size_t i = 0; i < values.size(); i += stride) some.push_back(values[i]);
    values = some;
  }
  writer_->histogram(step, unix_seconds(), tag, thalweg::histogram(values));
}

void EventLog::write(const Inspection& found, const Inspector& inspector, const Layout& layout,
                     std::span<const float> x) {
  std::vector<std::pair<std::string, double>> numbers;
  for (size_t i = 0; i < found.layers.size(); ++i) {
    const LayerRecord& layer = found.layers[i];
    numbers.emplace_back("mean_square/" + layer.name, layer.mean_square);
    numbers.emplace_back("flat/" + layer.name, layer.flat);
    numbers.emplace_back("dead/" + layer.name, layer.dead);
    histogram(found.step, "activations/" + layer.name, inspector.outputs(i));
  }
  for (const TensorRecord& tensor : found.tensors) {
    const TensorPlace& place = layout[tensor.name];
    numbers.emplace_back("gradient_norm/" + tensor.name, tensor.gradient_norm);
    numbers.emplace_back("update_ratio/" + tensor.name, tensor.update_norm / tensor.norm);
    histogram(found.step, "parameters/" + tensor.name, x.subspan(place.offset, place.size));
    histogram(found.step, "gradients/" + tensor.name,
              inspector.gradient().subspan(place.offset, place.size));
  }
  std::vector<TaggedValue> values;
  for (const auto& [tag, value] : numbers)
    if (std::isfinite(value)) values.push_back({tag, value});
  writer_->scalars(found.step, unix_seconds(), values);
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
