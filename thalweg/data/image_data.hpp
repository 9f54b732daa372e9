// Labeled images as a network is trained on them, from whatever they are kept in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <future>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "thalweg/tensor/buffer.hpp"

namespace thalweg {

// Kept as the file has them: bytes of MNIST or of a picture are used in place or stay bytes.
struct ImageData {
  std::string source;  // for messages
  size_t count = 0, channels = 1, height = 0, width = 0;
  std::variant<Buffer<uint8_t>, Buffer<float>> pixels;  // [count, channels, height, width], finite
  std::vector<int32_t> labels;                          // [count], or empty: without labels

  size_t features() const { return channels * height * width; }
};

struct ImageSets {
  ImageData training;                           // all of it where the data is not in two parts
  std::optional<ImageData> test;                // of equal shape
  std::vector<std::string> classes;             // label k means classes[k]; empty without labels
  std::vector<std::filesystem::path> files;     // all that was read, sorted
  std::shared_future<std::string> fingerprint;  // see below, on its way
};

struct ImageOptions {
  std::filesystem::path target = {};  // of a .npy or an IDX of images: the file with its labels
  std::vector<std::string> classes =
      {};               // of a model: labels are indices of these, others refused;
                        // empty: found in the data
  bool labeled = true;  // false: labels may be absent (predict)
};

// Whether read_images is the door for this path; false for what is not there or cannot be read.
bool looks_like_images(const std::filesystem::path& path);

// Reads
//  - a folder with MNIST's files: (train|t10k)-images-idx3-ubyte and -labels-idx1-ubyte, ".idx" for
//    "-idx" and ".gz" behind allowed; without t10k there is no test set;
//  - a folder of pictures by class, CLASS/*.(png|jpg|jpeg), or train/CLASS/… and test/CLASS/…; all
//    of one size; gray ones among colored ones are repeated over the three channels; hidden files
//    are passed over; without `labeled` also pictures without class folders, in order of name;
//  - `.npz` with X and y, or x_train, y_train, x_test, y_test; `.npy` or IDX with a target file, each
//    X [count, height, width], [count, height, width, channels] or [count, channels, height, width]
//    with 1, 3 or 4 channels. Integers of one byte are kept as bytes, all else becomes float32.
// Classes are the folders' names in order, or the distinct labels: numbers ascending, texts in
// order. Throws Error in one line for anything else.
//
// The fingerprint is SHA-256 of the file where it is one, of the text of `sha256sum FILE…` over the
// files in order of name otherwise (`cd FOLDER; sha256sum FILE… | sha256sum`); a thread of its own
// makes it.
ImageSets read_images(const std::filesystem::path& path, const ImageOptions& options = {});

}  // namespace thalweg
