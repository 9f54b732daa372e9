#include "thalweg/format/tfevents.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <optional>

#include "thalweg/base/clock.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/format/crc32c.hpp"
#include "thalweg/format/protobuf.hpp"

namespace thalweg {
namespace {

using protobuf::append_bytes;
using protobuf::append_double;
using protobuf::append_float;
using protobuf::append_varint;
using protobuf::Field;
using protobuf::Message;
using protobuf::Wire;

constexpr std::string_view version_prefix = "brain.Event:";
constexpr size_t header_bytes = 12, footer_bytes = 4;
constexpr size_t flush_bytes = size_t{1} << 16;

template <class T>
T load(std::string_view bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof(T));
  return value;
}

// A checksum as records store it, so that the checksum of bytes that hold one stays meaningful.
uint32_t masked_crc(std::string_view bytes) {
  const uint32_t crc = crc32c(bytes);
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
}

// The data of the record at `offset`; nothing where the file ends within it.
std::optional<std::string_view> record(std::string_view bytes, size_t offset,
                                       const std::string& source) {
  const std::string_view rest = bytes.substr(offset);
  if (rest.size() < header_bytes) return {};
  if (masked_crc(rest.substr(0, 8)) != load<uint32_t>(rest.substr(8)))
    fail(
        "tfevents: {}: the length of the record at byte {} does not match its checksum; the file "
        "is corrupt there or not an event file",
        source, offset);
  const auto length = load<uint64_t>(rest);
  const size_t room = rest.size() - header_bytes;
  if (room < footer_bytes || length > room - footer_bytes) return {};
  const std::string_view data = rest.substr(header_bytes, length);
  if (masked_crc(data) != load<uint32_t>(rest.substr(header_bytes + length)))
    fail(
        "tfevents: {}: the record at byte {} does not match its checksum; the file is corrupt "
        "there",
        source, offset);
  return data;
}

// True where a TensorShapeProto says that there is one element.
bool is_single(std::string_view shape) {
  Message message(shape);
  bool single = true;
  for (Field dimension; message.next(dimension);) {
    if (dimension.is(3, Wire::varint) && dimension.value != 0) single = false;  // unknown rank
    if (!dimension.is(2, Wire::bytes)) continue;
    uint64_t extent = 0;
    Message extents(dimension.bytes);
    for (Field field; extents.next(field);)
      if (field.is(1, Wire::varint)) extent = field.value;
    single = single && extent == 1;
  }
  return single && message.well_formed();
}

// The value of a TensorProto of one float, double, int32 or int64; nothing for any other tensor.
std::optional<double> single_number(Message tensor) {
  uint64_t type = 0, integer = 0;
  bool single = true;
  std::string_view content, packed;
  std::optional<double> value;
  for (Field field; tensor.next(field);) {
    if (field.is(1, Wire::varint)) type = field.value;
    if (field.is(2, Wire::bytes)) single = is_single(field.bytes);
    if (field.is(4, Wire::bytes)) content = field.bytes;
    if (field.is(5, Wire::fixed32)) value = field.as_float();
    if (field.is(6, Wire::fixed64)) value = field.as_double();
    if ((field.number == 5 || field.number == 6) && field.wire == Wire::bytes)
      content = field.bytes;  // packed numbers lie as in tensor_content
    if (field.number == 7 || field.number == 10) {
      packed = field.bytes;
      if (field.wire == Wire::bytes ? protobuf::take_varint(packed, integer)
                                    : (integer = field.value, field.wire == Wire::varint))
        value = static_cast<double>(static_cast<int64_t>(integer));
    }
  }
  if (!single || !tensor.well_formed()) return {};
  const size_t size = content.size();
  switch (type) {
    case 1:
      return size == 4 ? load<float>(content) : value;
    case 2:
      return size == 8 ? load<double>(content) : value;
    case 3:
      return size == 4 ? load<int32_t>(content) : value;
    case 9:
      return size == 8 ? static_cast<double>(load<int64_t>(content)) : value;
    default:
      return {};
  }
}

// Sorts the scalars of events into their series.
class ScalarCollector {
 public:
  explicit ScalarCollector(EventFile& file) : file_(file) {}

  // False where the bytes are no Event.
  bool event(std::string_view bytes) {
    ScalarPoint point{0, 0, 0};
    // The fields may come in any order: first the step, then what belongs to it.
    Message head(bytes), body(bytes);
    for (Field field; head.next(field);) {
      if (field.is(1, Wire::fixed64)) point.wall_time = field.as_double();
      if (field.is(2, Wire::varint)) point.step = static_cast<int64_t>(field.value);
    }
    for (Field field; body.next(field);)
      if (field.is(5, Wire::bytes) && !summary(field.bytes, point)) return false;
    return head.well_formed();
  }

 private:
  bool summary(std::string_view bytes, const ScalarPoint& point) {
    Message message(bytes);
    for (Field field; message.next(field);)
      if (field.is(1, Wire::bytes) && !value(field.bytes, point)) return false;
    return message.well_formed();
  }

  bool value(std::string_view bytes, ScalarPoint point) {
    Message message(bytes);
    std::string_view tag;
    std::optional<double> number;
    for (Field field; message.next(field);) {
      if (field.is(1, Wire::bytes)) tag = field.bytes;
      if (field.is(2, Wire::fixed32)) number = field.as_float();
      if (field.is(8, Wire::bytes)) number = single_number(Message(field.bytes));
    }
    if (!message.well_formed()) return false;
    if (number) {
      point.value = *number;
      auto place = places_.find(tag);
      if (place == places_.end()) {
        place = places_.emplace(tag, file_.series.size()).first;
        file_.series.push_back({place->first, {}});
      }
      file_.series[place->second].points.push_back(point);
    }
    return true;
  }

  EventFile& file_;
  std::map<std::string, size_t, std::less<>> places_;  // a hash could be made to collide
};

bool is_version(std::string_view event) {
  Message message(event);
  for (Field field; message.next(field);)
    if (field.is(3, Wire::bytes)) return field.bytes.starts_with(version_prefix);
  return false;
}

std::string event_bytes(double wall_time, int64_t step, std::string_view summary) {
  std::string event;
  append_double(event, 1, wall_time);
  if (step != 0) append_varint(event, 2, static_cast<uint64_t>(step));
  append_bytes(event, 5, summary);
  return event;
}

std::string packed(std::span<const double> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

}  // namespace

const ScalarSeries* EventFile::find(std::string_view tag) const {
  for (const ScalarSeries& one : series)
    if (one.tag == tag) return &one;
  return nullptr;
}

EventFile read_tfevents(std::string_view bytes, const std::string& source) {
  EventFile file;
  file.source = source;
  ScalarCollector collector(file);
  while (file.end < bytes.size()) {
    const std::optional<std::string_view> data = record(bytes, file.end, source);
    file.torn = !data;
    if (file.torn) break;
    if (file.records == 0 && !is_version(*data))
      fail(
          "tfevents: {}: the first record does not name a version such as \"brain.Event:2\"; the "
          "file is not an event file",
          source);
    if (!collector.event(*data))
      fail("tfevents: {}: the record at byte {} is not an event", source, file.end);
    ++file.records;
    file.end += header_bytes + data->size() + footer_bytes;
  }
  if (file.records == 0)
    fail("tfevents: {}: {} bytes hold no whole record; the file is empty or not an event file",
         source, bytes.size());
  return file;
}

EventFile read_tfevents(const std::filesystem::path& path) {
  return read_tfevents(MappedFile(path).text(), path.string());
}

EventWriter::EventWriter(const std::filesystem::path& path) : path_(path) {
  descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0)
    fail("tfevents: {}: cannot be created: {}", path.string(), std::strerror(errno));
  std::string event;
  append_double(event, 1, unix_seconds());
  append_bytes(event, 3, "brain.Event:2");
  append(event);
}

EventWriter::EventWriter(const std::filesystem::path& path, size_t offset)
    : path_(path), written_(offset) {
  {
    const MappedFile file(path);
    const std::string_view kept = file.text().substr(0, offset);
    size_t end = 0;
    while (end < kept.size()) {
      const std::optional<std::string_view> data = record(kept, end, path.string());
      if (!data) break;
      end += header_bytes + data->size() + footer_bytes;
    }
    if (end != offset || offset == 0)
      fail(
          "tfevents: {}: no record ends at byte {}, where the run is to go on; the last one "
          "before it ends at {}",
          path.string(), offset, end);
  }
  descriptor_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (descriptor_ < 0 || ::ftruncate(descriptor_, static_cast<off_t>(offset)) != 0) {
    const int reason = errno;
    if (descriptor_ >= 0) ::close(descriptor_);
    fail("tfevents: {}: cannot be written: {}", path.string(), std::strerror(reason));
  }
}

EventWriter::~EventWriter() {
  try {
    flush();
  } catch (const Error&) {
    pending_.clear();
  }
  ::close(descriptor_);
}

void EventWriter::append(std::string_view event) {
  auto append_number = [this](auto number) {
    pending_.append(reinterpret_cast<const char*>(&number), sizeof(number));
  };
  const size_t begin = pending_.size();
  append_number(uint64_t{event.size()});
  append_number(masked_crc(std::string_view(pending_).substr(begin)));
  pending_ += event;
  append_number(masked_crc(event));
  if (pending_.size() >= flush_bytes) flush();
}

void EventWriter::scalar(int64_t step, double wall_time, std::string_view tag, double value) {
  scalars(step, wall_time, {{TaggedValue{tag, value}}});
}

void EventWriter::scalars(int64_t step, double wall_time, std::span<const TaggedValue> values) {
  std::string summary;
  for (const TaggedValue& one : values) {
    std::string value;
    append_bytes(value, 1, one.tag);
    append_float(value, 2, static_cast<float>(one.value));
    append_bytes(summary, 1, value);
  }
  append(event_bytes(wall_time, step, summary));
}

void EventWriter::histogram(int64_t step, double wall_time, std::string_view tag,
                            const Histogram& values) {
  std::string content, value, summary;
  append_double(content, 1, values.minimum);
  append_double(content, 2, values.maximum);
  append_double(content, 3, values.count);
  append_double(content, 4, values.sum);
  append_double(content, 5, values.sum_of_squares);
  append_bytes(content, 6, packed(values.limits));
  append_bytes(content, 7, packed(values.counts));
  append_bytes(value, 1, tag);
  append_bytes(value, 5, content);
  append_bytes(summary, 1, value);
  append(event_bytes(wall_time, step, summary));
}

void EventWriter::session_start(double wall_time, std::string_view group,
                                const std::map<std::string, HyperParameter>& values) {
  std::string start, content;
  for (const auto& [key, parameter] : values) {
    std::string value, entry;
    if (const auto* number = std::get_if<double>(&parameter)) append_double(value, 2, *number);
    if (const auto* text = std::get_if<std::string>(&parameter)) append_bytes(value, 3, *text);
    if (const auto* flag = std::get_if<bool>(&parameter)) append_varint(value, 4, *flag);
    append_bytes(entry, 1, key);
    append_bytes(entry, 2, value);
    append_bytes(start, 1, entry);
  }
  if (!group.empty()) append_bytes(start, 4, group);
  append_double(start, 5, wall_time);
  append_bytes(content, 3, start);
  hyper_parameters(wall_time, "_hparams_/session_start_info", content);
}

void EventWriter::session_end(double wall_time, SessionStatus status) {
  std::string end, content;
  append_varint(end, 1, static_cast<uint64_t>(status));
  append_double(end, 2, wall_time);
  append_bytes(content, 4, end);
  hyper_parameters(wall_time, "_hparams_/session_end_info", content);
}

void EventWriter::hyper_parameters(double wall_time, std::string_view tag,
                                   std::string_view content) {
  std::string plugin, metadata, value, summary;
  append_bytes(plugin, 1, "hparams");
  append_bytes(plugin, 2, content);
  append_bytes(metadata, 1, plugin);
  append_bytes(value, 1, tag);
  // The page looks for a tensor; an empty one of floats is what TensorBoard itself writes.
  append_bytes(value, 8, std::string_view("\x08\x01\x12\x02\x12\x00", 6));
  append_bytes(value, 9, metadata);
  append_bytes(summary, 1, value);
  append(event_bytes(wall_time, 0, summary));
}

void EventWriter::flush() {
  std::string_view rest = pending_;
  while (!rest.empty()) {
    const ssize_t count = ::write(descriptor_, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const int reason = errno;
      pending_.erase(0, pending_.size() - rest.size());
      fail("tfevents: {}: cannot be written: {}", path_.string(), std::strerror(reason));
    }
    rest.remove_prefix(static_cast<size_t>(count));
    written_ += static_cast<size_t>(count);
  }
  pending_.clear();
}

void EventWriter::sync() {
  flush();
  if (::fdatasync(descriptor_) != 0)
    fail("tfevents: {}: cannot be written: {}", path_.string(), std::strerror(errno));
}

}  // namespace thalweg
