// Every method of the catalog with every loss and penalty that it takes: reaches the minimum or
// says that it did not, has the same bits again, after a resume and on any number of threads, and
// never takes what is not finite for converged.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <map>

#include "tests/support/exact.hpp"
#include "tests/support/quadratic.hpp"
#include "tests/support/typical.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/descent/descend.hpp"
#include "thalweg/objective/linear.hpp"
#include "thalweg/run/checkpoint.hpp"

namespace thalweg::testing {
namespace {

// The ways to call a method: as it is, and its options that change the algorithm.
using Arguments = std::vector<std::pair<std::string, std::string>>;

std::vector<Arguments> ways_to_call(const MethodRow& row) {
  std::vector<Arguments> out = {{}};
  for (const Option& option : row.options)
    for (const std::string& choice : option.choices)
      if (choice != std::get<std::string>(option.initial)) out.push_back({{option.name, choice}});
  return out;
}

bool applies(const MethodRow& row, Objective& objective, const Arguments& arguments) {
  try {
    check_needs(row, objective);
    const auto method = make_method(row.name, arguments);
    State state = state_at(std::vector<double>(objective.size(), 0.0));
    if (!arguments.empty()) method->init(objective, state);  // fixed asks for a finite L
  } catch (const Error&) {
    return false;
  }
  return true;
}

struct Result {
  Progress progress;
  Verdict verdict;
};

Result run(Objective& objective, const MethodRow& row, const Arguments& arguments, Progress from,
           const DescendOptions& options, const Observer& observer = {}) {
  Result out;
  out.progress = std::move(from);
  const auto method = make_method(row.name, arguments);
  out.verdict = descend(objective, *method, row, options, observer, out.progress);
  return out;
}

Progress at(std::span<const double> x) {
  Progress out;
  out.state = state_at(x);
  return out;
}

bool same_bits(const Result& a, const Result& b) {
  const State &s = a.progress.state, &t = b.progress.state;
  return s.x.size() == t.x.size() &&
         std::memcmp(s.x.data(), t.x.data(), s.x.size() * sizeof(double)) == 0 &&
         std::memcmp(&s.value, &t.value, sizeof s.value) == 0 && s.step == t.step &&
         a.verdict.stop == b.verdict.stop && a.verdict.outcome == b.verdict.outcome;
}

template <class Body>
void each_problem(size_t rows, const Body& body) {
  for (const LossRow& loss : losses())
    for (const NamedPenalty& named : typical_penalties()) {
      Problem problem = typical_problem(loss.kind, rows, 4, 7);
      problem.penalty = named.penalty;
      body(loss.name + " " + named.name, problem);
    }
}

// Calls body(name, row, arguments) for all that apply.
template <class Body>
void each_method(Objective& objective, const Body& body) {
  for (const MethodRow& row : methods())
    for (const Arguments& arguments : ways_to_call(row))
      if (applies(row, objective, arguments))
        body(fmt::format("{} {}", row.name, arguments.empty() ? "" : arguments[0].second), row,
             arguments);
}

DescendOptions budget(long long steps) {
  DescendOptions out;
  out.steps = steps;
  return out;
}

// The minimum is known to 35 digits and more: no bound is false, and what exits 0 is near it.
TEST(Methods, ReachTheMinimumOrSaySo) {
  std::map<std::string, size_t> outcomes;
  size_t count = 0;
  each_problem(40, [&](const std::string& problem_name, const Problem& problem) {
    const ExactMinimum minimum = exact_minimum(problem);
    ASSERT_TRUE(minimum.attained) << problem_name;
    LinearObjective objective(problem.samples(), problem.penalty);
    each_method(objective, [&](const std::string& method, const MethodRow& row,
                               const Arguments& arguments) {
      const std::string name = problem_name + " " + method;
      const Result result = run(objective, row, arguments, at(objective.start()), budget(2000));
      const Verdict& verdict = result.verdict;
      const Certificate& certificate = verdict.certificate;
      ++count, ++outcomes[thalweg::name(verdict.outcome)];
      const double excess =
          static_cast<double>(exact_value(problem, result.progress.state.x) - minimum.value);
      const std::string found =
          fmt::format("{}: {}, {}, excess {}, {}", name, thalweg::name(verdict.outcome),
                      verdict.reason, excess, certificate.refusal);
      EXPECT_GE(excess, 0) << found;
      if (certificate.kind != CertificateKind::none) {
        EXPECT_LE(excess, certificate.bound) << found;
      }
      if (exit_code(verdict) == 0) {
        const double tolerance = verdict.outcome == Outcome::certified ? 1e-9 : 1e-6;
        EXPECT_LE(excess, tolerance * certificate.scale) << found;
      }
      // What goes by second derivatives gets there: to a proof, or where there is none to be had
      // (an open bound, a kink without a dual) to a stationary point.
      const bool second_order = row.needs.curvature;
      const bool there =
          verdict.outcome == Outcome::certified ||
          (certificate.kind == CertificateKind::none && verdict.outcome == Outcome::stationary);
      const bool honest = there || verdict.outcome == Outcome::stationary ||
                          verdict.outcome == Outcome::precision_floor ||
                          verdict.outcome == Outcome::stalled ||
                          verdict.outcome == Outcome::descending;
      EXPECT_TRUE(second_order ? there : honest) << found;
    });
  });
  EXPECT_GE(outcomes["certified"], count * 8 / 10) << count;
}

TEST(Methods, RepeatResumeAndThreadsKeepTheBits) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / fmt::format("thalweg-methods-{}", ::getpid());
  std::filesystem::create_directory(folder);
  const std::filesystem::path path = folder / "checkpoint.safetensors";
  each_problem(60, [&](const std::string& problem_name, const Problem& problem) {
    LinearObjective objective(problem.samples(), problem.penalty);
    each_method(objective, [&](const std::string& method, const MethodRow& row,
                               const Arguments& arguments) {
      const std::string name = problem_name + " " + method;
      const Buffer<double> start = objective.start();
      std::vector<Progress> kept;
      Observer keep;
      keep.checkpoint = [&](const Progress& now) { kept.push_back(now); };
      const DescendOptions options = budget(12);
      const Result whole = run(objective, row, arguments, at(start), options, keep);
      EXPECT_TRUE(same_bits(whole, run(objective, row, arguments, at(start), options)))
          << name << ": repeated";
      // From its start, its middle and its last step, through a file.
      for (size_t k : {size_t{0}, kept.size() / 2, kept.size() - 1}) {
        if (k >= kept.size()) continue;
        write_checkpoint(path, kept[k], 4711);
        size_t offset = 0;
        Progress back = read_checkpoint(path, objective.size(), offset);
        EXPECT_EQ(offset, 4711u);
        EXPECT_TRUE(same_bits(whole, run(objective, row, arguments, std::move(back), options)))
            << name << ": resumed at step " << kept[k].state.step << " of "
            << whole.progress.state.step;
      }
    });
  });
  // Enough rows that more than one block of them is summed.
  for (const LossRow& loss : losses()) {
    const Problem problem = typical_problem(loss.kind, 9000, 3, 11);
    for (const Penalty penalty : {Penalty{.l2 = 1e-3}, Penalty{.l1 = 1e-3}}) {
      LinearObjective objective(problem.samples(), penalty);
      for (const MethodRow& row : methods()) {
        if (!applies(row, objective, {})) continue;
        std::vector<Result> results;
        for (int threads : {1, 2, 3}) {
          set_threads(threads);
          results.push_back(run(objective, row, {}, at(objective.start()), budget(2)));
        }
        set_threads(0);
        EXPECT_TRUE(same_bits(results[0], results[1])) << loss.name << " " << row.name;
        EXPECT_TRUE(same_bits(results[0], results[2])) << loss.name << " " << row.name;
      }
    }
  }
  std::filesystem::remove_all(folder);
}

// A linear model's objective whose values are `bad` once it has been asked often enough, or
// wherever its value is below some level, which every method must enter.
class Spoiled final : public Objective, private Curvature {
 public:
  Spoiled(Objective& whole, double bad, long long after, double below)
      : whole_(whole), bad_(bad), after_(after), below_(below) {}

  const Layout& layout() const override { return whole_.layout(); }
  size_t samples() const override { return whole_.samples(); }
  const Composite* composite() const override { return whole_.composite(); }
  const LinearPredictor* linear_predictor() const override { return whole_.linear_predictor(); }
  Curvature* curvature() override { return this; }
  double value_and_gradient(std::span<const double> x, std::span<double> g) override {
    return spoil(whole_.value_and_gradient(x, g), g);
  }
  double value(std::span<const double> x) override { return spoil(whole_.value(x), {}); }

 private:
  double evaluate(std::span<const double> x, std::span<double> g) override {
    return spoil(whole_.curvature()->evaluate(x, g), g);
  }
  void hessian(std::span<double> h) override { whole_.curvature()->hessian(h); }
  void product(std::span<const double> d, std::span<double> out) override {
    whole_.curvature()->product(d, out);
  }
  double smoothness() override { return whole_.curvature()->smoothness(); }
  double convexity() override { return whole_.curvature()->convexity(); }

  double spoil(double value, std::span<double> g) {
    if (++asked_ <= after_ && value >= below_) return value;
    for (double& c : g) c = bad_;
    return bad_;
  }

  Objective& whole_;
  double bad_;
  long long after_, asked_ = 0;
  double below_;
};

// As above without being a linear model, so that nothing else can prove the point.
class Bare final : public Quadratic {
 public:
  Bare(double bad, double below) : Quadratic({1, 30}), bad_(bad), below_(below) {}
  double value_and_gradient(std::span<const double> x, std::span<double> g) override {
    const double value = Quadratic::value_and_gradient(x, g);
    if (value >= below_) return value;
    for (double& c : g) c = bad_;
    return bad_;
  }

 private:
  double bad_, below_;
};

TEST(Methods, NotFiniteIsNeverConverged) {
  const Problem smooth = typical_problem(LossKind::logistic, 80, 3, 2);
  const Problem kinked = typical_problem(LossKind::hinge, 80, 3, 2);
  size_t runs = 0;
  for (double bad : {static_cast<double>(NAN), static_cast<double>(INFINITY)})
    for (const MethodRow& row : methods())
      for (const Arguments& arguments : ways_to_call(row)) {
        if (row.needs.least_squares)
          continue;  // see tests/optim/method/levenberg_marquardt_test.cpp
        const std::string name =
            fmt::format("{} {} {}", row.name, bad, arguments.empty() ? "" : arguments[0].second);
        const Problem& problem = row.needs.hinge ? kinked : smooth;
        LinearObjective objective(problem.samples(), {.l2 = 0.01});
        const Buffer<double> start = objective.start();
        const double first = static_cast<Objective&>(objective).value(start);
        for (long long after : {0LL, 1LL, 2LL, 3LL, 5LL}) {
          Spoiled spoiled(objective, bad, after, -INFINITY);
          const Result result = run(spoiled, row, arguments, at(start), budget(200));
          // The certificate has its own arithmetic: what it proves of the last good point holds.
          if (result.verdict.outcome != Outcome::certified) {
            EXPECT_NE(exit_code(result.verdict), 0) << name << " after " << after;
          }
          for (double c : result.progress.state.x) EXPECT_TRUE(std::isfinite(c)) << name;
          ++runs;
        }
        Spoiled edge(objective, bad, 1000000, first - 1e-3);
        const Result result = run(edge, row, arguments, at(start), budget(200));
        EXPECT_NE(exit_code(result.verdict), 0)
            << name << ": " << thalweg::name(result.verdict.outcome);
        if (result.progress.state.step > 0 && result.verdict.outcome != Outcome::diverged) {
          EXPECT_TRUE(std::isfinite(result.progress.state.value)) << name;
        }
        if (row.needs.linear_predictor) continue;
        Bare bare(bad, 0.1);
        const Result other = run(bare, row, arguments, at(std::vector<double>{1, 1}), budget(200));
        EXPECT_NE(exit_code(other.verdict), 0)
            << name << ": " << thalweg::name(other.verdict.outcome);
        ++runs;
      }
  EXPECT_GT(runs, 100u);
}

}  // namespace
}  // namespace thalweg::testing
