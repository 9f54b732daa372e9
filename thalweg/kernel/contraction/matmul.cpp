#include "thalweg/kernel/contraction/matmul.hpp"

#include <algorithm>

#include "thalweg/base/parallel.hpp"
#include "thalweg/kernel/contraction/description.hpp"
#include "thalweg/kernel/contraction/plain_matmul.hpp"
#include "thalweg/kernel/contraction/primitive.hpp"
#include "thalweg/kernel/tile/tile_number.hpp"

namespace thalweg {
namespace {

// The shape that the operands stand for, without transposition.
Shape logical(Shape shape, bool transpose) {
  if (transpose) std::swap(shape[shape.size() - 1], shape[shape.size() - 2]);
  return shape;
}

Shape product_shape(const MatmulDescription& d) {
  const auto mismatch = [&](const char* what) {
    fail("matmul: {}: {}{} x {}{}", what, to_text(d.a), d.transpose_a ? " transposed" : "",
         to_text(d.b), d.transpose_b ? " transposed" : "");
  };
  if (d.a.size() < 2 || d.b.size() != d.a.size())
    mismatch("expected two ranks that are equal and 2 or more");
  const Shape a = logical(d.a, d.transpose_a), b = logical(d.b, d.transpose_b);
  const size_t rank = a.size();
  if (a[rank - 1] != b[rank - 2]) mismatch("inner sizes differ");
  Shape out = a;
  for (size_t axis = 0; axis + 2 < rank; ++axis) {
    if (a[axis] != b[axis] && a[axis] != 1 && b[axis] != 1) mismatch("batch sizes differ");
    out[axis] = a[axis] == 1 ? b[axis] : a[axis];
  }
  out[rank - 1] = b[rank - 1];
  return out;
}

void check_types(const MatmulDescription& d) {
  if (!is_floating(d.input))
    fail("matmul: inputs in {}; expected float64, float32 or bfloat16", name_of(d.input));
  if (d.output != d.input && !(d.input == DType::bfloat16 && d.output == DType::float32))
    fail("matmul: {} from {}; expected {}{}", name_of(d.output), name_of(d.input), name_of(d.input),
         d.input == DType::bfloat16 ? " or float32" : "");
}

// As it is stored, seen without transposition.
MemoryFormat operand_format(DType dtype, const Shape& stored, bool transpose) {
  std::vector<size_t> steps = strides(stored);
  if (transpose) std::swap(steps[steps.size() - 1], steps[steps.size() - 2]);
  return MemoryFormat::strided(dtype, logical(stored, transpose), steps);
}

// Matrices of `shape` before the one that belongs to matrix `index` of a batch shaped `all`.
size_t place(const Shape& shape, const Shape& all, size_t index) {
  size_t out = 0, step = 1;
  for (size_t axis = all.size() - 2; axis-- > 0;) {
    const size_t at = index % all[axis];
    index /= all[axis];
    if (shape[axis] > 1) out += at * step;
    step *= shape[axis];
  }
  return out;
}

}  // namespace

struct Matmul::State {
  MatmulDescription description;
  Shape shape;
  MemoryFormat b_stored, b_format;
  std::optional<Primitive> primitive;  // none: plain loops

  PlainProduct product() const;
  size_t b_matrices() const {
    return element_count(description.b) / std::max<size_t>(1, product().n * product().k);
  }
  void run_plain(const double* a, const double* b, const double* bias, double* c,
                 double* packed) const;
  void run_empty(const void* bias, void* c) const;
};

Matmul Matmul::make(const MatmulDescription& d) {
  const Shape shape = product_shape(d);
  check_types(d);
  const MemoryFormat stored = operand_format(d.input, d.b, d.transpose_b);
  if (d.input == DType::float64 || element_count(d.a) == 0 || element_count(d.b) == 0)
    return Matmul(std::make_shared<State>(State{d, shape, stored, stored, std::nullopt}));
  return guarded("matmul", [&] {
    const LibraryThreads scope;
    const MemoryFormat a = operand_format(d.input, d.a, d.transpose_a),
                       c = MemoryFormat::plain(d.output, shape);
    Shape bias_shape(shape.size(), 1);
    bias_shape.back() = shape.back();
    const MemoryFormat bias = MemoryFormat::plain(DType::float32, bias_shape);
    const dnnl::memory::desc any = any_format(d.input, stored.shape());
    const dnnl::memory::desc &a_known = a.description().known(), &c_known = c.description().known();
    const dnnl::memory::desc& b_known = d.pack_b ? any : stored.description().known();
    const dnnl::memory::desc& bias_known = bias.description().known();
    const dnnl::matmul::primitive_desc made(
        d.bias ? dnnl::matmul::desc(a_known, b_known, bias_known, c_known)
               : dnnl::matmul::desc(a_known, b_known, c_known),
        attributes(d.epilogue), processor());
    const dnnl::memory::desc weights = made.weights_desc();
    const MemoryFormat used = d.pack_b ? chosen_format(d.input, stored.shape(), weights) : stored;
    State state{d, shape, stored, used, std::nullopt};
    if (d.bias)
      state.primitive.emplace(
          dnnl::matmul(made), made.scratchpad_desc(),
          std::initializer_list<Primitive::Argument>{{DNNL_ARG_SRC, a_known},
                                                     {DNNL_ARG_WEIGHTS, weights},
                                                     {DNNL_ARG_DST, c_known},
                                                     {DNNL_ARG_BIAS, bias_known}});
    else
      state.primitive.emplace(
          dnnl::matmul(made), made.scratchpad_desc(),
          std::initializer_list<Primitive::Argument>{
              {DNNL_ARG_SRC, a_known}, {DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_DST, c_known}});
    return Matmul(std::make_shared<State>(std::move(state)));
  });
}

const Shape& Matmul::shape() const { return state_->shape; }
const MemoryFormat& Matmul::b_stored() const { return state_->b_stored; }
const MemoryFormat& Matmul::b_format() const { return state_->b_format; }
size_t Matmul::scratch() const {
  if (state_->primitive) return state_->primitive->scratch();
  if (state_->description.input != DType::float64) return 0;
  return state_->b_matrices() * state_->product().packed_size() * sizeof(double);
}

// Of one matrix of the batch.
PlainProduct Matmul::State::product() const {
  const MatmulDescription& d = description;
  const size_t rank = shape.size(), m = shape[rank - 2], n = shape[rank - 1];
  const size_t k = d.a[rank - (d.transpose_a ? 2 : 1)];
  return {m, n, k, d.transpose_a, d.transpose_b, d.a[rank - 1], d.b[rank - 1], n};
}

void Matmul::State::run_plain(const double* a, const double* b, const double* bias, double* c,
                              double* packed) const {
  struct Work {
    const State* state;
    PlainProduct product;
    const double *a, *b, *bias;
    double *c, *packed;
    size_t rows, blocks;
  } work{this, product(), a, b, bias, c, packed, 0, 0};
  const size_t m = work.product.m, n = work.product.n, k = work.product.k;
  if (element_count(shape) == 0) return;
  // Some hundred thousand multiplications a block.
  work.rows = std::max<size_t>(12, 500'000 / std::max<size_t>(1, n * k) / 12 * 12);
  work.blocks = block_count(m, work.rows);
  const size_t panels = work.product.panels();
  parallel_blocks(b_matrices() * panels, std::max<size_t>(1, 1024 / std::max<size_t>(1, k)),
                  [&work](size_t, size_t begin, size_t end) {
                    const PlainProduct& p = work.product;
                    for (size_t unit = begin; unit < end; ++unit) {
                      const size_t matrix = unit / p.panels();
                      pack_panel(p, work.b + matrix * p.k * p.n, unit % p.panels(),
                                 work.packed + matrix * p.packed_size());
                    }
                  });
  parallel_blocks(
      element_count(shape) / (m * n) * work.blocks, 1, [&work](size_t unit, size_t, size_t) {
        const PlainProduct& p = work.product;
        const MatmulDescription& d = work.state->description;
        const size_t matrix = unit / work.blocks, begin = unit % work.blocks * work.rows;
        const size_t end = std::min(p.m, begin + work.rows);
        double* out = work.c + matrix * p.m * p.n;
        multiply_rows(p, work.a + place(d.a, work.state->shape, matrix) * p.m * p.k,
                      work.packed + place(d.b, work.state->shape, matrix) * p.packed_size(), out,
                      d.epilogue.accumulate, begin, end);
        if (!d.bias && d.epilogue.activation == Activation::none) return;
        for (size_t i = begin * p.n; i < end * p.n; ++i)
          out[i] = activate(d.epilogue.activation, out[i] + (d.bias ? work.bias[i % p.n] : 0));
      });
}

// Nothing to sum: c = epilogue(bias).
void Matmul::State::run_empty(const void* bias, void* c) const {
  const auto* add = static_cast<const float*>(bias);
  switch_number(description.output, [&](auto number) {
    using Number = decltype(number);
    auto* out = static_cast<typename Number::Stored*>(c);
    for (size_t i = 0; i < element_count(shape); ++i) {
      double x = description.epilogue.accumulate ? Number::template read<double>(out[i]) : 0;
      if (description.bias) x += static_cast<double>(add[i % shape.back()]);
      out[i] = Number::write(activate(description.epilogue.activation, x));
    }
  });
}

void Matmul::run(const void* a, const void* b, const void* bias, void* c, void* scratch) {
  if (!state_->primitive) {
    if (state_->description.input != DType::float64) return state_->run_empty(bias, c);
    return state_->run_plain(static_cast<const double*>(a), static_cast<const double*>(b),
                             static_cast<const double*>(bias), static_cast<double*>(c),
                             static_cast<double*>(scratch));
  }
  void *x = const_cast<void*>(a), *y = const_cast<void*>(b), *add = const_cast<void*>(bias);
  if (state_->description.bias)
    state_->primitive->run({x, y, c, add, scratch});
  else
    state_->primitive->run({x, y, c, scratch});
}

}  // namespace thalweg
