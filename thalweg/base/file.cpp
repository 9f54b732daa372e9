#include "thalweg/base/file.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "thalweg/base/error.hpp"
#include "thalweg/base/memory_limit.hpp"

namespace thalweg {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& path, const char* what) {
  fail("{}: {}: {}", path.string(), what, std::strerror(errno));
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) refuse(path, "cannot be opened");
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) {
    ::close(descriptor);
    refuse(path, "cannot be examined");
  }
  if (!S_ISREG(status.st_mode)) {
    ::close(descriptor);
    fail("{}: is {}, a file was expected", path.string(),
         S_ISDIR(status.st_mode) ? "a folder" : "not a regular file");
  }
  size_ = static_cast<size_t>(status.st_size);
  if (size_ > 0) {
    void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (mapped == MAP_FAILED) {
      ::close(descriptor);
      refuse(path, "cannot be mapped");
    }
    data_ = static_cast<const char*>(mapped);
    // What the system holds in memory is mapped at once: page by page it costs 10 times as much. Of
    // larger files the reader goes on while the rest is fetched.
    constexpr size_t most = size_t{1} << 30;
    if (memory_is_limited())
      add_pageable(data_, size_);
    else if (size_ <= most)
      ::madvise(mapped, size_, MADV_POPULATE_READ);
  }
  ::close(descriptor);
}

MappedFile::~MappedFile() {
  if (data_ == nullptr) return;
  forget_pageable(data_);
  ::munmap(const_cast<char*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

AtomicFile::AtomicFile(std::filesystem::path path) : path_(std::move(path)) {
  beside_ = path_;
  static std::atomic<int> count{0};
  beside_ += fmt::format(".{}-{}.part", ::getpid(), count++);
  descriptor_ = ::open(beside_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ < 0) refuse(path_, "cannot be written");
}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(beside_.c_str());
}

void AtomicFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      refuse(path_, "cannot be written");
    }
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  write(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

void AtomicFile::commit() {
  if (::fsync(descriptor_) != 0) refuse(path_, "cannot be written");
  if (::rename(beside_.c_str(), path_.c_str()) != 0) refuse(path_, "cannot be replaced");
  ::close(descriptor_);
  descriptor_ = -1;
  const std::filesystem::path folder = path_.has_parent_path() ? path_.parent_path() : ".";
  const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0) {
    ::fsync(directory);
    ::close(directory);
  }
}

void write_file(const std::filesystem::path& path, std::string_view bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

std::string read_file(const std::filesystem::path& path) {
  return std::string(MappedFile(path).text());
}

std::string sha256(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &length, EVP_sha256(), nullptr) != 1)
    throw std::logic_error("SHA-256 failed");
  std::string out;
  for (unsigned int i = 0; i < length; ++i) out += fmt::format("{:02x}", digest[i]);
  return out;
}

std::string sha256_file(const std::filesystem::path& path) {
  return sha256(MappedFile(path).text());
}

}  // namespace thalweg
