// Layout: the named tensors inside one flat parameter vector.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace thalweg {

// One tensor: a row-major view of the flat vector.
struct TensorPlace {
  std::string name;
  std::vector<size_t> shape;
  size_t offset;        // of its first number in the flat vector
  size_t size;          // product of the shape
  bool trained = true;  // false: kept with the parameters, but no method moves it (statistics)
};

class Layout {
 public:
  // Appends a tensor behind the others. Throws std::logic_error on a name that is there already.
  Layout& add(std::string name, std::vector<size_t> shape, bool trained = true);
  const std::vector<TensorPlace>& tensors() const { return tensors_; }
  // Throws std::logic_error when there is none.
  const TensorPlace& operator[](std::string_view name) const;
  bool contains(std::string_view name) const;
  size_t size() const { return size_; }

 private:
  std::vector<TensorPlace> tensors_;
  size_t size_ = 0;
};

}  // namespace thalweg
