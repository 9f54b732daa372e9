// What the road from data to verdict asks of a kind of model.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "thalweg/descent/descend.hpp"
#include "thalweg/run/choose_method.hpp"
#include "thalweg/run/fit.hpp"
#include "thalweg/run/run_files.hpp"
#include "thalweg/run/verdict_json.hpp"

namespace thalweg {

class Task {
 public:
  virtual ~Task() = default;

  virtual Objective& objective() = 0;
  virtual const ChosenMethod& method() const = 0;
  virtual HeldOut* held_out() { return nullptr; }
  virtual DescendOptions options() const = 0;
  // The point at which a run starts.
  virtual void start(State& state) const = 0;

  // SHA-256 of the data; waits for it.
  virtual std::string fingerprint() = 0;
  // Of the file of targets; empty where the data hold them.
  virtual std::string target_fingerprint() const { return {}; }
  // What run.json says of data and choices.
  virtual void describe(nlohmann::ordered_json& run) const = 0;
  // What the report says before the descent; reads, and may cross-validate.
  virtual void plan(FitReport& report) = 0;
  // What the report and the verdict say after it.
  virtual void conclude(const Progress& progress, FitReport& report) = 0;
  // model.safetensors and certificate.safetensors.
  virtual void write(const RunPaths& paths, const FitReport& report) const = 0;
};

enum class ModelFamily { linear, network, curve };

// Throws Error for an option that was given and that this family would pass over.
void refuse_options_of_others(const Settings& settings, ModelFamily family);

// Reads and prepares the data. `summary` gets what is known by then: model, method, seconds.
std::unique_ptr<Task> linear_task(const FitRequest& request, const FitObserver& observer,
                                  RunSummary& summary);
std::unique_ptr<Task> curve_task(const FitRequest& request, RunSummary& summary);
std::unique_ptr<Task> network_task(const FitRequest& request, RunSummary& summary);

// What a network is trained by where nothing is said.
constexpr const char* usual_chain = "adamw(0.002, weight_decay=0.01)";
constexpr const char* usual_schedule = "one_cycle";

// Whether a network is asked for, or suits the data where nothing is said.
bool wants_network(const FitRequest& request);

}  // namespace thalweg
