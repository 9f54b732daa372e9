#include "thalweg/run/linear_path.hpp"

#include <algorithm>
#include <cmath>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/objective/linear.hpp"

namespace thalweg {
namespace {

using nlohmann::ordered_json;

// The mean loss of each point on rows that it has not seen.
std::vector<double> held_out_losses(const Path& path, const Samples& samples) {
  LinearObjective objective(samples, Penalty{});
  std::vector<double> out;
  for (const PathPoint& point : path.points)
    out.push_back(static_cast<Objective&>(objective).value(point.x));
  return out;
}

// By mean and standard error, where they are known: the best point, and the one that is taken.
void choose(LinearPath& out, const std::string& select) {
  const size_t last = out.path.points.size() - 1;
  out.best = out.chosen = last;
  out.reason = "nothing was held out to choose by: the last of the path; add --folds 10";
  if (out.mean.empty()) return;
  out.best = out.chosen =
      static_cast<size_t>(std::min_element(out.mean.begin(), out.mean.end()) - out.mean.begin());
  out.reason = "the least held-out loss";
  if (out.error.empty() || select == "best") return;
  const double most = out.mean[out.best] + out.error[out.best];
  while (out.chosen > 0 && out.mean[out.chosen - 1] <= most) --out.chosen;
  out.reason =
      "the strongest penalty whose held-out loss is within one standard error of the least";
}

std::string shown(double value) { return std::isfinite(value) ? shortest(value) : ""; }

ordered_json number(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

}  // namespace

Penalty path_shape(const Penalty& penalty, const Settings& settings) {
  Penalty shape = penalty;
  if (penalty.l1 == 0 && penalty.l2 > 0)
    fail("--path: is of l1, and --l2 alone has none; give --l1 and --l2, whose ratio is kept");
  if (penalty.l1 > 0 && penalty.l2 == 0)
    fail("--path: chooses l1 itself; leave --l1 out, or give --l2 with it for their ratio");
  if (penalty.l1 == 0) shape.l1 = 1;
  if (settings.given("select") && settings.integer("folds") == 0)
    fail("--select: chooses by cross-validation; add --folds 10");
  return shape;
}

LinearPath linear_path(const Table& table, const ChosenModel& model, const PreparedData& data,
                       const Penalty& shape, const Settings& settings,
                       const FitObserver& observer) {
  const double tolerance = settings.given("tolerance") ? settings.real("tolerance") : 1e-6;
  const Samples samples = samples_of(data.training, model, data.outputs);
  const std::vector<Penalty> grid =
      path_grid(shape, largest_l1(samples, shape), static_cast<size_t>(settings.integer("path")),
                settings.real("path_ratio"));
  const auto descend = [&](const Samples& on) {
    Path path = descend_path(on, grid, tolerance, observer.stop_requested);
    if (path.points.size() < grid.size())
      fail("stopped by a signal on the path; nothing was written");
    return path;
  };
  LinearPath out;
  out.path = descend(samples);
  const long long folds = settings.integer("folds");
  if (folds > 0) {
    std::vector<double> sum(grid.size(), 0.0), square(grid.size(), 0.0);
    each_fold(table, model, settings, [&](long long fold, const PreparedData& part) {
      const Path path = descend(samples_of(part.training, model, part.outputs));
      const std::vector<double> losses =
          held_out_losses(path, samples_of(*part.validation, model, part.outputs));
      for (size_t k = 0; k < grid.size(); ++k)
        sum[k] += losses[k], square[k] += losses[k] * losses[k];
      observer.note(fmt::format("fold {} of {}: least held-out loss {}", fold + 1, folds,
                                brief(*std::min_element(losses.begin(), losses.end()), 4)));
    });
    const double count = static_cast<double>(folds);
    for (size_t k = 0; k < grid.size(); ++k) {
      out.mean.push_back(sum[k] / count);
      const double spread = std::max(square[k] / count - out.mean[k] * out.mean[k], 0.0);
      out.error.push_back(std::sqrt(spread / (count - 1)));
    }
  } else if (data.validation) {
    out.mean = held_out_losses(out.path, samples_of(*data.validation, model, data.outputs));
  }
  choose(out, settings.text("select"));
  return out;
}

std::string path_csv(const LinearPath& path) {
  std::string out = "l1,l2,nonzeros,value,gap,explained";
  if (!path.mean.empty()) out += ",held_out_loss";
  if (!path.error.empty()) out += ",held_out_error";
  out += "\n";
  for (size_t k = 0; k < path.path.points.size(); ++k) {
    const PathPoint& point = path.path.points[k];
    out +=
        fmt::format("{},{},{},{},{},{}", shortest(point.penalty.l1), shortest(point.penalty.l2),
                    point.nonzeros, shown(point.value), shown(point.gap), shown(point.explained));
    if (!path.mean.empty()) out += fmt::format(",{}", shown(path.mean[k]));
    if (!path.error.empty()) out += fmt::format(",{}", shown(path.error[k]));
    out += "\n";
  }
  return out;
}

ordered_json path_json(const LinearPath& path) {
  ordered_json points = ordered_json::array();
  for (size_t k = 0; k < path.path.points.size(); ++k) {
    const PathPoint& point = path.path.points[k];
    points.push_back({{"l1", point.penalty.l1},
                      {"l2", point.penalty.l2},
                      {"nonzeros", point.nonzeros},
                      {"value", number(point.value)},
                      {"gap", number(point.gap)},
                      {"explained", number(point.explained)}});
    if (!path.mean.empty()) points.back()["held_out_loss"] = number(path.mean[k]);
    if (!path.error.empty()) points.back()["held_out_error"] = number(path.error[k]);
  }
  return {{"solver", path.path.solver}, {"scale", number(path.path.scale)},
          {"best", path.best},          {"chosen", path.chosen},
          {"reason", path.reason},      {"points", points}};
}

Safetensors path_file(const LinearPath& path, const std::vector<std::string>& features,
                      size_t outputs) {
  const std::vector<PathPoint>& points = path.path.points;
  std::vector<double> l1, l2, weights, intercepts;
  for (const PathPoint& point : points) {
    l1.push_back(point.penalty.l1), l2.push_back(point.penalty.l2);
    const auto split = point.x.end() - static_cast<std::ptrdiff_t>(outputs);
    weights.insert(weights.end(), point.x.begin(), split);
    intercepts.insert(intercepts.end(), split, point.x.end());
  }
  const size_t count = points.size(), p = features.size();
  Safetensors file;
  file.add("l1", {count}, l1);
  file.add("l2", {count}, l2);
  file.add("weight",
           outputs == 1 ? std::vector<size_t>{count, p} : std::vector<size_t>{count, outputs, p},
           weights);
  file.add("intercept", {count, outputs}, intercepts);
  file.metadata = {
      {"format", "thalweg"}, {"version", "1"}, {"features", ordered_json(features).dump()}};
  return file;
}

}  // namespace thalweg
