// The library of test functions behind a C interface, for bench/minimize.py: SciPy minimizes the
// same compiled functions, and our runs are counted and timed in the same process.
#include <algorithm>
#include <cstring>

#include "thalweg/base/catalog.hpp"
#include "thalweg/base/clock.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/descent/descend.hpp"
#include "thalweg/objective/function/function.hpp"
#include "thalweg/run/choose_method.hpp"

namespace thalweg {
namespace {

// Counts what is asked of a function. Each number of `trace` follows an evaluation of the value.
class Counted final : public Objective, private LeastSquares, private Curvature {
 public:
  explicit Counted(TracedFunction& function) : function_(function) {}
  struct Point {
    double value, values, gradients, products;
  };
  std::vector<Point> trace;

  const Layout& layout() const override { return function_.layout(); }
  double value(std::span<const double> x) override { return seen(function_.value(x)); }
  double value_and_gradient(std::span<const double> x, std::span<double> g) override {
    ++gradients_;
    return seen(function_.value_and_gradient(x, g));
  }
  thalweg::Curvature* curvature() override { return this; }
  thalweg::LeastSquares* least_squares() override {
    return function_.least_squares() == nullptr ? nullptr : this;
  }

 private:
  double seen(double value) {
    ++values_;
    trace.push_back({value, values_, gradients_, products_});
    return value;
  }
  size_t count() const override { return function_.least_squares()->count(); }
  void residuals(std::span<const double> x, std::span<double> r) override {
    function_.least_squares()->residuals(x, r);
    double sum = 0;
    for (const double c : r) sum += c * c;
    seen(sum / 2);
  }
  void jacobian(std::span<const double> x, std::span<double> out) override {
    ++gradients_;
    function_.least_squares()->jacobian(x, out);
  }
  double evaluate(std::span<const double> x, std::span<double> g) override {
    ++gradients_;
    return seen(function_.curvature()->evaluate(x, g));
  }
  void hessian(std::span<double> h) override {
    products_ += static_cast<double>(size());
    function_.curvature()->hessian(h);
  }
  void product(std::span<const double> d, std::span<double> out) override {
    ++products_;
    function_.curvature()->product(d, out);
  }
  double smoothness() override { return std::numeric_limits<double>::infinity(); }
  double convexity() override { return 0; }

  TracedFunction& function_;
  double values_ = 0, gradients_ = 0, products_ = 0;
};

Verdict run(TracedFunction& function, Objective& objective, const double* x0, const char* asked,
            Progress& progress, std::string& called) {
  const ChosenMethod method = choose_method(function, asked);
  called = method.row->name;
  DescendOptions options;
  options.polish = true;
  options.steps = 10000;
  progress.state.x = Buffer<double>(function.size());
  std::copy(x0, x0 + function.size(), progress.state.x.begin());
  return descend(objective, *method.row->make(method.settings), *method.row, options, {}, progress);
}

}  // namespace
}  // namespace thalweg

using namespace thalweg;

extern "C" {

size_t thalweg_functions() { return functions().size(); }
const char* thalweg_name(size_t i) { return functions()[i].name.c_str(); }
size_t thalweg_dimension(size_t i) { return functions()[i].dimension; }
TracedFunction* thalweg_open(const char* name, size_t n) {
  set_threads(1);
  return new TracedFunction(trace_function(find(functions(), "function", name), n));
}
void thalweg_start(const char* name, size_t n, double* x) {
  const std::vector<double> start = find(functions(), "function", name).start(n);
  std::copy(start.begin(), start.end(), x);
}
size_t thalweg_minima(const char* name, size_t n, double* values, int* global) {
  const std::vector<FunctionMinimum> known = find(functions(), "function", name).minima(n);
  for (size_t i = 0; i < known.size(); ++i)
    values[i] = known[i].value, global[i] = known[i].global ? 1 : 0;
  return known.size();
}
size_t thalweg_residual_count(TracedFunction* f) {
  return f->least_squares() == nullptr ? 0 : f->least_squares()->count();
}
double thalweg_value(TracedFunction* f, const double* x) { return f->value({x, f->size()}); }
double thalweg_gradient(TracedFunction* f, const double* x, double* g) {
  return f->value_and_gradient({x, f->size()}, {g, f->size()});
}
void thalweg_hessian(TracedFunction* f, const double* x, double* h) {
  std::vector<double> g(f->size());
  f->curvature()->evaluate({x, f->size()}, g);
  f->curvature()->hessian({h, f->size() * f->size()});
}
void thalweg_product(TracedFunction* f, const double* x, const double* d, double* out) {
  std::vector<double> g(f->size());
  f->curvature()->evaluate({x, f->size()}, g);
  f->curvature()->product({d, f->size()}, {out, f->size()});
}
void thalweg_residuals(TracedFunction* f, const double* x, double* r) {
  f->least_squares()->residuals({x, f->size()}, {r, thalweg_residual_count(f)});
}
void thalweg_jacobian(TracedFunction* f, const double* x, double* out) {
  f->least_squares()->jacobian({x, f->size()}, {out, f->size() * thalweg_residual_count(f)});
}
// One run from x, which becomes the point reached. trace: [most, 4] value, values, gradients,
// products; returns how many there were. seconds: the least of `repeats` runs that are not counted.
size_t thalweg_run(TracedFunction* f, double* x, const char* method, double* trace, size_t most,
                   size_t repeats, double* seconds, char* outcome, char* called) {
  Progress progress;
  Counted counted(*f);
  std::string name_of_method;
  const Verdict verdict = run(*f, counted, x, method, progress, name_of_method);
  std::strcpy(outcome, name(verdict.outcome));
  std::strcpy(called, name_of_method.c_str());
  *seconds = std::numeric_limits<double>::infinity();
  for (size_t k = 0; k < repeats; ++k) {
    Progress again;
    const double began = wall_seconds();
    run(*f, *f, x, method, again, name_of_method);
    *seconds = std::min(*seconds, wall_seconds() - began);
  }
  std::copy(progress.state.x.begin(), progress.state.x.end(), x);
  const size_t count = std::min(most, counted.trace.size());
  std::memcpy(trace, counted.trace.data(), count * sizeof(Counted::Point));
  return count;
}

}  // extern "C"
