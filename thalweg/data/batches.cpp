#include "thalweg/data/batches.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <numeric>
#include <thread>
#include <utility>

#include "thalweg/base/error.hpp"
#include "thalweg/base/random.hpp"
#include "thalweg/kernel/normalize.hpp"

namespace thalweg {
namespace {

// The last word of Philox's counter: what the numbers are drawn for.
enum Purpose : uint32_t { order_draws = 1, dropout_keys = 2, augmentation_draws = 3 };

std::array<uint32_t, 4> draw(uint64_t seed, uint64_t epoch, uint32_t index, Purpose purpose) {
  return philox({index, static_cast<uint32_t>(epoch), static_cast<uint32_t>(epoch >> 32), purpose},
                {static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)});
}

// floor(bits * bound / 2^32), bound <= 2^31: off uniform by less than bound / 2^32.
int below(uint32_t bits, int bound) {
  return static_cast<int>(uint64_t{bits} * static_cast<uint64_t>(bound) >> 32);
}

// floor(bits * bound / 2^64) for bound < 2^32: off uniform by less than 2^-32.
uint32_t below(uint64_t bits, uint32_t bound) {
  return static_cast<uint32_t>(((bits >> 32) * bound + (((bits & 0xFFFFFFFF) * bound) >> 32)) >>
                               32);
}

// Where a sample is read from: out[y][x] = in[y - down][x - right], mirrored first.
struct Placement {
  int down = 0, right = 0;
  bool mirrored = false;
};

// One sample: from, to [shape...].
template <class T>
void fill_sample(const SampleSet& samples, const T* from, float* to) {
  if (samples.center.empty()) {
    for (size_t i = 0, n = samples.features(); i < n; ++i) to[i] = static_cast<float>(from[i]);
    return;
  }
  const size_t plane = samples.features() / samples.center.size();
  for (size_t c = 0; c < samples.center.size(); ++c)
    normalize(from + c * plane, plane, samples.center[c], samples.scale[c], to + c * plane);
}

template <class T>
void fill_placed(const SampleSet& samples, const T* from, Placement placed, float* to) {
  const auto height = static_cast<std::ptrdiff_t>(samples.shape[1]);
  const auto width = static_cast<std::ptrdiff_t>(samples.shape[2]);
  const std::ptrdiff_t begin = std::clamp<std::ptrdiff_t>(placed.right, 0, width);
  const std::ptrdiff_t end = std::clamp<std::ptrdiff_t>(width + placed.right, 0, width);
  for (size_t c = 0; c < samples.shape[0]; ++c) {
    const float center = samples.center.empty() ? 0 : samples.center[c];
    const float scale = samples.center.empty() ? 1 : samples.scale[c];
    const float outside = (0 - center) * scale;
    for (std::ptrdiff_t y = 0; y < height; ++y, to += width) {
      const std::ptrdiff_t source = y - placed.down;
      if (source < 0 || source >= height || begin >= end) {
        std::fill(to, to + width, outside);
        continue;
      }
      const T* row = from + (static_cast<std::ptrdiff_t>(c) * height + source) * width;
      const auto count = static_cast<size_t>(end - begin);
      std::fill(to, to + begin, outside);
      std::fill(to + end, to + width, outside);
      // Columns [begin - right, end - right) of the image, or of its mirror image.
      normalize(row + (placed.mirrored ? width - end + placed.right : begin - placed.right), count,
                center, scale, to + begin);
      if (placed.mirrored) std::reverse(to + begin, to + end);
    }
  }
}

void shuffle(std::vector<uint32_t>& order, uint64_t seed, uint64_t epoch) {
  std::iota(order.begin(), order.end(), 0u);
  std::array<uint32_t, 4> words;  // two draws
  for (size_t i = 0; i < order.size(); ++i) {
    if (i % 2 == 0) words = draw(seed, epoch, static_cast<uint32_t>(i / 2), order_draws);
    const uint64_t bits = uint64_t{words[i % 2 * 2]} << 32 | words[i % 2 * 2 + 1];
    std::swap(order[i], order[i + below(bits, static_cast<uint32_t>(order.size() - i))]);
  }
}

}  // namespace

std::vector<uint32_t> shuffled_order(size_t count, uint64_t seed, uint64_t epoch) {
  std::vector<uint32_t> out(count);
  shuffle(out, seed, epoch);
  return out;
}

struct Batches::State {
  SampleSet samples;
  std::vector<uint32_t> rows;
  BatchOptions options;
  size_t features = 0, per_epoch = 0;

  // Of whoever makes batches: the thread, or next() where there is none.
  std::vector<uint32_t> order;  // [rows] of order_epoch
  uint64_t order_epoch = UINT64_MAX;

  // Batch k lies in ring[k % size]. Of `made` ones `taken` were handed out, the last of which is
  // still in use. Under `guard`, but for the contents of a batch, which one side has at a time.
  std::vector<Batch> ring;
  uint64_t taken = 0, made = 0;
  BatchCursor cursor;  // of the batch that next() gives next
  BatchCursor making;  // of the batch that is made next
  bool ending = false;
  std::exception_ptr failure;
  std::mutex guard;
  std::condition_variable ready, wanted;
  std::thread thread;

  ~State() { stop(); }

  BatchCursor after(BatchCursor at) const {
    return at.batch + 1 < per_epoch ? BatchCursor{at.epoch, at.batch + 1}
                                    : BatchCursor{at.epoch + 1, 0};
  }

  Placement placement(uint64_t epoch, uint32_t row) const {
    const Augmentation& wanted_change = options.augmentation;
    const auto words = draw(options.seed, epoch, row, augmentation_draws);
    const int span = 2 * wanted_change.shift + 1;
    return {below(words[0], span) - wanted_change.shift,
            below(words[1], span) - wanted_change.shift,
            wanted_change.flip && (words[2] >> 31) != 0};
  }

  void fill_input(uint32_t row, uint64_t epoch, float* to) const {
    const bool moved = options.use == BatchUse::training &&
                       (options.augmentation.shift > 0 || options.augmentation.flip);
    const auto fill = [&](const auto* from) {
      if (moved)
        fill_placed(samples, from, placement(epoch, row), to);
      else
        fill_sample(samples, from, to);
    };
    if (samples.bytes != nullptr)
      fill(samples.bytes + row * features);
    else
      fill(samples.numbers + row * features);
  }

  void make(BatchCursor at, Batch& batch) {
    const bool shuffled = options.use == BatchUse::training;
    if (shuffled && order_epoch != at.epoch) {
      shuffle(order, options.seed, at.epoch);
      order_epoch = at.epoch;
    }
    const size_t begin = at.batch * options.batch;
    batch.at = at;
    batch.size = std::min(options.batch, rows.size() - begin);
    batch.rows.resize(batch.size);
    for (size_t k = 0; k < batch.size; ++k) {
      const uint32_t row = rows[shuffled ? order[begin + k] : begin + k];
      batch.rows[k] = row;
      fill_input(row, at.epoch, batch.inputs.data() + k * features);
      if (!batch.labels.empty()) batch.labels[k] = samples.labels[row];
      if (!batch.targets.empty()) batch.targets[k] = samples.targets[row];
      if (!batch.weights.empty()) batch.weights[k] = samples.weights[row];
      const auto words = draw(options.seed, at.epoch, row, dropout_keys);
      std::memcpy(batch.keys.data() + 2 * k, words.data(), 2 * sizeof(int32_t));
    }
  }

  void start(BatchCursor at) {
    taken = made = 0;
    cursor = making = at;
    ending = false;
    failure = nullptr;
    if (options.ahead > 0) thread = std::thread([this] { work(); });
  }

  void stop() {
    if (!thread.joinable()) return;
    {
      const std::lock_guard lock(guard);
      ending = true;
    }
    wanted.notify_one();
    thread.join();
  }

  void work() {
    std::unique_lock lock(guard);
    try {
      while (true) {
        // One batch of the ring is in the hands of the one who trains.
        wanted.wait(lock, [&] { return ending || made - taken < options.ahead; });
        if (ending) return;
        Batch& batch = ring[made % ring.size()];
        lock.unlock();
        make(making, batch);
        lock.lock();
        making = after(making);
        ++made;
        ready.notify_one();
      }
    } catch (...) {
      if (!lock.owns_lock()) lock.lock();
      failure = std::current_exception();
      ready.notify_one();
    }
  }
};

Batches::Batches(SampleSet samples, std::vector<uint32_t> rows, const BatchOptions& options,
                 BatchCursor start)
    : state_(std::make_unique<State>()) {
  State& state = *state_;
  state.samples = std::move(samples);
  state.rows = std::move(rows);
  state.options = options;
  state.features = state.samples.features();
  const size_t count = state.rows.size(), batch = options.batch;
  if (batch == 0) fail("batch: 0 samples in a batch; choose at least 1");
  if (count == 0) fail("batch: there are no samples to make batches of");
  const bool training = options.use == BatchUse::training;
  if (training && count < batch)
    fail("batch: a batch of {} out of {} samples; choose --batch {} or less", batch, count, count);
  if (training && (options.augmentation.shift > 0 || options.augmentation.flip) &&
      state.samples.shape.size() != 3)
    fail("augmentation: shift and flip are for images; the samples are rows of {} numbers",
         state.features);
  for (const uint32_t row : state.rows)
    if (row >= state.samples.count)
      throw std::logic_error("Batches: a row that the samples do not have");
  state.per_epoch = training ? count / batch : (count + batch - 1) / batch;
  const size_t room = std::min(batch, count);
  state.ring.resize(options.ahead + 1);
  for (Batch& made : state.ring) {
    made.rows.reserve(room);
    made.inputs = Buffer<float>(room * state.features);
    made.keys = Buffer<int32_t>(2 * room);
    if (!state.samples.labels.empty()) made.labels = Buffer<int32_t>(room);
    if (!state.samples.targets.empty()) made.targets = Buffer<float>(room);
    if (!state.samples.weights.empty()) made.weights = Buffer<float>(room);
  }
  if (training) state.order.resize(count);
  seek(start);
}

Batches::~Batches() = default;
Batches::Batches(Batches&&) noexcept = default;

size_t Batches::rows() const { return state_->rows.size(); }
size_t Batches::per_epoch() const { return state_->per_epoch; }
BatchCursor Batches::cursor() const { return state_->cursor; }

const Batch& Batches::next() {
  State& state = *state_;
  Batch& batch = state.ring[state.taken % state.ring.size()];
  if (state.options.ahead == 0) {
    state.make(state.cursor, batch);
  } else {
    std::unique_lock lock(state.guard);
    state.ready.wait(lock, [&] { return state.made > state.taken || state.failure; });
    if (state.made == state.taken) std::rethrow_exception(state.failure);
    ++state.taken;
    // The thread fills up at one go, so that waking it costs every second batch or less.
    const bool low = state.made - state.taken <= state.options.ahead / 2;
    lock.unlock();
    if (low) state.wanted.notify_one();
  }
  state.cursor = state.after(state.cursor);
  return batch;
}

void Batches::seek(BatchCursor cursor) {
  State& state = *state_;
  if (cursor.batch >= state.per_epoch)
    fail("batch: batch {} of an epoch of {}; the data or --batch is not what it was", cursor.batch,
         state.per_epoch);
  state.stop();
  state.start(cursor);
}

}  // namespace thalweg
