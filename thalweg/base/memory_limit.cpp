#include "thalweg/base/memory_limit.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <thread>

#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

using Ranges = std::map<const void*, size_t>;  // address -> bytes

struct Pages {
  std::mutex mutex;
  Ranges scratch, files;
};

// Never destroyed: arrays with static storage are given back after it would be.
Pages& pages() {
  static Pages& all = *new Pages;
  return all;
}

// Its node, or none. The node goes when the lock does not hold any more: its memory may look like
// an array's to the program's operator delete, which then asks here.
Ranges::node_type take(Ranges& ranges, const void* memory) {
  const std::lock_guard lock(pages().mutex);
  return ranges.extract(memory);
}

std::atomic<bool> limited{false};
std::atomic<bool> any_scratch{false};

// Bytes of this process in memory, from the second number of /proc/self/statm.
size_t resident(int statm) {
  char text[128];
  const ssize_t count = ::pread(statm, text, sizeof text - 1, 0);
  if (count <= 0) return 0;
  text[count] = 0;
  const char* second = std::strchr(text, ' ');
  return second == nullptr
             ? 0
             : std::strtoull(second, nullptr, 10) * static_cast<size_t>(::sysconf(_SC_PAGESIZE));
}

void drop_pages() {
  const std::lock_guard lock(pages().mutex);
  for (const auto* ranges : {&pages().scratch, &pages().files})
    for (const auto& [memory, bytes] : *ranges)
      ::madvise(const_cast<void*>(memory), bytes, MADV_DONTNEED);
}

// Looks every millisecond, for loops that are not parallel. Half of the limit, or all but 128 MB of
// it, leaves room for what is touched until the pages are dropped.
class Watcher {
 public:
  Watcher(size_t limit, std::filesystem::path folder)
      : folder_(std::move(folder)),
        threshold_(limit - std::min(limit / 2, size_t{128} << 20)),
        statm_(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC)) {
    if (statm_ < 0) fail("memory limit: /proc/self/statm cannot be read; do without a limit");
    thread_ = std::thread([this] { watch(); });
  }
  ~Watcher() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    wake_.notify_one();
    thread_.join();
    ::close(statm_);
  }
  const std::filesystem::path& folder() const { return folder_; }
  void keep() const {
    if (resident(statm_) > threshold_) drop_pages();
  }

 private:
  void watch() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, std::chrono::milliseconds(1), [this] { return ended_; })) keep();
  }

  std::filesystem::path folder_;
  size_t threshold_;
  int statm_;
  bool ended_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;
};

std::unique_ptr<Watcher>& watcher() {
  static auto& one = *new std::unique_ptr<Watcher>;
  return one;
}

// Without a name, so that nothing is left behind, however the process ends.
int open_scratch(const std::filesystem::path& folder) {
  int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)) return file;
  std::string name = (folder / ".thalweg-XXXXXX").string();
  file = ::mkostemp(name.data(), O_CLOEXEC);
  if (file >= 0) ::unlink(name.c_str());
  return file;
}

}  // namespace

size_t parse_memory(std::string_view text) {
  if (text.empty()) return 0;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
  double scale = 1;
  if (!unit.empty()) {
    const size_t power = std::string_view("KMGT").find(unit[0]);
    if (power != std::string_view::npos) {
      for (size_t i = 0; i <= power; ++i) scale *= 1024;
      unit.remove_prefix(1);
      if (unit.starts_with('i')) unit.remove_prefix(1);
    }
    if (unit.starts_with('B')) unit.remove_prefix(1);
  }
  const double bytes = number * scale;
  if (error != std::errc() || !unit.empty() || !(bytes >= 0 && bytes < 0x1p62))
    fail("memory: \"{}\" is no amount; write 256M or 1.5G", text);
  if (bytes < 0x1p26) fail("memory: {} is too little: the program itself needs 64M", text);
  return static_cast<size_t>(bytes);
}

void limit_memory(size_t bytes, const std::filesystem::path& folder) {
  limited = false;
  watcher().reset();
  if (bytes == 0) return;
  std::filesystem::create_directories(folder);
  const int file = open_scratch(folder);
  if (file < 0) fail("{}: no file can be made there: {}", folder.string(), std::strerror(errno));
  ::close(file);
  watcher() = std::make_unique<Watcher>(bytes, folder);
  limited = true;
}

void limit_memory_beside(std::string_view amount, const std::filesystem::path& run) {
  std::filesystem::path folder = (std::filesystem::current_path() / run).parent_path();
  while (folder.has_relative_path() && !std::filesystem::is_directory(folder))
    folder = folder.parent_path();
  limit_memory(parse_memory(amount), folder);
}

bool memory_is_limited() { return limited.load(std::memory_order_relaxed); }

void keep_memory_limit() {
  if (memory_is_limited()) watcher()->keep();
}

void* map_scratch(size_t bytes) {
  if (bytes < smallest_mapped || !memory_is_limited()) return nullptr;
  const std::filesystem::path& folder = watcher()->folder();
  const int file = open_scratch(folder);
  if (file < 0) fail("{}: no file can be made there: {}", folder.string(), std::strerror(errno));
  // Room is taken now: a full disk found at a write would be a fault.
  const int refused = ::posix_fallocate(file, 0, static_cast<off_t>(bytes));
  void* memory = MAP_FAILED;
  if (refused == 0) memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  const int mapping = errno;
  ::close(file);
  if (memory == MAP_FAILED)
    fail("{}: no room for an array of {} MB: {}", folder.string(), bytes >> 20,
         std::strerror(refused != 0 ? refused : mapping));
  any_scratch = true;
  const std::lock_guard lock(pages().mutex);
  pages().scratch.emplace(memory, bytes);
  return memory;
}

bool unmap_scratch(void* memory) noexcept {
  constexpr uintptr_t page = 4096;
  if (!any_scratch.load(std::memory_order_relaxed) || memory == nullptr ||
      reinterpret_cast<uintptr_t>(memory) % page != 0)
    return false;
  const Ranges::node_type taken = take(pages().scratch, memory);
  if (taken.empty()) return false;
  ::munmap(memory, taken.mapped());
  return true;
}

void add_pageable(const void* memory, size_t bytes) {
  const std::lock_guard lock(pages().mutex);
  pages().files.emplace(memory, bytes);
}

void forget_pageable(const void* memory) noexcept { take(pages().files, memory); }

}  // namespace thalweg
