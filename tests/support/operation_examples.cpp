#include "tests/support/operation_examples.hpp"

namespace thalweg {
namespace {

using Op = Operation;
using Make = MakeExample;

Make unary(Symbol (*function)(Symbol), double low = -2, double high = 2) {
  return [=](Trace& t) { return function(t.number(t.shape(), low, high)); };
}

// Two inputs of which each repeats.
Make binary(Symbol (*function)(Term, Term), double low = -2, double high = 2) {
  return [=](Trace& t) {
    const Shape shape = t.shape();
    const Symbol a = t.number(t.repeatable(shape), low, high);
    return function(a, t.number(t.repeatable(shape), low, high));
  };
}

Axes some_axes(Trace& t, size_t rank) {
  Axes out;
  for (size_t axis = 0; axis < rank; ++axis)
    if (t.below(2) == 0) out.push_back(static_cast<int>(axis));
  return out;
}

// x, w and their window, small, of 1 or 2 spatial axes.
struct Filter {
  Symbol x, w;
  Window window;
};
Filter filter(Trace& t) {
  const size_t axes = 1 + t.below(2), groups = 1 + t.below(2);
  Filter out;
  out.window.groups = groups;
  const size_t in = 1 + t.below(2);
  Shape x = {t.below(3), in * groups}, w = {groups * (1 + t.below(2)), in};
  for (size_t i = 0; i < axes; ++i) {
    w.push_back(1 + t.below(3));
    x.push_back(5 + t.below(2));
    out.window.stride.push_back(1 + t.below(2));
    out.window.padding_low.push_back(t.below(2));
    out.window.padding_high.push_back(t.below(2));
    out.window.dilation.push_back(1 + t.below(2));
  }
  out.x = t.number(x);
  out.w = t.number(w);
  return out;
}

struct Pool {
  Symbol x;
  std::vector<size_t> extents;
  Window window;
};
Pool pool(Trace& t) {
  Pool out;
  Shape x = {t.below(3), 1 + t.below(2)};
  const size_t axes = 1 + t.below(2);
  for (size_t i = 0; i < axes; ++i) {
    out.extents.push_back(2 + t.below(2));
    x.push_back(4 + t.below(2));
    out.window.stride.push_back(1 + t.below(3));
    out.window.padding_low.push_back(t.below(2));
    out.window.padding_high.push_back(t.below(2));
    out.window.dilation.push_back(1);
  }
  out.x = t.number(x);
  return out;
}

std::shared_ptr<const CustomOperation> cube() {
  return std::make_shared<const CustomOperation>(CustomOperation{
      "cube", [](std::span<const CustomOperation::Tensor> inputs) { return inputs[0]; },
      [](std::span<const CustomOperation::Tensor> tensors, std::span<const void* const> inputs,
         void* output) {
        const double* x = static_cast<const double*>(inputs[0]);
        for (size_t i = 0; i < element_count(tensors[0].shape); ++i)
          static_cast<double*>(output)[i] = x[i] * x[i] * x[i];
      },
      [](const Step& s) { return Symbols{s.cotangent * 3.0 * s.input(0) * s.input(0)}; }});
}

}  // namespace

const std::map<Op, Make>& operation_examples() {
  static const std::map<Op, Make> all = {
      {Op::input, [](Trace& t) { return t.number(t.shape()); }},
      {Op::constant,
       [](Trace& t) {
         return t.graph.constant({1, 2, 3}, DType::float64, {3});
       }},
      {Op::iota,
       [](Trace& t) {
         return t.graph.iota(DType::float64, {2, 3}, t.below(2));
       }},
      {Op::negate, unary(negate)},
      {Op::absolute, unary(absolute)},
      {Op::sign, unary(sign)},
      {Op::exp, unary(exp)},
      {Op::log, unary(log, 0.5, 3)},
      {Op::log1p, unary(log1p, -0.5, 3)},
      {Op::expm1, unary(expm1)},
      {Op::sqrt, unary(sqrt, 0.5, 3)},
      {Op::rsqrt, unary(rsqrt, 0.5, 3)},
      {Op::tanh, unary(tanh)},
      {Op::erf, unary(erf)},
      {Op::sigmoid, unary(sigmoid)},
      {Op::sin, unary(sin)},
      {Op::cos, unary(cos)},
      {Op::floor, unary(floor)},
      {Op::is_finite, unary(is_finite)},
      {Op::logical_not, [](Trace& t) { return logical_not(t.flag(t.shape())); }},
      {Op::cast,
       [](Trace& t) { return cast(cast(t.number(t.shape()), DType::float32), DType::float64); }},
      {Op::add, binary(add)},
      {Op::subtract, binary(subtract)},
      {Op::multiply, binary(multiply)},
      {Op::divide, binary(divide, 0.5, 2)},
      {Op::power, binary(power, 0.5, 2)},
      {Op::maximum, binary(maximum)},
      {Op::minimum, binary(minimum)},
      {Op::equal, binary(equal)},
      {Op::less, binary(less)},
      {Op::less_equal, binary(less_equal)},
      {Op::logical_and,
       [](Trace& t) {
         return logical_and(t.flag({3}), t.flag({2, 1}));
       }},
      {Op::logical_or,
       [](Trace& t) {
         return logical_or(t.flag({3}), t.flag({2, 1}));
       }},
      {Op::select,
       [](Trace& t) {
         const Shape shape = t.shape();
         return select(t.flag(t.repeatable(shape)), t.number(t.repeatable(shape)),
                       t.number(t.repeatable(shape)));
       }},
      {Op::reduce_sum,
       [](Trace& t) {
         const Symbol x = t.number(t.shape());
         return reduce_sum(x, some_axes(t, x.rank()));
       }},
      {Op::reduce_max,
       [](Trace& t) {
         const Symbol x = t.number({2 + t.below(3), 1, 1 + t.below(3)});
         return reduce_max(x, some_axes(t, x.rank()));
       }},
      {Op::argmax,
       [](Trace& t) {
         return argmax(t.number({2, 3}), -1);
       }},
      {Op::reshape,
       [](Trace& t) {
         const Shape shape = t.shape(3);
         return reshape(t.number(shape), {shape[0] * shape[2], 1, shape[1]});
       }},
      {Op::transpose,
       [](Trace& t) {
         const std::vector<size_t> orders[] = {{0, 1, 2}, {1, 2, 0}, {2, 1, 0}, {2, 0, 1}};
         return transpose(t.number(t.shape(3)), orders[t.below(4)]);
       }},
      {Op::broadcast_to,
       [](Trace& t) {
         const Shape shape = t.shape();
         return broadcast_to(t.number(t.repeatable(shape)), shape);
       }},
      {Op::slice,
       [](Trace& t) {
         const Symbol x = t.number(t.shape(2));
         std::vector<size_t> start, stop, stride;
         for (const size_t extent : x.shape()) {
           start.push_back(t.below(extent + 1));
           stop.push_back(start.back() + t.below(extent - start.back() + 1));
           stride.push_back(1 + t.below(3));
         }
         return slice(x, start, stop, stride);
       }},
      {Op::pad,
       [](Trace& t) {
         return pad(t.number(t.shape(2)), {t.below(3), t.below(3)}, {t.below(3), t.below(3)},
                    {t.below(3), t.below(3)});
       }},
      {Op::concatenate,
       [](Trace& t) {
         const size_t rows = t.below(4);
         return concatenate(Symbols{t.number({rows, t.below(3)}), t.number({rows, 2})}, 1);
       }},
      {Op::reverse,
       [](Trace& t) {
         const Symbol x = t.number(t.shape());
         return reverse(x, some_axes(t, x.rank()));
       }},
      {Op::gather,
       [](Trace& t) {
         const Symbol table = t.number({1 + t.below(4), t.below(3)});
         return gather(table, t.index(t.shape(2), 0, static_cast<int>(table.extent(0))));
       }},
      {Op::scatter_add,
       [](Trace& t) {
         const Symbol indices = t.index(t.shape(2), 0, 3);
         Shape shape = indices.shape();
         shape.push_back(t.below(3));
         return scatter_add(t.number(shape), indices, 3);
       }},
      {Op::matmul,
       [](Trace& t) {
         Shape a = t.shape(2), b = t.shape(2);
         b[0] = a[1];
         const auto ta = Transposed(t.below(2)), tb = Transposed(t.below(2));
         if (ta == Transposed::yes) std::swap(a[0], a[1]);
         if (tb == Transposed::yes) std::swap(b[0], b[1]);
         const Shape batch = t.shape();
         const auto with = [&](Shape leading, const Shape& matrix) {
           leading.insert(leading.end(), matrix.begin(), matrix.end());
           return t.number(leading);
         };
         return matmul(with(t.repeatable(batch), a), with(t.repeatable(batch), b), ta, tb);
       }},
      {Op::convolution,
       [](Trace& t) {
         const Filter f = filter(t);
         return convolution(f.x, f.w, f.window);
       }},
      {Op::convolution_input_gradient,
       [](Trace& t) {
         const Filter f = filter(t);
         const Symbol dy = t.number(convolution(f.x, f.w, f.window).shape());
         return convolution_input_gradient(dy, f.w, f.window, f.x.shape());
       }},
      {Op::convolution_weight_gradient,
       [](Trace& t) {
         const Filter f = filter(t);
         const Symbol dy = t.number(convolution(f.x, f.w, f.window).shape());
         return convolution_weight_gradient(f.x, dy, f.window, f.w.shape());
       }},
      {Op::max_pool_indices,
       [](Trace& t) {
         const Pool p = pool(t);
         return max_pool_indices(p.x, p.extents, p.window);
       }},
      {Op::pool_gather,
       [](Trace& t) {
         const Pool p = pool(t);
         return max_pool(p.x, p.extents, p.window);
       }},
      {Op::pool_scatter,
       [](Trace& t) {
         const Symbol indices = t.index({2, 2, 3}, 0, 4);
         return pool_scatter(t.number({2, 2, 3}), indices, {2, 2, 4});
       }},
      {Op::average_pool,
       [](Trace& t) {
         const Pool p = pool(t);
         return average_pool(p.x, p.extents, p.window);
       }},
      {Op::average_pool_gradient,
       [](Trace& t) {
         const Pool p = pool(t);
         return gradient(reduce_sum(average_pool(p.x, p.extents, p.window) *
                                    p.x.graph().constant(2, DType::float64)),
                         p.x) *
                0.5 * p.x;
       }},
      {Op::random_uniform,
       [](Trace& t) {
         return random_uniform(t.index({3, 2}, 0, 99), DType::float64, {3, 5}, 1);
       }},
      {Op::stop_gradient, unary(stop_gradient)},
      {Op::barrier,
       [](Trace& t) { return barrier(t.number(t.shape()), t.graph.constant(1, DType::float64)); }},
      {Op::custom, [](Trace& t) { return custom(Symbols{t.number(t.shape())}, cube()); }},
  };
  return all;
}

}  // namespace thalweg
