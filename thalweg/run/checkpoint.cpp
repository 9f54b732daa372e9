#include "thalweg/run/checkpoint.hpp"

#include <fmt/format.h>
#include <gnu/libc-version.h>
#include <hwy/highway.h>

#include <Eigen/Core>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/base/version.hpp"
#include "thalweg/format/safetensors.hpp"
#include "thalweg/kernel/instruction_set.hpp"

namespace thalweg {
namespace {

// The scalars of a Progress, in the order in which they are stored.
template <class P, class Visit>
void scalars(P& p, const Visit& visit) {
  visit(p.state.smooth), visit(p.state.value), visit(p.state.step), visit(p.state.evaluations);
  visit(p.state.samples), visit(p.first_gradient_norm), visit(p.checked_step);
  visit(p.checked_norm), visit(p.at_floor), visit(p.proved), visit(p.recorded_step);
  visit(p.started), visit(p.last.step), visit(p.last.samples), visit(p.last.value);
  visit(p.last.gradient_norm), visit(p.last.lower_bound), visit(p.last.gap);
  visit(p.last.scale);
  visit(p.last.update_norm), visit(p.last.learning_rate), visit(p.last.step_size);
  visit(p.last.predicted_decrease), visit(p.last.evaluations), visit(p.last.seconds);
  visit(p.last.cpu_seconds), visit(p.last.progress), visit(p.last.epoch), visit(p.last.epochs);
  visit(p.last.validation_value), visit(p.last.validation_accuracy);
  visit(p.peak_learning_rate), visit(p.validated_step), visit(p.best_step);
  visit(p.best_accuracy);
}

using nlohmann::json;

// Looks into a network, as rows of names and numbers.
std::string to_text(const std::vector<Inspection>& inspections) {
  json out = json::array();
  for (const Inspection& look : inspections) {
    json layers = json::array(), tensors = json::array();
    for (const LayerRecord& l : look.layers)
      layers.push_back({l.name, l.kind, l.weights, l.mean_square, l.flat, l.dead});
    for (const TensorRecord& t : look.tensors)
      tensors.push_back(
          {t.name, t.weights, t.size, t.norm, t.gradient_norm, t.product, t.update_norm});
    out.push_back({look.step, look.learning_rate, look.widest, look.typical, look.widest_feature,
                   layers, tensors});
  }
  return out.dump();
}

// JSON knows no NaN: it is null.
double number(const json& value) { return value.is_null() ? unknown : value.get<double>(); }

std::vector<Inspection> inspections_of(const std::string& text, const std::string& source) {
  std::vector<Inspection> out;
  try {
    for (const json& row : json::parse(text)) {
      Inspection look{row.at(0).get<long long>(),
                      number(row.at(1)),
                      number(row.at(2)),
                      number(row.at(3)),
                      row.at(4).get<size_t>(),
                      {},
                      {}};
      for (const json& l : row.at(5))
        look.layers.push_back({l.at(0).get<std::string>(), l.at(1).get<std::string>(),
                               l.at(2).get<bool>(), number(l.at(3)), number(l.at(4)),
                               number(l.at(5))});
      for (const json& t : row.at(6))
        look.tensors.push_back({t.at(0).get<std::string>(), t.at(1).get<bool>(), number(t.at(2)),
                                number(t.at(3)), number(t.at(4)), number(t.at(5)),
                                number(t.at(6))});
      out.push_back(std::move(look));
    }
  } catch (const json::exception&) {
    fail("{}: its looks into the network are damaged", source);
  }
  return out;
}

// What the bits of a run depend on; where oneDNN takes part the number of threads as well.
std::map<std::string, std::string> made_with(bool threaded) {
  std::map<std::string, std::string> out = {
      {"program", version()},
      {"instruction set", instruction_set()},
      {"Highway", fmt::format("{}.{}.{}", HWY_MAJOR, HWY_MINOR, HWY_PATCH)},
      {"Eigen",
       fmt::format("{}.{}.{}", EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION)},
      {"C library", gnu_get_libc_version()}};
  if (threaded) out["threads"] = fmt::format("{}", threads());
  return out;
}

}  // namespace

void write_checkpoint(const std::filesystem::path& path, const Progress& progress,
                      size_t event_offset) {
  Safetensors file;
  file.metadata = {{"format", "thalweg"}, {"version", "1"}};
  std::vector<double> numbers = {static_cast<double>(event_offset)};
  scalars(progress, [&](auto value) { numbers.push_back(static_cast<double>(value)); });
  const std::vector<double> history = progress.history.pack();
  const State& state = progress.state;
  file.add("scalars", {numbers.size()}, std::span<const double>(numbers));
  file.add("history", {history.size()}, std::span<const double>(history));
  file.add("x", {state.x.size()}, std::span<const double>(state.x));
  file.add("gradient", {state.gradient.size()}, std::span<const double>(state.gradient));
  for (const auto& [name, values] : state.memory)
    file.add("memory." + name, {values.size()}, std::span<const double>(values));
  if (!state.x32.empty()) {
    file.add("x32", {state.x32.size()}, std::span<const float>(state.x32));
    file.add("best", {progress.best.size()}, std::span<const float>(progress.best));
    file.add("best_losses", {progress.best_losses.size()},
             std::span<const float>(progress.best_losses));
    file.add("validations", {progress.validations.size()},
             std::span<const double>(progress.validations));
    file.metadata["inspections"] = to_text(progress.inspections);
  }
  for (const auto& [name, values] : state.memory32)
    file.add("memory32." + name, {values.size()}, std::span<const float>(values));
  for (const auto& [what, which] : made_with(!state.x32.empty()))
    file.metadata["made with " + what] = which;
  // A damaged number would go unseen, and the method trusts the sizes of its memory.
  file.metadata["digest"] = sha256(to_bytes(file));
  write_safetensors(path, file);
}

Progress read_checkpoint(const std::filesystem::path& path, size_t parameters,
                         size_t& event_offset) {
  Safetensors file = read_safetensors(path);
  const std::string digest = file.text("digest");
  file.metadata.erase("digest");
  if (sha256(to_bytes(file)) != digest)
    fail("{}: its SHA-256 differs from the one in it; the checkpoint is damaged", path.string());
  for (const auto& [what, which] : made_with(file.contains("x32")))
    if (const std::string& then = file.text("made with " + what); then != which)
      fail(
          "{}: was written with {} {}, here it is {}: the bits would differ; resume it there, or "
          "start anew",
          path.string(), what, then, which);
  Progress out;
  const std::vector<double> numbers = file.numbers("scalars");
  size_t next = 0, count = 1;
  scalars(out, [&](auto&) { ++count; });
  if (numbers.size() != count)
    fail("{}: {} scalars, {} were expected; the checkpoint is damaged or of another version",
         path.string(), numbers.size(), count);
  auto take = [&](auto& value) {
    using To = std::remove_reference_t<decltype(value)>;
    const double number = numbers[next++];
    // Outside these the conversion is undefined.
    constexpr double most = std::is_same_v<To, bool> ? 1 : 1LL << 53;
    constexpr double least = std::is_signed_v<To> ? -most : 0;
    if (!std::is_floating_point_v<To> &&
        (!(number >= least) || !(number <= most) || number != std::trunc(number)))
      fail("{}: scalar {} is {}; the checkpoint is damaged", path.string(), next - 1, number);
    value = static_cast<To>(number);
  };
  take(event_offset);
  scalars(out, take);
  out.history = History::unpack(file.numbers("history"), path.string());
  if (out.history.records().empty())
    fail("{}: its history is empty; the checkpoint is damaged", path.string());
  auto fill = [&](std::string_view name, auto& to) {
    const std::vector<double> values = file.numbers(name);
    to = std::remove_reference_t<decltype(to)>(values.size());
    for (size_t i = 0; i < values.size(); ++i)
      to[i] = static_cast<std::remove_reference_t<decltype(to[i])>>(values[i]);
  };
  auto sized = [&](std::string_view name, auto& to) {
    fill(name, to);
    if (to.size() != parameters)
      fail("{}: \"{}\" has {} numbers, the data ask for {}; the checkpoint is of other data",
           path.string(), name, to.size(), parameters);
  };
  if (file.contains("x32")) {
    sized("x32", out.state.x32);
    fill("best", out.best);
    fill("best_losses", out.best_losses);
    out.validations = file.numbers("validations");
    out.inspections = inspections_of(file.text("inspections"), path.string());
    if (!out.best.empty()) sized("best", out.best);
  } else {
    sized("x", out.state.x);
    sized("gradient", out.state.gradient);
  }
  for (const StoredTensor& tensor : file.tensors)
    if (tensor.name.starts_with("memory."))
      out.state.memory[tensor.name.substr(7)] = file.numbers(tensor.name);
    else if (tensor.name.starts_with("memory32."))
      fill(tensor.name, out.state.memory32[tensor.name.substr(9)]);
  return out;
}

}  // namespace thalweg
