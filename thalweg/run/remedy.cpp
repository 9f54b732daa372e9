#include "thalweg/run/remedy.hpp"

#include "thalweg/base/catalog.hpp"
#include "thalweg/model/network.hpp"
#include "thalweg/optim/transform/chain.hpp"
#include "thalweg/run/task.hpp"

namespace thalweg {

void settle_edits(Finding& finding, const Settings& fit, const std::string& model) {
  const Call call = parse_call(model);
  const NetworkRow& row = find(networks(), "model", call.name);
  Settings network = settings(row, "model", call);
  const bool free = network.has("layers") && !network.text("layers").empty();
  const bool chosen = fit.text("method") == "auto";
  std::string method = chosen ? usual_chain : fit.text("method");
  bool other_network = false, other_method = false;
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& [name, value] : finding.edits) {
    if (name == "learning_rate") {
      Chain chain = parse_chain(method);
      double rate = unknown;
      parse_number(value, rate);
      chain.set_learning_rate(rate);
      method = chain.text();
      other_method = true;
    } else if (name == "clip_global_norm") {
      method = fmt::format("clip_global_norm({}) + {}", value, method);
      other_method = true;
    } else if (fit.has(name)) {
      if (to_text(fit.value(name)) != value) out.emplace_back(name, value);
    } else if (network.has(name) && !free && to_text(network.value(name)) != value) {
      network.set(name, value);
      other_network = true;
    }
  }
  if (other_network) out.emplace_back("model", network.call(row.name));
  if (other_method) {
    out.emplace_back("method", method);
    // It comes with the default method alone.
    if (chosen && fit.text("schedule") == "auto") out.emplace_back("schedule", usual_schedule);
  }
  finding.edits = std::move(out);
}

}  // namespace thalweg
