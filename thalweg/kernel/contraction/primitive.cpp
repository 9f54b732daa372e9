#include "thalweg/kernel/contraction/primitive.hpp"

#include <omp.h>

#include <stdexcept>

#include "thalweg/base/parallel.hpp"

namespace thalweg {
namespace {

void append(dnnl::post_ops& operations, Activation activation) {
  using dnnl::algorithm;
  switch (activation) {
    case Activation::none:
      return;
    case Activation::relu:
      return operations.append_eltwise(1, algorithm::eltwise_relu, 0, 0);
    case Activation::gelu:
      return operations.append_eltwise(1, algorithm::eltwise_gelu_erf, 0, 0);
    case Activation::gelu_tanh:
      return operations.append_eltwise(1, algorithm::eltwise_gelu_tanh, 0, 0);
    case Activation::tanh:
      return operations.append_eltwise(1, algorithm::eltwise_tanh, 0, 0);
    case Activation::sigmoid:
      return operations.append_eltwise(1, algorithm::eltwise_logistic, 0, 0);
    case Activation::silu:
      return operations.append_eltwise(1, algorithm::eltwise_swish, 1, 0);
    case Activation::elu:
      return operations.append_eltwise(1, algorithm::eltwise_elu, 1, 0);
    case Activation::softplus:
      return operations.append_eltwise(1, algorithm::eltwise_soft_relu, 0, 0);
  }
}

}  // namespace

const dnnl::engine& processor() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

dnnl::primitive_attr attributes(const Epilogue& epilogue) {
  dnnl::primitive_attr out;
  out.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  dnnl::post_ops operations;
  if (epilogue.accumulate) operations.append_sum(1);
  append(operations, epilogue.activation);
  out.set_post_ops(operations);
  return out;
}

LibraryThreads::LibraryThreads() : LibraryThreads(threads()) {}
LibraryThreads::LibraryThreads(int count) : before_(omp_get_max_threads()) {
  if (before_ != count) omp_set_num_threads(count);
}
LibraryThreads::~LibraryThreads() {
  if (before_ != omp_get_max_threads()) omp_set_num_threads(before_);
}

Primitive::Primitive(const dnnl::primitive& primitive, const dnnl::memory::desc& scratch,
                     std::initializer_list<Argument> arguments)
    : primitive_(primitive),
      stream_(processor()),
      scratch_(scratch.get_size()),
      threads_(threads()) {
  const auto add = [&](int which, const dnnl::memory::desc& description) {
    memories_.push_back(dnnl::memory(description, processor(), DNNL_MEMORY_NONE));
    arguments_.push_back({which, memories_.back().get()});
    pointers_.push_back(nullptr);
  };
  for (const Argument& argument : arguments) add(argument.which, argument.description);
  add(DNNL_ARG_SCRATCHPAD, scratch);
}

void Primitive::run(std::initializer_list<void*> pointers) {
  size_t i = 0;
  for (void* pointer : pointers) {
    if (pointer != pointers_[i]) {
      memories_[i].set_data_handle(pointer);
      pointers_[i] = pointer;
    }
    ++i;
  }
  const LibraryThreads scope(threads_);
  const dnnl_status_t status = dnnl_primitive_execute(
      primitive_.get(), stream_.get(), static_cast<int>(arguments_.size()), arguments_.data());
  if (status != dnnl_success) throw std::runtime_error("oneDNN failed in a primitive");
}

}  // namespace thalweg
