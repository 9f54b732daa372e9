// Files: mapped for reading, written beside their place and renamed.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace thalweg {

// A whole regular file mapped read-only.
class MappedFile {
 public:
  // Throws Error when the file is missing, a directory, not readable or not a regular file.
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;

  std::string_view text() const { return {data_, size_}; }
  std::span<const std::byte> bytes() const {
    return {reinterpret_cast<const std::byte*>(data_), size_};
  }

 private:
  const char* data_ = nullptr;
  size_t size_ = 0;
};

// Replaces a file whole: writes beside it, syncs, renames, syncs the folder. A crash or a full disk
// leaves the old file as it was, and nothing beside it when the program lives on.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();  // removes what was not committed
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  // Each throws Error naming the file and the system's reason.
  void write(std::string_view bytes);
  void write(std::span<const std::byte> bytes);
  void commit();

 private:
  std::filesystem::path path_, beside_;
  int descriptor_ = -1;
};

void write_file(const std::filesystem::path& path, std::string_view bytes);
std::string read_file(const std::filesystem::path& path);

// Lower-case hexadecimal SHA-256 (FIPS 180-4).
std::string sha256(std::string_view bytes);
std::string sha256_file(const std::filesystem::path& path);

}  // namespace thalweg
