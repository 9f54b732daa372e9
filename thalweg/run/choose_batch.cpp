#include "thalweg/run/choose_batch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/optim/method/sampled_first_order.hpp"

namespace thalweg {
namespace {

constexpr size_t least = 32, most = 1024, least_steps = 32;
// Of the measurement.
constexpr size_t micro_batch = 32, micro_batches = 32;
constexpr long long steps_before = 64;

}  // namespace

BatchChoice choose_batch(const std::string& asked, size_t rows,
                         const std::function<NoiseScale()>& measure) {
  BatchChoice out;
  if (asked != "auto") {
    const Option number = Option::integer("batch", 128, 1, 1000000, "");
    try {
      out.batch = static_cast<size_t>(std::get<long long>(number.parse(asked)));
    } catch (const Error&) {
      fail("batch: \"{}\" is neither auto nor {}", asked.substr(0, 80), number.range());
    }
    out.batch = std::min(out.batch, rows);
    return out;
  }
  if (rows < 2 * micro_batch) {
    out.batch = std::min(least, rows);
    out.reason = fmt::format("{} rows are too few to measure the noise of gradients", rows);
    return out;
  }
  const size_t highest = std::clamp(std::bit_floor(rows / least_steps), least, most);
  const NoiseScale noise = measure();
  const auto low = static_cast<double>(least), high = static_cast<double>(highest);
  if (!(noise.square > 0)) {
    out.batch = highest;
    out.reason = "the noise of gradients hides their mean";
    return out;
  }
  out.noise_scale = noise.samples();
  out.batch =
      static_cast<size_t>(std::exp2(std::round(std::log2(std::clamp(out.noise_scale, low, high)))));
  out.reason = fmt::format(
      "noise and mean of a gradient are of one size at {} samples{}", brief(out.noise_scale, 3),
      out.noise_scale < low    ? ", and smaller batches leave processors waiting"
      : out.noise_scale < high ? ""
      : highest == most        ? ", and larger batches gain little"
                               : fmt::format(", and an epoch is to have {} steps", least_steps));
  return out;
}

NoiseScale measure_noise(const TracedLoss& loss, const SampleSet& samples,
                         const std::vector<uint32_t>& rows, BatchOptions batches,
                         const CompileOptions& compile, Chain chain, State& state) {
  batches.batch = micro_batch;
  SampledObjective objective(loss, samples, rows, batches, compile);
  FiniteSum& sum = *static_cast<Objective&>(objective).finite_sum();
  chain.schedule = Schedule();
  SampledFirstOrder method(std::move(chain));
  method.init(objective, state);
  method.advance(objective, state, steps_before);
  const size_t per_epoch = sum.steps_per_epoch(), count = std::min(micro_batches, per_epoch);
  // From an epoch's first batch on.
  const size_t first = (steps_before + per_epoch - 1) / per_epoch * per_epoch;
  return noise_scale(sum, state.x32, static_cast<long long>(first), count);
}

}  // namespace thalweg
