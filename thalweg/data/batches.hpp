// Batches of samples, made ahead by one background thread. What a batch holds is a pure function of
// (samples, rows, options, epoch, batch): not of what was read before, so that a run goes on from a
// cursor bit for bit.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "thalweg/data/samples.hpp"
#include "thalweg/tensor/buffer.hpp"

namespace thalweg {

enum class BatchUse : uint8_t {
  training,   // shuffled anew each epoch, augmented; a last batch that is not full is left out
  evaluation  // in the order of the rows, as they are; the last batch may be short
};

// Of images, drawn anew for each sample and epoch.
struct Augmentation {
  int shift = 0;      // rows and columns, each uniform in [-shift, shift]; 0 where nothing was
  bool flip = false;  // left and right, every second time
};

struct BatchOptions {
  BatchUse use = BatchUse::training;
  size_t batch = 128;
  uint64_t seed = 1;
  Augmentation augmentation = {};  // of training
  size_t ahead = 4;                // batches made ahead; 0: each when it is asked for, no thread
};

struct BatchCursor {
  uint64_t epoch = 0, batch = 0;
  bool operator==(const BatchCursor&) const = default;
};

struct Batch {
  BatchCursor at;
  size_t size = 0;             // samples in it; the buffers have room for options.batch
  std::vector<uint32_t> rows;  // [size] indices of samples
  Buffer<float> inputs;        // [size, shape of a sample...], normalized, 64-byte aligned
  Buffer<int32_t> labels;      // [size], where the samples have labels
  Buffer<float> targets;       // [size], where they have targets
  Buffer<float> weights;       // [size], where they have weights
  Buffer<int32_t> keys;        // [size, 2] for dropout: of (seed, epoch, sample) alone
};

// The order of `count` positions in an epoch: position -> which of the rows. Fisher-Yates over
// counter-based numbers: a pure function of (count, seed, epoch). 0.6 ms for 60,000.
std::vector<uint32_t> shuffled_order(size_t count, uint64_t seed, uint64_t epoch);

class Batches {
 public:
  // The samples named by `rows`, ascending or not. Throws Error when not one batch can be made:
  // no rows, or in training fewer rows than a batch; and for augmentation of what is no image.
  Batches(SampleSet samples, std::vector<uint32_t> rows, const BatchOptions& options,
          BatchCursor start = {});
  ~Batches();
  Batches(Batches&&) noexcept;
  Batches& operator=(Batches&&) = delete;

  size_t rows() const;
  size_t per_epoch() const;  // batches
  // Of the batch that next() gives next: what a checkpoint keeps.
  BatchCursor cursor() const;
  // The batch at the cursor, which moves on, after the last one to the next epoch (evaluation goes
  // round too). Valid until the next call. Waits where the thread is not ahead. Allocates nothing.
  const Batch& next();
  // Goes on from there. Throws Error for a batch that an epoch does not have.
  void seek(BatchCursor cursor);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace thalweg
