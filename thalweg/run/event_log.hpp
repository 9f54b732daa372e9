// The run's event file: scalars of every step, and of a network now and then numbers and histograms
// of its layers and tensors. TensorBoard opens it.
#pragma once

#include <filesystem>
#include <memory>

#include "thalweg/base/option.hpp"
#include "thalweg/format/tfevents.hpp"
#include "thalweg/monitor/record.hpp"
#include "thalweg/objective/inspector.hpp"
#include "thalweg/tensor/layout.hpp"

namespace thalweg {

class EventLog {
 public:
  // A new file in `folder`.
  EventLog(const std::filesystem::path& folder, const std::string& method,
           const Settings& settings);
  // Goes on in the file of `folder` from `offset`; a new file where there is none.
  EventLog(const std::filesystem::path& folder, size_t offset, const std::string& method,
           const Settings& settings);

  void write(const Record& record);
  // What was found in a network with parameters x [layout.size()].
  void write(const Inspection& found, const Inspector& inspector, const Layout& layout,
             std::span<const float> x);
  // The bytes so far, on the disk.
  size_t sync();
  void end(bool success);

 private:
  void histogram(long long step, const std::string& tag, std::span<const float> values);

  std::unique_ptr<EventWriter> writer_;
};

}  // namespace thalweg
