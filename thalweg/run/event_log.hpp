// The run's event file: scalars of every step, which TensorBoard opens.
#pragma once

#include <filesystem>
#include <memory>

#include "thalweg/base/option.hpp"
#include "thalweg/format/tfevents.hpp"
#include "thalweg/monitor/record.hpp"
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
  // A histogram of each tensor of the point [layout.size()].
  void write(long long step, const Layout& layout, std::span<const float> point);
  // The bytes so far, on the disk.
  size_t sync();
  void end(bool success);

 private:
  std::unique_ptr<EventWriter> writer_;
};

}  // namespace thalweg
