// Aligned, contiguous memory for numbers.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>
#include <utility>

namespace thalweg {

// Storage without contents of its own for `count` numbers, aligned to 64 bytes; from 4 MiB on it is
// aligned to 2 MiB and asks for huge pages (first touch of 160 MB: 12 ms instead of 45), but for those that
// base/memory_limit.hpp keeps in files.
void* allocate_aligned(size_t bytes);
void free_aligned(void* memory) noexcept;

// A fixed number of T in aligned memory. Not initialized unless asked. A span takes it as it takes
// any contiguous range.
template <class T>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(size_t count) : size_(count) {
    if (count > SIZE_MAX / sizeof(T)) throw std::bad_alloc();
    data_.reset(static_cast<T*>(allocate_aligned(count * sizeof(T))));
  }
  Buffer(size_t count, T value) : Buffer(count) {
    for (T& item : *this) item = value;
  }
  Buffer(const Buffer& other) : Buffer(other.size_) {
    if (size_ > 0) std::memcpy(data_.get(), other.data_.get(), size_ * sizeof(T));
  }
  Buffer(Buffer&& other) noexcept
      : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)) {}
  Buffer& operator=(Buffer other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }

  // `count` numbers that `owner` keeps alive, to be read only: a write to them is a fault where they
  // are mapped from a file.
  static Buffer borrow(const T* data, size_t count, std::shared_ptr<const void> owner) {
    Buffer out;
    out.data_ = std::unique_ptr<T, Free>(const_cast<T*>(data), Free{std::move(owner)});
    out.size_ = count;
    return out;
  }

  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](size_t i) { return data_.get()[i]; }
  const T& operator[](size_t i) const { return data_.get()[i]; }
  T* begin() { return data(); }
  T* end() { return data() + size_; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size_; }

 private:
  struct Free {
    std::shared_ptr<const void> owner;  // of borrowed memory
    void operator()(T* memory) const noexcept {
      if (!owner) free_aligned(memory);
    }
  };
  std::unique_ptr<T, Free> data_;
  size_t size_ = 0;
};

}  // namespace thalweg
