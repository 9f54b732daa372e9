// TensorBoard event files: read from any framework, and written append-only.
// docs/format/tfevents.md has the bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "thalweg/format/histogram.hpp"

namespace thalweg {

struct ScalarPoint {
  int64_t step;
  double wall_time;  // seconds since the Unix epoch
  double value;      // may be infinite or NaN
};

struct ScalarSeries {
  std::string tag;
  std::vector<ScalarPoint> points;  // in the order of the file
};

struct EventFile {
  std::string source;                // the file's name, for messages
  std::vector<ScalarSeries> series;  // in the order of their first points
  size_t records = 0;                // whole records, the version included
  size_t end = 0;                    // offset behind the last whole record
  bool torn = false;                 // bytes of an unfinished record follow there

  // Null when there is none.
  const ScalarSeries* find(std::string_view tag) const;
};

// Reads the scalars: simple values, and tensors of one number (version 2). Everything else in the
// file is skipped. Throws Error with the byte where a record is corrupt, or where the file is none
// of TensorBoard's. An unfinished last record is no error. Memory is bounded by a constant times
// the size of the file.
EventFile read_tfevents(std::string_view bytes, const std::string& source);
EventFile read_tfevents(const std::filesystem::path& path);

struct TaggedValue {
  std::string_view tag;
  double value;  // stored as float32
};

using HyperParameter = std::variant<double, bool, std::string>;

// Appends to one event file. Records are handed to the system at flush(), at 64 KiB, and at the
// end; every call throws Error naming the file when the system refuses.
class EventWriter {
 public:
  // A new file, which begins with the version record. Error when there is a file already.
  explicit EventWriter(const std::filesystem::path& path);
  // Goes on behind the record that ends at `offset` and cuts off what follows. Error when no record
  // ends there.
  EventWriter(const std::filesystem::path& path, size_t offset);
  ~EventWriter();  // flushes; a failure is lost here, so flush() before
  EventWriter(const EventWriter&) = delete;
  EventWriter& operator=(const EventWriter&) = delete;

  void scalar(int64_t step, double wall_time, std::string_view tag, double value);
  // All in one record.
  void scalars(int64_t step, double wall_time, std::span<const TaggedValue> values);
  void histogram(int64_t step, double wall_time, std::string_view tag, const Histogram& values);
  // The hyper-parameters of the run, for TensorBoard's HPARAMS page; `group` joins repeated trials.
  void session_start(double wall_time, std::string_view group,
                     const std::map<std::string, HyperParameter>& values);
  enum class SessionStatus { success = 1, failure = 2, running = 3 };
  void session_end(double wall_time, SessionStatus status);

  void flush();
  // flush(), and the system has it on the disk.
  void sync();
  // Bytes of all records so far, flushed or not.
  size_t offset() const { return written_ + pending_.size(); }

 private:
  void append(std::string_view event);
  void hyper_parameters(double wall_time, std::string_view tag, std::string_view content);

  std::filesystem::path path_;
  int descriptor_ = -1;
  size_t written_ = 0;
  std::string pending_;
};

}  // namespace thalweg
