#include "thalweg/data/image_array.hpp"

#include <cmath>

#include "thalweg/base/error.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/tensor/shape.hpp"

namespace thalweg {
namespace {

constexpr bool is_channels(size_t extent) { return extent == 1 || extent == 3 || extent == 4; }

// What an array's extents mean.
struct Reading {
  ImageData data;              // without pixels
  bool channels_last = false;  // else [count, channels, height, width]
};

Reading reading(const std::vector<size_t>& shape, const std::string& source) {
  Reading out;
  out.data.source = source;
  if (!is_image_shape(shape))
    fail(
        "{}: images of shape {}; expected [count, height, width], with channels behind count or "
        "at the end",
        source, to_text(shape));
  out.data.count = shape[0];
  if (shape.size() == 3) {
    out.data.height = shape[1];
    out.data.width = shape[2];
  } else {
    out.channels_last = is_channels(shape[3]);
    if (out.channels_last == is_channels(shape[1]))
      fail(
          "{}: which extent of {} are the channels? Expected 1, 3 or 4 either behind the count or "
          "at the end",
          source, to_text(shape));
    out.data.channels = shape[out.channels_last ? 3 : 1];
    out.data.height = shape[out.channels_last ? 1 : 2];
    out.data.width = shape[out.channels_last ? 2 : 3];
    // One channel lies the same either way.
    if (out.data.channels == 1) out.channels_last = false;
  }
  if (element_count(shape) == 0) fail("{}: {} holds no images", source, to_text(shape));
  if (out.data.count > UINT32_MAX) fail("{}: more than {} images", source, UINT32_MAX);
  return out;
}

// from [height, width, channels], to [channels, height, width].
template <class From, class To>
void to_planes(const From* from, const ImageData& data, To* to) {
  const size_t plane = data.height * data.width;
  for (size_t c = 0; c < data.channels; ++c)
    for (size_t i = 0; i < plane; ++i)
      to[c * plane + i] = static_cast<To>(from[i * data.channels + c]);
}

template <class Array>
ImageData images(const Array& array, bool bytes, const std::string& source) {
  Reading read = reading(array.shape, source);
  ImageData& data = read.data;
  const size_t features = data.features();
  if (bytes) {
    const auto* from = reinterpret_cast<const uint8_t*>(array.data.data());
    if (!read.channels_last) {
      data.pixels = Buffer<uint8_t>::borrow(from, array.data.size(), array.storage);
      return std::move(data);
    }
    Buffer<uint8_t> out(data.count * features);
    parallel_blocks(data.count, 64, [&](size_t, size_t begin, size_t end) {
      for (size_t i = begin; i < end; ++i)
        to_planes(from + i * features, data, out.data() + i * features);
    });
    data.pixels = std::move(out);
    return std::move(data);
  }
  Buffer<float> out(data.count * features);
  parallel_blocks(data.count, 64, [&](size_t, size_t begin, size_t end) {
    std::vector<double> numbers(features);
    for (size_t i = begin; i < end; ++i) {
      float* to = out.data() + i * features;
      array.copy_numbers(i * features, (i + 1) * features, numbers.data());
      if (read.channels_last)
        to_planes(numbers.data(), data, to);
      else
        for (size_t k = 0; k < features; ++k) to[k] = static_cast<float>(numbers[k]);
      for (size_t k = 0; k < features; ++k)
        if (!std::isfinite(to[k]))
          fail(
              "{}: image {} holds a number that float32 does not: {}; repair it, or leave the "
              "image out",
              source, i, to[k]);
    }
  });
  data.pixels = std::move(out);
  return std::move(data);
}

template <class Array>
std::vector<double> numbers(const Array& array) {
  std::vector<double> out(array.size());
  array.copy_numbers(0, out.size(), out.data());
  return out;
}

void expect_one_a_row(const std::vector<size_t>& shape, const std::string& source) {
  if (shape.size() != 1 && !(shape.size() == 2 && shape[1] == 1))
    fail("{}: labels of shape {}; expected one a row: [count]", source, to_text(shape));
}

}  // namespace

ImageData images_of(const IdxArray& array, const std::string& source) {
  return images(array, array.type == IdxType::uint8, source);
}

ImageData images_of(const NpyArray& array, const std::string& source) {
  if (array.is_text()) fail("{}: images of {}; expected numbers", source, array.describe());
  if (array.fortran)
    fail("{}: the array is in Fortran order; save it with numpy.ascontiguousarray", source);
  return images(array, array.item == 1 && array.kind == 'u', source);
}

LabelColumn labels_of(const IdxArray& array, const std::string& source) {
  expect_one_a_row(array.shape, source);
  return label_column(numbers(array), source);
}

LabelColumn labels_of(const NpyArray& array, const std::string& source) {
  expect_one_a_row(array.shape, source);
  return array.is_text() ? label_column(array.texts(), source)
                         : label_column(numbers(array), source);
}

}  // namespace thalweg
