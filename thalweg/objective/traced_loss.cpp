#include "thalweg/objective/traced_loss.hpp"

#include <algorithm>
#include <stdexcept>

#include "thalweg/base/catalog.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/graph/activation.hpp"

namespace thalweg {
namespace {

constexpr const char* input_names[] = {"x", "target", "weight", "keys"};

Shape with_batch(size_t batch, const Shape& shape) {
  Shape out = {batch};
  out.insert(out.end(), shape.begin(), shape.end());
  return out;
}

// What every program begins with.
struct Trace {
  Graph graph;
  Symbols parameters;
  TracedOutput out;
  Symbol terms, weights;  // [batch], where wanted; weights empty: all 1

  Trace(const TracedLoss& loss, size_t batch, DType dtype, bool training, bool with_losses) {
    const Symbol x = graph.input("x", dtype, with_batch(batch, loss.model.sample));
    Symbol keys;
    if (training) keys = graph.input("keys", DType::int32, {batch, 2});
    for (const TensorPlace& tensor : loss.model.layout.tensors())
      parameters.push_back(graph.input(tensor.name, dtype, tensor.shape));
    out = loss.model.trace(x, parameters, keys);
    if (!with_losses) return;
    Shape shape = out.prediction.shape();
    Symbol target, class_weights;
    if (loss.labels()) {
      shape.pop_back();
      target = graph.input("target", DType::int32, shape);
      if (!loss.class_weights.empty())
        class_weights = graph.constant(loss.class_weights, dtype, {loss.class_weights.size()});
    } else {
      target = reshape(graph.input("target", dtype, {batch}), shape);
    }
    terms = loss.loss->terms(out.prediction, target, class_weights, loss.loss_settings);
    if (terms.rank() != 1) terms = reshape(terms, {batch});
    if (class_weights) weights = reshape(gather(class_weights, target), {batch});
    if (!loss.weighted) return;
    const Symbol weight = graph.input("weight", dtype, {batch});
    terms = terms * weight;
    weights = weights ? weights * weight : weight;
  }

  Symbol value(const TracedLoss& loss) {
    Symbol out_value = weights ? reduce_sum(terms) / reduce_sum(weights) : mean(terms);
    for (const Symbol w : parameters) {
      if (w.rank() < 2) continue;
      if (loss.l1 > 0) out_value = out_value + loss.l1 * reduce_sum(absolute(w));
      if (loss.l2 > 0) out_value = out_value + loss.l2 / 2 * reduce_sum(w * w);
    }
    return out_value;
  }
};

// Below so much of its largest derivative an activation counts as flat.
constexpr double flat_share = 0.01;
// Outputs of a layer that are kept for its histogram.
constexpr size_t most_outputs = 16384;

// [units]: of the numbers of a unit, a feature or channel, how many are where y(x) is flat.
Symbol flat_numbers(const TracedLayer& layer) {
  const Symbol derivative = gradient(reduce_sum(layer.output), layer.input);
  const double limit = flat_share * find(activations(), "activation", layer.kind).steepest;
  Axes axes;
  for (size_t axis = 0; axis < layer.input.rank(); ++axis)
    if (axis != 1) axes.push_back(static_cast<int>(axis));
  return reduce_sum(select(less(absolute(derivative), limit),
                           broadcast_to(layer.input.graph().constant(1, layer.input.dtype()),
                                        layer.input.shape()),
                           0),
                    axes);
}

Symbol first_samples(Symbol y) {
  std::vector<size_t> stop = y.shape();
  stop[0] = std::clamp<size_t>(most_outputs * stop[0] / element_count(y.shape()), 1, stop[0]);
  return slice(y, std::vector<size_t>(stop.size(), 0), stop);
}

}  // namespace

TracedProgram::TracedProgram(Program program, size_t batch, const Layout& layout, DType dtype)
    : program_(std::move(program)), batch_(batch) {
  for (const ProgramTensor& input : program_.inputs()) {
    Source source{Source::Kind::parameter, 0};
    bool own = false;
    for (size_t kind = 0; kind < std::size(input_names); ++kind)
      if (input.name == input_names[kind])
        source.kind = static_cast<Source::Kind>(kind), own = true;
    if (!own) source.offset = layout[input.name].offset * size_of(dtype);
    sources_.push_back(source);
  }
  inputs_.resize(sources_.size());
}

TracedProgram TracedProgram::gradient(const TracedLoss& loss, size_t batch, DType dtype, Use use,
                                      const CompileOptions& options) {
  Trace trace(loss, batch, dtype, use == Use::training, true);
  const std::vector<TensorPlace>& tensors = loss.model.layout.tensors();
  const Symbol value = trace.value(loss);
  std::vector<size_t> trained;
  Symbols by, outputs = {value};
  for (size_t k = 0; k < tensors.size(); ++k)
    if (tensors[k].trained) trained.push_back(k), by.push_back(trace.parameters[k]);
  for (const Symbol derivative : thalweg::gradient(value, by)) outputs.push_back(derivative);
  std::vector<size_t> moved;
  for (const auto& [tensor, next] : trace.out.moved)
    moved.push_back(tensor), outputs.push_back(next);
  TracedProgram out(Program::compile(outputs, options), batch, loss.model.layout, dtype);
  out.trained_ = std::move(trained);
  out.moved_ = std::move(moved);
  return out;
}

TracedProgram TracedProgram::predictions(const TracedLoss& loss, size_t batch, bool losses,
                                         const CompileOptions& options) {
  Trace trace(loss, batch, DType::float32, false, losses);
  Symbols outputs = {trace.out.prediction};
  if (losses) {
    outputs.push_back(trace.terms);
    outputs.push_back(trace.weights
                          ? trace.weights
                          : broadcast_to(trace.graph.constant(1, DType::float32), {batch}));
  }
  return TracedProgram(Program::compile(outputs, options), batch, loss.model.layout,
                       DType::float32);
}

TracedProgram TracedProgram::inspection(const TracedLoss& loss, size_t batch,
                                        const CompileOptions& options) {
  Trace trace(loss, batch, DType::float32, true, true);
  const std::vector<TensorPlace>& tensors = loss.model.layout.tensors();
  std::vector<size_t> trained;
  Symbols by;
  for (size_t k = 0; k < tensors.size(); ++k)
    if (tensors[k].trained) trained.push_back(k), by.push_back(trace.parameters[k]);
  Symbols outputs = thalweg::gradient(trace.value(loss), by);
  const Symbol x = Symbol(trace.graph, trace.graph.input("x"));
  outputs.push_back(mean(x * x, {0}));
  for (const TracedLayer& layer : trace.out.layers) {
    outputs.push_back(mean(layer.output * layer.output));
    outputs.push_back(first_samples(layer.output));
    if (layer.activation) outputs.push_back(flat_numbers(layer));
  }
  TracedProgram out(Program::compile(outputs, options), batch, loss.model.layout, DType::float32);
  out.trained_ = std::move(trained);
  for (const TracedLayer& layer : trace.out.layers)
    out.layers_.push_back({layer.name, layer.kind, layer.weights, layer.activation});
  return out;
}

TracedProgram::Inputs TracedProgram::inputs_of(const TracedLoss& loss, const Batch& batch) {
  Inputs out;
  out.x = batch.inputs.data();
  out.target = loss.labels() ? static_cast<const void*>(batch.labels.data())
                             : static_cast<const void*>(batch.targets.data());
  if (loss.weighted) out.weight = batch.weights.data();
  if (!batch.keys.empty()) out.keys = batch.keys.data();
  return out;
}

void TracedProgram::run(const Inputs& inputs, const void* parameters,
                        std::span<void* const> results) {
  const void* const given[] = {inputs.x, inputs.target, inputs.weight, inputs.keys};
  for (size_t i = 0; i < sources_.size(); ++i) {
    const Source& source = sources_[i];
    inputs_[i] = source.kind == Source::Kind::parameter
                     ? static_cast<const std::byte*>(parameters) + source.offset
                     : given[static_cast<size_t>(source.kind)];
    if (inputs_[i] == nullptr)
      throw std::logic_error("traced program: nothing is given for " + program_.inputs()[i].name);
  }
  program_.run(inputs_, results);
}

}  // namespace thalweg
