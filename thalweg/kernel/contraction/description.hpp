// What a MemoryFormat hides, and how oneDNN's errors become ours. For this folder alone.
#pragma once

#include <dnnl.hpp>
#include <optional>
#include <string_view>

#include "thalweg/base/error.hpp"
#include "thalweg/kernel/contraction/memory_format.hpp"

namespace thalweg {

struct MemoryFormat::Description {
  DType dtype;
  Shape shape;
  std::vector<size_t> strides;                // in elements; empty where the format is blocked
  std::optional<dnnl::memory::desc> library;  // of float32 and bfloat16

  // The library's; throws std::logic_error where it knows no such type.
  const dnnl::memory::desc& known() const;
};

dnnl::memory::data_type library_type(DType dtype);
dnnl::memory::dims library_dims(const Shape& shape);
// Any format: the library is to choose.
dnnl::memory::desc any_format(DType dtype, const Shape& shape);
// What the library chose.
MemoryFormat chosen_format(DType dtype, const Shape& shape, const dnnl::memory::desc& chosen);

// What `make` returns; the library's failure becomes an Error that says what was asked.
template <class Make>
auto guarded(std::string_view what, const Make& make) {
  try {
    return make();
  } catch (const dnnl::error& error) {
    if (error.status == dnnl_out_of_memory) throw std::bad_alloc();
    fail("{}: oneDNN refuses it ({}); use another format or type", what, error.what());
  }
}

}  // namespace thalweg
