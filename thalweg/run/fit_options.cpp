// The options of fit, declared once.
#include "thalweg/descent/descend.hpp"
#include "thalweg/run/fit.hpp"

namespace thalweg {

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
        Option::real("validation", 0, 0, 0.9, "share of the rows kept back for validation"),
        Option::integer("folds", 0, 0, 1000, "cross-validate over so many folds first; 0: none"),
        Option::text("export_design", "", "write X, y, weights and feature_names as fitted (.npz)"),
        // objective
        Option::text("model", "auto", "what to fit, such as logistic or huber(delta=2)"),
        Option::real("l1", 0, 0, 1e300, "strength of l1 |w|"),
        Option::real("l2", 0, 0, 1e300, "strength of l2/2 w^2"),
        Option::real("lower", -infinity, -infinity, infinity, "lower bound of every weight"),
        Option::real("upper", infinity, -infinity, infinity, "upper bound of every weight"),
        // method
        Option::text("method", "auto", "how to minimize, such as newton or lbfgs(memory=20)"),
    };
    for (Option& option : DescendOptions::options()) out.push_back(std::move(option));
    // general
    out.push_back(Option::integer("seed", 0, 0, 9007199254740992, "of the splits"));
    out.push_back(Option::integer("threads", 0, 0, 4096, "0: as many as processors"));
    out.push_back(Option::real("checkpoint_every", 10, 0, infinity,
                               "time between checkpoints; 0: at every step"));
    out.push_back(Option::flag("overwrite", "replace the run directory where there is one"));
    return out;
  }();
  return options;
}

FitRequest::FitRequest() : settings("fit", fit_options()) {}

}  // namespace thalweg
