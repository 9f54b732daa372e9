// The options of fit, declared once.
#include <algorithm>

#include "thalweg/base/error.hpp"
#include "thalweg/descent/descend.hpp"
#include "thalweg/run/task.hpp"

namespace thalweg {
namespace {

constexpr unsigned linear = 1u << static_cast<unsigned>(ModelFamily::linear);
constexpr unsigned networks = 1u << static_cast<unsigned>(ModelFamily::network);
constexpr unsigned curves = 1u << static_cast<unsigned>(ModelFamily::curve);

// The models that take an option. What is not here is taken by all.
struct Takers {
  const char* option;
  unsigned families;
};
constexpr Takers takers[] = {
    {"target", linear | networks},
    {"target_file", linear | networks},
    {"no_scale", linear | networks},
    {"float32", linear | networks},
    {"validation", linear | networks},
    {"model", linear | networks},
    {"l1", linear | networks},
    {"l2", linear | networks},
    {"loss", networks | curves},
    {"start", curves},
    {"folds", linear},
    {"export_design", linear},
    {"lower", linear},
    {"upper", linear},
    {"path", linear},
    {"path_ratio", linear},
    {"select", linear},
    {"tolerance", linear},
    {"batch", networks},
    {"accumulate", networks},
    {"shift", networks},
    {"flip", networks},
    {"class_weights", networks},
    {"schedule", networks},
    {"group", networks},
    {"epochs", networks},
    {"precision", networks},
    {"patience", networks},
};

}  // namespace

void refuse_options_of_others(const Settings& settings, ModelFamily family) {
  constexpr const char* names[] = {"linear models", "networks (--model mlp)", "curves (--formula)"};
  constexpr const char* one[] = {"a linear model", "a network", "a formula"};
  for (const Takers& row : takers) {
    if ((row.families >> static_cast<unsigned>(family) & 1u) != 0 || !settings.given(row.option))
      continue;
    std::string flag = row.option, of;
    std::replace(flag.begin(), flag.end(), '_', '-');
    for (unsigned k = 0; k < 3; ++k)
      if ((row.families >> k & 1u) != 0) of += (of.empty() ? "" : " and ") + std::string(names[k]);
    fail("--{}: has no effect on {}, it is of {}; leave it out, or choose one of those", flag,
         one[static_cast<size_t>(family)], of);
  }
}

std::span<const Option> fit_options() {
  static const std::vector<Option> options = [] {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    std::vector<Option> out = {
        // data
        Option::text("target", "", "column to predict, by name or position (@3, @-1 for the last)"),
        Option::text("weights", "", "column of sample weights"),
        Option::texts("drop", "column to leave out"),
        Option::texts("categorical", "column of categories, even where they look like numbers"),
        Option::texts("missing", "further text that means a missing cell"),
        Option::flag("no_header", "the first line is data"),
        Option::text("target_file", "", "file of targets (.npy), where DATA is a .npy of features"),
        Option::flag("no_scale", "leave numbers as they are instead of standardizing them"),
        Option::flag("float32", "round the design matrix to float32"),
        Option::real("validation", 0, 0, 0.9,
                     "share of the rows kept back for validation; 0.1 for networks if not given"),
        Option::text("batch", "128",
                     "samples of a step of a network; auto: from the noise of its gradients"),
        Option::integer("accumulate", 1, 1, 1000000,
                        "batches whose mean gradient is a step of a network"),
        Option::integer("shift", 1, 0, 100,
                        "images are moved by up to so many pixels, anew in each epoch"),
        Option::flag("flip", "images are mirrored left to right, every second time"),
        Option::integer("folds", 0, 0, 1000, "cross-validate over so many folds first; 0: none"),
        Option::text("export_design", "", "write X, y, weights and feature_names as fitted (.npz)"),
        // objective
        Option::text("model", "auto", "what to fit, such as logistic or huber(delta=2)"),
        Option::text("formula", "",
                     "a curve to fit by least squares, such as 'y ~ b1*(1 - exp(-b2*x))'"),
        Option::text("start", "", "where the formula's parameters start: b1=500,b2=0.0001"),
        Option::text("loss", "auto",
                     "of a network, such as cross_entropy(label_smoothing=0.1); of a formula, such "
                     "as soft_l1(scale=0.1)"),
        Option::text("class_weights", "",
                     "of a network's labels: balanced, or numbers in the labels' order: 1,2.5"),
        Option::real("l1", 0, 0, 1e300, "strength of l1 |w|"),
        Option::real("l2", 0, 0, 1e300, "strength of l2/2 w^2"),
        Option::real("lower", -infinity, -infinity, infinity, "lower bound of every weight"),
        Option::real("upper", infinity, -infinity, infinity, "upper bound of every weight"),
        Option::integer(
            "path", 0, 0, 100000,
            "fit at so many strengths of l1, from the one where all weights are 0 down"),
        Option::real("path_ratio", 1e-3, 1e-12, 1, "the last l1 of a path over its first"),
        Option::choice("select", "one_se", {"one_se", "best"},
                       "of a path with --folds: the least held-out loss, or the strongest penalty "
                       "within one standard error of it"),
        // method
        Option::text("method", "auto",
                     "how to minimize: newton, lbfgs(history_size=20), or a chain such as "
                     "'clip_global_norm(1) + adamw(1e-3)'"),
        Option::text("schedule", "auto", "of a chain's learning rate, such as cosine(warmup=100)"),
        Option::texts("group",
                      "tensors of a chain with options of their own: "
                      "'*.bias, weight_decay=0'"),
        Option::integer("epochs", 10, 1, 1000000, "passes over the samples, of a network"),
        Option::choice("precision", "float32", {"float32", "bfloat16"},
                       "of a network's products and convolutions"),
    };
    for (Option& option : DescendOptions::options()) out.push_back(std::move(option));
    // general
    out.push_back(Option::integer("seed", 0, 0, 9007199254740992, "of the splits"));
    out.push_back(Option::integer("threads", 0, 0, 4096, "0: as many as processors"));
    out.push_back(Option::text("memory", "",
                               "most memory that may stay resident, such as 1G; larger data lie in "
                               "files beside the run; \"\": no limit"));
    out.push_back(Option::real("checkpoint_every", 10, 0, infinity,
                               "time between checkpoints; 0: at every step"));
    out.push_back(Option::flag("overwrite", "replace the run directory where there is one"));
    return out;
  }();
  return options;
}

FitRequest::FitRequest() : settings("fit", fit_options()) {}

}  // namespace thalweg
