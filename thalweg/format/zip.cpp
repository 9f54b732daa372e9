#include "thalweg/format/zip.hpp"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <stdexcept>

#include "thalweg/base/error.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/format/excerpt.hpp"

namespace thalweg {
namespace {

constexpr uint32_t local_signature = 0x04034b50, directory_signature = 0x02014b50,
                   end_signature = 0x06054b50, end64_signature = 0x06064b50,
                   locator64_signature = 0x07064b50;
constexpr size_t local_bytes = 30, directory_bytes = 46, end_bytes = 22, end64_bytes = 56,
                 locator64_bytes = 20;
constexpr uint16_t extra_zip64 = 1, extra_padding = 0xd935;  // the second is zipalign's
constexpr uint32_t in_zip64 = 0xffffffff;
constexpr size_t alignment = 64;
// Deflate codes at best 258 bytes in two bits.
constexpr uint64_t greatest_ratio = 1032;

// A part of the archive with little-endian numbers in it.
class Part {
 public:
  Part(std::string_view bytes, size_t offset, size_t length, const std::string& source)
      : source_(source) {
    if (offset > bytes.size() || length > bytes.size() - offset) refuse();
    bytes_ = bytes.substr(offset, length);
  }
  uint16_t two(size_t at) const { return load<uint16_t>(at); }
  uint32_t four(size_t at) const { return load<uint32_t>(at); }
  uint64_t eight(size_t at) const { return load<uint64_t>(at); }
  std::string_view bytes() const { return bytes_; }
  [[noreturn]] void refuse() const {
    fail("zip: {}: the directory points outside the archive; the file is cut off or damaged",
         source_);
  }

 private:
  template <class T>
  T load(size_t at) const {
    if (at + sizeof(T) > bytes_.size()) refuse();
    T value;
    std::memcpy(&value, bytes_.data() + at, sizeof(T));
    return value;
  }
  std::string_view bytes_;
  const std::string& source_;
};

struct Directory {
  uint64_t entries, size, offset;
};

Directory find_directory(std::string_view bytes, const std::string& source) {
  if (bytes.size() >= end_bytes) {
    const size_t last = bytes.size() - end_bytes;
    const size_t first = last - std::min<size_t>(last, 0xffff);
    for (size_t at = last + 1; at-- > first;) {
      if (bytes[at] != 'P') continue;
      const Part end(bytes, at, end_bytes, source);
      if (end.four(0) != end_signature || at + end_bytes + end.two(20) != bytes.size()) continue;
      if (at >= locator64_bytes) {
        const Part locator(bytes, at - locator64_bytes, locator64_bytes, source);
        if (locator.four(0) == locator64_signature) {
          const Part end64(bytes, locator.eight(8), end64_bytes, source);
          if (end64.four(0) != end64_signature) end64.refuse();
          if (end64.four(16) != 0 || end64.four(20) != 0)
            fail("zip: {}: is one part of an archive in several files", source);
          return {end64.eight(32), end64.eight(40), end64.eight(48)};
        }
      }
      if (end.two(4) != 0 || end.two(6) != 0)
        fail("zip: {}: is one part of an archive in several files", source);
      return {end.two(10), end.four(12), end.four(16)};
    }
  }
  fail("zip: {}: no directory at the end; the file is cut off or not an archive", source);
}

// Where the size fields of a directory entry say so, their values stand in the extra field.
void read_zip64(std::string_view extra, const std::string& source, uint64_t& size, uint64_t& stored,
                uint64_t& offset) {
  while (extra.size() >= 4) {
    const Part field(extra, 0, 4, source);
    const Part content(extra, 4, field.two(2), source);
    if (field.two(0) == extra_zip64) {
      size_t at = 0;
      for (uint64_t* value : {&size, &stored, &offset})
        if (*value == in_zip64) {
          *value = content.eight(at);
          at += 8;
        }
    }
    extra.remove_prefix(4 + content.bytes().size());
  }
}

void append(std::string& out, uint64_t value, size_t bytes) {
  out.append(reinterpret_cast<const char*>(&value), bytes);
}

}  // namespace

std::vector<ZipMember> read_zip(std::string_view bytes, const std::string& source) {
  const Directory directory = find_directory(bytes, source);
  const std::string_view entries = Part(bytes, directory.offset, directory.size, source).bytes();
  std::vector<ZipMember> members;
  std::vector<std::pair<uint64_t, uint64_t>> extents;  // of local header and data
  std::set<std::string_view> names;
  size_t at = 0;
  for (uint64_t i = 0; i < directory.entries; ++i) {
    const Part entry(entries, at, directory_bytes, source);
    if (entry.four(0) != directory_signature) entry.refuse();
    const size_t name_length = entry.two(28), extra_length = entry.two(30);
    ZipMember member;
    member.name = Part(entries, at + directory_bytes, name_length, source).bytes();
    const std::string_view extra =
        Part(entries, at + directory_bytes + name_length, extra_length, source).bytes();
    at += directory_bytes + name_length + extra_length + entry.two(32);

    const std::string label = excerpt(member.name);
    if (!names.insert(member.name).second)
      fail("zip: {}: the member {} is there twice", source, label);
    if ((entry.two(8) & 1) != 0)
      fail("zip: {}: the member {} is encrypted; write it without a password", source, label);
    if (entry.two(10) != 0 && entry.two(10) != 8)
      fail("zip: {}: the member {} is compressed by method {}; expected stored or deflated", source,
           label, entry.two(10));
    member.deflated = entry.two(10) == 8;
    member.crc = entry.four(16);
    uint64_t stored = entry.four(20), size = entry.four(24), offset = entry.four(42);
    read_zip64(extra, source, size, stored, offset);
    member.size = size;

    const Part local(bytes, offset, local_bytes, source);
    if (local.four(0) != local_signature) local.refuse();
    const size_t skipped = local_bytes + local.two(26) + local.two(28);
    if (Part(bytes, offset + local_bytes, local.two(26), source).bytes() != member.name)
      fail("zip: {}: the member {} has another name where it lies; the file is damaged", source,
           label);
    member.data = Part(bytes, offset + skipped, stored, source).bytes();
    if (member.deflated ? size / greatest_ratio > stored : size != stored)
      fail("zip: {}: the member {} cannot have {} bytes of contents in {}; the file is damaged",
           source, label, size, stored);
    extents.emplace_back(offset, offset + skipped + stored);
    members.push_back(member);
  }
  // Overlapping members would let a small archive inflate without a bound.
  std::ranges::sort(extents);
  for (size_t i = 1; i < extents.size(); ++i)
    if (extents[i].first < extents[i - 1].second)
      fail("zip: {}: two members overlap; the file is damaged", source);
  return members;
}

Buffer<char> inflate(const ZipMember& member, const std::string& source) {
  Buffer<char> contents(member.size);
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
  std::string_view rest = member.data;
  size_t done = 0;
  int status = Z_OK;
  // Past the last byte there is room for one more, which shows contents that are too long.
  char beyond = 0;
  constexpr size_t most = 1 << 30;  // zlib counts in 32 bits
  while (status == Z_OK) {
    const bool full = done == contents.size();
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest.data()));
    stream.avail_in = static_cast<uInt>(std::min(rest.size(), most));
    stream.next_out = reinterpret_cast<Bytef*>(full ? &beyond : contents.data() + done);
    stream.avail_out = static_cast<uInt>(full ? 1 : std::min(contents.size() - done, most));
    const size_t offered = stream.avail_in, room = stream.avail_out;
    status = ::inflate(&stream, Z_NO_FLUSH);
    rest.remove_prefix(offered - stream.avail_in);
    done += room - stream.avail_out;
    if (done > contents.size()) break;
  }
  inflateEnd(&stream);
  if (status != Z_STREAM_END || done != contents.size() || !rest.empty())
    fail("zip: {}: the member {} does not inflate to {} bytes; the file is damaged", source,
         excerpt(member.name), member.size);
  return contents;
}

uint32_t crc32_of(std::string_view bytes) {
  constexpr size_t block_bytes = size_t{1} << 20;
  std::vector<uint32_t> parts(block_count(bytes.size(), block_bytes));
  parallel_blocks(bytes.size(), block_bytes, [&](size_t block, size_t begin, size_t end) {
    parts[block] = libdeflate_crc32(0, bytes.data() + begin, end - begin);
  });
  uLong crc = 0;
  for (size_t block = 0; block < parts.size(); ++block)
    crc = crc32_combine(
        crc, parts[block],
        static_cast<z_off_t>(std::min(block_bytes, bytes.size() - block * block_bytes)));
  return static_cast<uint32_t>(crc);
}

void ZipWriter::add(const std::string& name, std::string_view head, std::string_view body) {
  if (std::ranges::any_of(entries_, [&](const Entry& e) { return e.name == name; }))
    throw std::logic_error("zip: the member " + name + " twice");
  const uint64_t size = head.size() + body.size();
  const uLong crc =
      crc32_combine(crc32_of(head), crc32_of(body), static_cast<z_off_t>(body.size()));
  entries_.push_back({name, static_cast<uint32_t>(crc), size, offset_});
  // The sizes always stand in the zip64 field; a second field pads.
  const size_t before = local_bytes + name.size() + 20 + 4 + head.size();
  const size_t padding = (alignment - (offset_ + before) % alignment) % alignment;
  std::string local;
  append(local, local_signature, 4);
  append(local, 45, 2);          // version needed: zip64
  append(local, 0x800, 2);       // names are UTF-8
  append(local, 0, 2);           // stored
  append(local, 0x00210000, 4);  // 1980-01-01, so that equal contents give equal bytes
  append(local, crc, 4);
  append(local, in_zip64, 4);
  append(local, in_zip64, 4);
  append(local, name.size(), 2);
  append(local, 24 + padding, 2);
  local += name;
  append(local, extra_zip64, 2);
  append(local, 16, 2);
  append(local, size, 8);
  append(local, size, 8);
  append(local, extra_padding, 2);
  append(local, padding, 2);
  local.append(padding, '\0');
  file_.write(local);
  file_.write(head);
  file_.write(body);
  offset_ += local.size() + size;
}

void ZipWriter::commit() {
  std::string out;
  for (const Entry& entry : entries_) {
    append(out, directory_signature, 4);
    append(out, 45, 2);  // made by
    append(out, 45, 2);  // version needed: zip64
    append(out, 0x800, 2);
    append(out, 0, 2);
    append(out, 0x00210000, 4);
    append(out, entry.crc, 4);
    append(out, in_zip64, 4);
    append(out, in_zip64, 4);
    append(out, entry.name.size(), 2);
    append(out, 28, 2);
    append(out, 0, 2 + 2 + 2);  // comment, disk, internal attributes
    append(out, 0, 4);          // external attributes
    append(out, in_zip64, 4);
    out += entry.name;
    append(out, extra_zip64, 2);
    append(out, 24, 2);
    append(out, entry.size, 8);
    append(out, entry.size, 8);
    append(out, entry.offset, 8);
  }
  const uint64_t size = out.size();
  append(out, end64_signature, 4);
  append(out, end64_bytes - 12, 8);
  append(out, 45, 2);
  append(out, 45, 2);
  append(out, 0, 4);
  append(out, 0, 4);
  append(out, entries_.size(), 8);
  append(out, entries_.size(), 8);
  append(out, size, 8);
  append(out, offset_, 8);
  append(out, locator64_signature, 4);
  append(out, 0, 4);
  append(out, offset_ + size, 8);
  append(out, 1, 4);
  append(out, end_signature, 4);
  append(out, 0, 4);
  append(out, 0xffff, 2);
  append(out, 0xffff, 2);
  append(out, in_zip64, 4);
  append(out, in_zip64, 4);
  append(out, 0, 2);
  file_.write(out);
  file_.commit();
}

}  // namespace thalweg
