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
  MemoryFormat b_format;
  std::optional<Primitive> primitive;  // none: plain loops

  void run_plain(const double* a, const double* b, const double* bias, double* c) const;
  void run_empty(const void* bias, void* c) const;
};

Matmul Matmul::make(const MatmulDescription& d) {
  const Shape shape = product_shape(d);
  check_types(d);
  const auto stored_b = [&] { return MemoryFormat::plain(d.input, d.b); };
  if (d.input == DType::float64 || element_count(d.a) == 0 || element_count(d.b) == 0)
    return Matmul(std::make_shared<State>(State{d, shape, stored_b(), std::nullopt}));
  return guarded("matmul", [&] {
    const LibraryThreads scope;
    const MemoryFormat a = operand_format(d.input, d.a, d.transpose_a),
                       b = operand_format(d.input, d.b, d.transpose_b),
                       c = MemoryFormat::plain(d.output, shape);
    Shape bias_shape(shape.size(), 1);
    bias_shape.back() = shape.back();
    const MemoryFormat bias = MemoryFormat::plain(DType::float32, bias_shape);
    const dnnl::memory::desc any = any_format(d.input, b.shape());
    const dnnl::memory::desc &a_known = a.description().known(), &c_known = c.description().known();
    const dnnl::memory::desc& b_known = d.pack_b ? any : b.description().known();
    const dnnl::memory::desc& bias_known = bias.description().known();
    const dnnl::matmul::primitive_desc made(
        d.bias ? dnnl::matmul::desc(a_known, b_known, bias_known, c_known)
               : dnnl::matmul::desc(a_known, b_known, c_known),
        attributes(d.epilogue), processor());
    // The caller packs from what it has, so the format is of b as it is stored where it is plain.
    const MemoryFormat packed =
        d.pack_b ? chosen_format(d.input, b.shape(), made.weights_desc()) : stored_b();
    const dnnl::memory::desc weights = made.weights_desc();
    State state{d, shape, packed, std::nullopt};
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
const MemoryFormat& Matmul::b_format() const { return state_->b_format; }
size_t Matmul::scratch() const { return state_->primitive ? state_->primitive->scratch() : 0; }

void Matmul::State::run_plain(const double* a, const double* b, const double* bias,
                              double* c) const {
  const size_t rank = shape.size(), m = shape[rank - 2], n = shape[rank - 1];
  const size_t k = description.a[rank - (description.transpose_a ? 2 : 1)];
  // Blocks of rows of one matrix; the sums over k are whole, so their bits do not depend on them.
  const size_t rows = std::max<size_t>(16, 1'000'000 / std::max<size_t>(1, n * k) / 16 * 16);
  const size_t blocks = block_count(m, rows);
  struct Work {
    const State* state;
    const double *a, *b, *bias;
    double* c;
    size_t m, n, k, rows, blocks;
  } const work{this, a, b, bias, c, m, n, k, rows, blocks};
  parallel_blocks(
      element_count(shape) == 0 ? 0 : element_count(shape) / (m * n) * blocks, 1,
      [&work](size_t block, size_t, size_t) {
        const auto& [state, left, right, add, out, all_rows, columns, inner, size, count] = work;
        const MatmulDescription& d = state->description;
        const size_t matrix = block / count, row = block % count * size;
        const size_t here = std::min(size, all_rows - row);
        const double* x = left + place(d.a, state->shape, matrix) * all_rows * inner +
                          (d.transpose_a ? row : row * inner);
        const double* y = right + place(d.b, state->shape, matrix) * inner * columns;
        double* z = out + (matrix * all_rows + row) * columns;
        multiply({here, columns, inner, d.transpose_a, d.transpose_b,
                  d.transpose_a ? all_rows : inner, d.transpose_b ? inner : columns, columns},
                 x, y, z, d.epilogue.accumulate);
        if (!d.bias && d.epilogue.activation == Activation::none) return;
        for (size_t i = 0; i < here * columns; ++i)
          z[i] = activate(d.epilogue.activation, z[i] + (d.bias ? add[i % columns] : 0));
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
                             static_cast<const double*>(bias), static_cast<double*>(c));
  }
  void *x = const_cast<void*>(a), *y = const_cast<void*>(b), *add = const_cast<void*>(bias);
  if (state_->description.bias)
    state_->primitive->run({x, y, c, add, scratch});
  else
    state_->primitive->run({x, y, c, scratch});
}

}  // namespace thalweg
