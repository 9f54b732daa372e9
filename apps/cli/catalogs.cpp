#include "apps/cli/catalogs.hpp"

#include <algorithm>

#include "apps/cli/commands.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/graph/activation.hpp"
#include "thalweg/graph/loss.hpp"
#include "thalweg/kernel/loss/loss.hpp"
#include "thalweg/model/initializer.hpp"
#include "thalweg/model/model.hpp"
#include "thalweg/model/network.hpp"
#include "thalweg/monitor/detector/detector.hpp"
#include "thalweg/monitor/verdict.hpp"
#include "thalweg/objective/function/function.hpp"
#include "thalweg/optim/method.hpp"
#include "thalweg/optim/schedule/schedule.hpp"
#include "thalweg/optim/transform/transform.hpp"
#include "thalweg/run/fit.hpp"

namespace thalweg::cli {
namespace {

std::vector<Entry> models_rows() {
  std::vector<Entry> rows;
  for (const ModelRow& row : models())
    rows.push_back({row.name, row.help, loss_row(row.loss).formula, "", "", row.options});
  for (const NetworkRow& row : networks())
    rows.push_back({row.name, row.help, "", "", "", row.options});
  return rows;
}

std::vector<Entry> losses_rows() {
  std::vector<Entry> rows;
  for (const LossRow& row : losses())
    rows.push_back({row.name, row.help, row.formula, "", "", row.options});
  return rows;
}

std::vector<Entry> methods_rows() {
  std::vector<Entry> rows;
  for (const MethodRow& row : methods())
    rows.push_back({row.name, row.help, "", row.guarantee, row.source, row.options});
  return rows;
}

template <class Row>
std::vector<Entry> plain_rows(std::span<const Row> all) {
  std::vector<Entry> rows;
  for (const Row& row : all) rows.push_back({row.name, row.help, "", "", "", row.options});
  return rows;
}

template <class Row>
std::vector<Entry> formula_rows(std::span<const Row> all) {
  std::vector<Entry> rows;
  for (const Row& row : all)
    rows.push_back({row.name, row.help, row.formula, "", row.source, row.options});
  return rows;
}

std::vector<Entry> initializers_rows() {
  std::vector<Entry> rows;
  for (const InitializerRow& row : initializers())
    rows.push_back({row.name, row.help, "", "", row.source, row.options});
  return rows;
}

std::vector<Entry> options_rows() {
  std::vector<Entry> rows;
  for (const Option& option : fit_options())
    rows.push_back({option.name, option.help, "", "", "", {option}});
  return rows;
}

std::vector<Entry> commands_rows() {
  std::vector<Entry> rows;
  for (const Command& command : commands()) {
    Entry row{command.name, command.help, usage(command), "", "", {}};
    for (const Section& section : command.sections)
      row.options.insert(row.options.end(), section.options.begin(), section.options.end());
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<Entry> outcomes_rows() {
  auto row = [](Outcome outcome, std::string help) {
    return Entry{name(outcome), std::move(help), "", "", "", {}};
  };
  return {
      row(Outcome::diverged, "not finite, or above its start and rising (exit 3)"),
      row(Outcome::infeasible, "the constraints have no point in common (exit 3)"),
      row(Outcome::no_minimizer,
          "the value falls for ever along a direction, which is given (exit 3)"),
      row(Outcome::certified, "proved to be within the tolerance of the minimum (exit 0)"),
      row(Outcome::stationary, "the gradient is small; no bound was proved (exit 0)"),
      row(Outcome::precision_floor,
          "no step decreases the value by more than rounding (exit 0 where the bound is at most "
          "1e-6, else 3)"),
      row(Outcome::validated, "the step that was best on validation rows (exit 0)"),
      row(Outcome::noise_floor, "no decrease beyond the noise of a stochastic method (exit 0)"),
      row(Outcome::stalled, "hardly any decrease, and the gradient is not small (exit 3)"),
      row(Outcome::descending, "the budget ended while the value was falling (exit 3)"),
      row(Outcome::undecided, "too few steps to say (exit 3)"),
  };
}

std::vector<Entry> certificates_rows() {
  auto row = [](CertificateKind kind, std::string help) {
    return Entry{name(kind), std::move(help), "", "", "", {}};
  };
  return {
      row(CertificateKind::fenchel, "a dual point bounds the gap"),
      row(CertificateKind::self_concordance,
          "gradient and Hessian bound the gap, through the Newton decrement"),
      row(CertificateKind::witness, "a direction along which the value falls for ever"),
      row(CertificateKind::none, "nothing could be proved; the verdict says why"),
  };
}

}  // namespace

std::span<const Catalog> catalogs() {
  static const std::vector<Catalog> all = {
      {"commands", "what the program does", commands_rows},
      {"models", "what can be fitted: --model", models_rows},
      {"losses", "what models minimize, as a mean over the samples", losses_rows},
      {"network_losses", "what networks minimize: --loss",
       [] {
         std::vector<TracedLossRow> rows(traced_losses().begin(), traced_losses().end());
         std::erase_if(rows, [](const TracedLossRow& row) { return !is_of_data(row); });
         return plain_rows(std::span<const TracedLossRow>(rows));
       }},
      {"layers", "what a network is made of: --layers", [] { return plain_rows(layers()); }},
      {"activations", "between layers: --activation", [] { return plain_rows(activations()); }},
      {"initializers", "how a network's weights start: --initializer", initializers_rows},
      {"methods", "how it is minimized: --method", methods_rows},
      {"transforms", "of gradients, joined by + into a method: --method 'adamw + ema'",
       [] { return formula_rows(transforms()); }},
      {"schedules", "of a chain's learning rate: --schedule",
       [] { return formula_rows(schedules()); }},
      {"functions", "test functions: thalweg minimize FUNCTION",
       [] { return formula_rows(functions()); }},
      {"options", "what fit takes, besides the options of models and methods", options_rows},
      {"detectors", "what is noticed in the training of networks",
       [] {
         std::vector<Entry> rows;
         for (const DetectorRow& row : detectors())
           rows.push_back({row.name, row.help, row.rule, "", row.source, row.options});
         return rows;
       }},
      {"outcomes", "what a verdict may claim; the first that holds", outcomes_rows},
      {"certificates", "proofs that verify checks", certificates_rows},
  };
  return all;
}

const Catalog& find_catalog(const std::string& wanted) {
  std::vector<std::string> names;
  for (const Catalog& catalog : catalogs()) {
    if (catalog.name == wanted || catalog.name == wanted + "s" || catalog.name == wanted + "es")
      return catalog;
    names.push_back(catalog.name);
  }
  fail("list: no catalog \"{}\"{}; there are {}", wanted, suggestion(wanted, names),
       join(names, ", "));
}

std::vector<SharedOption> shared_options(std::span<const Entry> rows) {
  std::vector<SharedOption> out;
  for (const Entry& row : rows)
    for (const Option& option : row.options) {
      auto found = std::find_if(out.begin(), out.end(), [&](const SharedOption& shared) {
        return shared.option.name == option.name;
      });
      if (found == out.end()) found = out.insert(out.end(), {option, {}});
      found->rows.push_back(row.name);
      if (option.initial != found->option.initial)
        found->option.help +=
            fmt::format("; {}'s default is {}", row.name, to_text(option.initial));
    }
  return out;
}

}  // namespace thalweg::cli
