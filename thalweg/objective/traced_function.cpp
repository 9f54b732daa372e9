#include "thalweg/objective/traced_function.hpp"

#include <algorithm>

#include "thalweg/graph/differentiate.hpp"

namespace thalweg {

Symbol FunctionTrace::parameter(const std::string& name, const Shape& shape) {
  layout.add(name, shape);
  return parameters.emplace_back(graph->input(name, DType::float64, shape));
}

Symbol FunctionTrace::copied(const std::string& name, size_t count) {
  return copies.emplace_back(broadcast_to(parameter(name), {count}));
}

TracedFunction::TracedFunction(FunctionTrace trace) : trace_(std::move(trace)) {
  for (const Symbol part : trace_.residuals) {
    count_ += element_count(part.shape());
    const Symbol squares = part * part;
    const Symbol sum = 0.5 * (part.rank() == 0 ? squares : reduce_sum(squares));
    trace_.value = trace_.value ? trace_.value + sum : sum;
  }
  for (const TensorPlace& tensor : trace_.layout.tensors())
    directions_.push_back(
        trace_.graph->input("direction of " + tensor.name, DType::float64, tensor.shape));
  buffer_.resize(1 + size());
}

TracedFunction::Compiled TracedFunction::compile(const std::vector<Symbol>& outputs) const {
  Compiled out{Program::compile(outputs), {}, {}, {}, {}};
  const std::vector<TensorPlace>& tensors = trace_.layout.tensors();
  for (const ProgramTensor& input : out.program.inputs())
    for (size_t k = 0; k < tensors.size(); ++k) {
      const bool direction = input.name == directions_[k].node().attributes.name;
      if (direction || input.name == tensors[k].name)
        out.inputs.push_back({direction, tensors[k].offset});
    }
  size_t offset = 0;
  for (const ProgramTensor& result : out.program.outputs()) {
    out.offsets.push_back(offset);
    offset += element_count(result.shape);
  }
  out.reads.resize(out.inputs.size());
  out.writes.resize(out.offsets.size());
  return out;
}

void TracedFunction::Compiled::run(const double* x, const double* direction, double* out) {
  for (size_t i = 0; i < inputs.size(); ++i)
    reads[i] = (inputs[i].direction ? direction : x) + inputs[i].offset;
  for (size_t i = 0; i < offsets.size(); ++i) writes[i] = out + offsets[i];
  program.run(reads, writes);
}

double TracedFunction::value(std::span<const double> x) {
  if (!value_) value_ = compile({trace_.value});
  double out = 0;
  value_->run(x.data(), nullptr, &out);
  return out;
}

double TracedFunction::value_and_gradient(std::span<const double> x, std::span<double> gradient) {
  if (!gradient_) {
    Symbols outputs = thalweg::gradient(trace_.value, trace_.parameters);
    outputs.insert(outputs.begin(), trace_.value);
    gradient_ = compile(outputs);
  }
  gradient_->run(x.data(), nullptr, buffer_.data());
  std::copy(buffer_.begin() + 1, buffer_.end(), gradient.begin());
  return buffer_[0];
}

void TracedFunction::residuals(std::span<const double> x, std::span<double> r) {
  if (!residuals_) residuals_ = compile(trace_.residuals);
  residuals_->run(x.data(), nullptr, r.data());
}

void TracedFunction::jacobian(std::span<const double> x, std::span<double> out) {
  const bool by_rows = !trace_.copies.empty();
  if (!jacobian_ && by_rows)
    jacobian_ = compile(thalweg::gradient(reduce_sum(trace_.residuals[0]), trace_.copies));
  else if (!jacobian_)
    jacobian_ = compile(jacobian_vector_product(trace_.residuals, trace_.parameters, directions_));
  if (by_rows) return jacobian_->run(x.data(), nullptr, out.data());
  std::vector<double> unit(size());
  for (size_t k = 0; k < size(); ++k) {
    unit[k] = 1;
    jacobian_->run(x.data(), unit.data(), out.data() + k * count_);
    unit[k] = 0;
  }
}

double TracedFunction::evaluate(std::span<const double> x, std::span<double> g) {
  at_.assign(x.begin(), x.end());
  return value_and_gradient(x, g);
}

void TracedFunction::hessian(std::span<double> h) {
  std::vector<double> unit(size());
  for (size_t k = 0; k < size(); ++k) {
    unit[k] = 1;
    product(unit, h.subspan(k * size(), size()));
    unit[k] = 0;
  }
  for (size_t i = 0; i < size(); ++i)
    for (size_t j = 0; j < i; ++j)
      h[i * size() + j] = h[j * size() + i] = (h[i * size() + j] + h[j * size() + i]) / 2;
}

void TracedFunction::product(std::span<const double> d, std::span<double> out) {
  if (!product_) product_ = compile(hessian_product(trace_.value, trace_.parameters, directions_));
  product_->run(at_.data(), d.data(), out.data());
}

}  // namespace thalweg
