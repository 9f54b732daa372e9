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
  std::vector<std::string> names;  // [count] of pictures, "CLASS/FILE"; else empty

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
  std::filesystem::path target = {};      // of a .npy or an IDX of images: the file with its labels
  std::vector<std::string> classes = {};  // of a model: labels are indices of these, others are
                                          // refused; empty: found in the data
  bool labeled = true;                    // false: labels are not looked at (predict)
};

// Whether read_images is the door for this path; false for what is not there or cannot be read.
bool looks_like_images(const std::filesystem::path& path);

// Reads
//  - a folder with MNIST's files: (train|t10k)-images-idx3-ubyte and (train|t10k)-labels-idx1-ubyte,
//    also with ".idx" for "-idx" and with ".gz" behind; without t10k there is no test set;
//  - a folder of pictures by class, CLASS/*.(png|jpg|jpeg), or train/CLASS/… and test/CLASS/…, all
//    of one size; gray ones among colored ones are repeated over the three channels; hidden files
//    are passed over; where labels are not looked at also pictures without folders of classes;
//  - `.npz` with X and y, or with x_train, y_train, x_test and y_test; `.npy` or IDX with a target
//    file; X [count, height, width], [count, height, width, channels] or
//    [count, channels, height, width] with 1, 3 or 4 channels. Unsigned bytes stay bytes, all
//    else becomes float32.
// Classes are the folders' names in order, or the distinct labels of the training part: whole
// numbers ascending, texts in order. Throws Error in one line for anything else.
//
// The fingerprint is the SHA-256 of the file where it is one, else of what `sha256sum` prints of
// the files in order of name (`cd FOLDER; sha256sum FILE… | sha256sum`). It is made in a thread of
// its own, and throws Error where a file is gone.
ImageSets read_images(const std::filesystem::path& path, const ImageOptions& options = {});

}  // namespace thalweg
