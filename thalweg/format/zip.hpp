// Zip archives, as far as `.npz` files need them: members stored or deflated, zip64, data
// descriptors. Source: PKWARE, APPNOTE.TXT 6.3.10.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "thalweg/base/file.hpp"
#include "thalweg/tensor/buffer.hpp"

namespace thalweg {

struct ZipMember {
  std::string_view name;
  bool deflated = false;
  uint32_t crc = 0;       // CRC-32 of the contents
  size_t size = 0;        // of the contents
  std::string_view data;  // as it lies in the archive: the contents where it is not deflated
};

// The members in the order of the directory; their contents are neither inflated nor checked.
// Throws Error for anything else than an archive of stored and deflated members: encrypted or
// spanned ones, members twice or one over the other, sizes that no deflated data can have.
std::vector<ZipMember> read_zip(std::string_view bytes, const std::string& source);

// The contents of a deflated member; never more than its size.
Buffer<char> inflate(const ZipMember& member, const std::string& source);

// CRC-32 of zip and gzip, in parallel.
uint32_t crc32_of(std::string_view bytes);

// Writes stored members one after another; the archive is there, whole, after commit().
class ZipWriter {
 public:
  explicit ZipWriter(const std::filesystem::path& path) : file_(path) {}

  // The contents are `head` and then `body`, which begins at a multiple of 64 bytes of the archive.
  // Throws Error when the system refuses; a name twice is a std::logic_error.
  void add(const std::string& name, std::string_view head, std::string_view body);
  void commit();

 private:
  struct Entry {
    std::string name;
    uint32_t crc;
    uint64_t size, offset;
  };

  AtomicFile file_;
  std::vector<Entry> entries_;
  uint64_t offset_ = 0;
};

}  // namespace thalweg
