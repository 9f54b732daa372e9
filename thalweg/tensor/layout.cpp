#include "thalweg/tensor/layout.hpp"

#include <stdexcept>

namespace thalweg {

Layout& Layout::add(std::string name, std::vector<size_t> shape, bool trained) {
  if (contains(name)) throw std::logic_error("layout: a second tensor " + name);
  size_t count = 1;
  for (size_t extent : shape) count *= extent;
  tensors_.push_back({std::move(name), std::move(shape), size_, count, trained});
  size_ += count;
  return *this;
}

const TensorPlace& Layout::operator[](std::string_view name) const {
  for (const TensorPlace& place : tensors_)
    if (place.name == name) return place;
  throw std::logic_error("layout: no tensor " + std::string(name));
}

bool Layout::contains(std::string_view name) const {
  for (const TensorPlace& place : tensors_)
    if (place.name == name) return true;
  return false;
}

}  // namespace thalweg
