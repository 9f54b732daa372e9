// Random graphs to judge compiled programs by: chains of elementwise arithmetic with repeats of all
// kinds, reductions, products, convolutions, pooling and movement. All numbers stay of about size 1.
#pragma once

#include "tests/support/derivative_check.hpp"

namespace thalweg {

class RandomGraph {
 public:
  // `batch`: multiplies the first extents.
  RandomGraph(uint64_t seed, DType dtype, size_t batch = 1)
      : trace(seed, dtype), most_(600 * batch) {
    const Shape shapes[] = {{2, 3, 6, 5}, {4, 6}, {2, 4, 9}, {7}, {3, 4, 4, 4}, {33, 5}};
    for (size_t i = 0; i < 2; ++i) {
      Shape shape = shapes[below(6)];
      shape[0] *= batch;
      values_.push_back(fresh(shape));
    }
  }

  // Grows by `steps` operations; gives some of the values, their sum and its derivatives.
  Symbols grow(size_t steps) {
    for (size_t i = 0; i < steps; ++i) step();
    Symbols outputs = {values_.back()};
    Symbol total;
    for (const Symbol x : values_) {
      if (x.node().operation == Operation::input || below(3) == 0) continue;
      if (below(6) == 0) outputs.push_back(x);
      const Symbol part = mean(x * (1 + 0.25 * x));
      total = total ? total + part : part;
    }
    if (!total) total = mean(values_.back());
    outputs.push_back(total);
    for (const Symbol g : gradient(total, trace.by)) outputs.push_back(g);
    return outputs;
  }

  Trace trace;

 private:
  size_t below(size_t bound) { return trace.below(bound); }
  Symbol fresh(const Shape& shape) { return trace.number(shape, -1, 1); }

  void step() {
    const Symbol x = values_[values_.size() - 1 - below(std::min<size_t>(values_.size(), 4))];
    const Symbol y = from(x);
    if (element_count(y.shape()) <= most_) values_.push_back(y);
  }

  Symbol from(Symbol x) {
    const Shape& shape = x.shape();
    const size_t rank = shape.size();
    switch (below(18)) {
      case 0:
      case 1:
        return smooth(x);
      case 2:
        return mix(x, partner(x));
      case 3:
        return mix(x, fresh(trace.repeatable(shape)));
      case 4:
        return kink(x);
      case 5:
        return reduced(x);
      case 6:
        return normalized(x);
      case 7:
        return rank < 2 ? smooth(x) : product(x);
      case 8:
      case 9:
        return rank < 3 || rank > 4 ? folded(x) : convolved(x);
      case 10:
        return rank < 3 || rank > 4 ? folded(x) : pooled(x);
      case 11:
        return folded(x);
      case 12:
        return turned(x);
      case 13:
        return cut(x);
      case 14:
        return rows(x);
      case 15:
        return checkpoint([&](const Symbols& in) { return Symbols{smooth(smooth(in[0]))}; },
                          {x})[0];
      case 16:
        return x + stop_gradient(smooth(x));
      default:
        return mix(mix(x, smooth(x)), partner(x));
    }
  }

  Symbol smooth(Symbol x) {
    switch (below(9)) {
      case 0:
        return tanh(x);
      case 1:
        return sigmoid(x);
      case 2:
        return exp(-absolute(x));
      case 3:
        return sin(x);
      case 4:
        return x * x / (1 + absolute(x));
      case 5:
        return rsqrt(1 + x * x);
      case 6:
        return log1p(absolute(x));
      case 7:
        return negate(erf(x));
      default:
        return 0.5 * x + 0.25;
    }
  }
  // Jumps are chosen by inputs in float32, where rounding may carry a number over a jump.
  Symbol kink(Symbol x) {
    if (x.dtype() == DType::float32)
      return select(trace.flag(x.shape()), below(2) == 0 ? smooth(x) : 0.5 * x, x);
    switch (below(4)) {
      case 0:
        return maximum(x, 0);
      case 1:
        return minimum(x, 0.3);
      case 2:
        return select(less(x, 0.1), 0.5 * x, x);
      default:
        return cast(less_equal(x, 0.2), x.dtype()) * x;
    }
  }
  Symbol mix(Symbol a, Symbol b) {
    switch (below(4)) {
      case 0:
        return 0.5 * (a + b);
      case 1:
        return a - 0.5 * b;
      case 2:
        return tanh(a) * b;
      default:
        return a / (1.5 + absolute(b));
    }
  }
  // Another value that repeats to it, or that it repeats to.
  Symbol partner(Symbol x) {
    for (size_t attempt = 0; attempt < 8; ++attempt) {
      const Symbol y = values_[below(values_.size())];
      if (repeats(y.shape(), x.shape()) || repeats(x.shape(), y.shape())) return y;
    }
    return fresh(trace.repeatable(x.shape()));
  }
  static bool repeats(const Shape& small, const Shape& whole) {
    if (small.size() > whole.size()) return false;
    for (size_t i = 0; i < small.size(); ++i) {
      const size_t extent = small[small.size() - 1 - i];
      if (extent != 1 && extent != whole[whole.size() - 1 - i]) return false;
    }
    return true;
  }
  Axes some_axes(size_t rank) {
    Axes out;
    for (size_t axis = 0; axis < rank; ++axis)
      if (below(2) == 0) out.push_back(static_cast<int>(axis));
    return out;
  }
  Symbol reduced(Symbol x) {
    const Axes axes = some_axes(x.rank());
    const Symbol y = below(4) == 0 ? reduce_max(x + fresh(x.shape()), axes) : mean(x, axes);
    return below(2) == 0 ? y : mix(x, spread(y, x.shape(), axes));
  }
  Symbol normalized(Symbol x) {
    const Axes axes = x.rank() == 4 && below(2) == 0 ? Axes{0, 2, 3} : Axes{-1};
    if (x.rank() == 0) return smooth(x);
    if (below(2) == 0) {
      const Symbol e = exp(x - spread(stop_gradient(reduce_max(x, axes)), x.shape(), axes));
      return e / spread(reduce_sum(e, axes), x.shape(), axes);
    }
    const Symbol centered = x - spread(mean(x, axes), x.shape(), axes);
    return centered * spread(rsqrt(variance(x, axes) + 0.3), x.shape(), axes);
  }
  Symbol product(Symbol x) {
    const bool of_columns = below(3) == 0;
    const size_t inner = x.extent(x.rank() - (of_columns ? 2 : 1)), outer = 1 + below(9);
    Shape w = {inner, outer};
    const bool turn = below(2) == 0;
    if (turn) w = {outer, inner};
    const Symbol y = matmul(x, fresh(w) / std::sqrt(static_cast<double>(inner)),
                            of_columns ? Transposed::yes : Transposed::no,
                            turn ? Transposed::yes : Transposed::no);
    return ended(y, fresh({outer}));
  }
  // With or without bias and activation.
  Symbol ended(Symbol y, Symbol bias) {
    const size_t how = below(5);
    if (how == 0) return y;
    y = y + bias;
    if (how == 1) return y;
    return how == 2 ? maximum(y, 0) : how == 3 ? tanh(y) : kink(y);
  }
  Symbol convolved(Symbol x) {
    const size_t axes = x.rank() - 2, groups = x.extent(1) % 2 == 0 ? 1 + below(2) : 1;
    const size_t filters = groups * (1 + below(4));
    Window window = Window::uniform(axes, 1 + below(2), below(2), 1, groups);
    Shape w = {filters, x.extent(1) / groups}, bias = {filters};
    for (size_t i = 0; i < axes; ++i) {
      w.push_back(std::min<size_t>(1 + below(3), x.extent(2 + i)));
      bias.push_back(1);
    }
    const Symbol y = convolution(x, fresh(w) / std::sqrt(static_cast<double>(w[1] * w[2])), window);
    return ended(y, reshape(fresh({filters}), bias));
  }
  Symbol pooled(Symbol x) {
    const size_t axes = x.rank() - 2;
    std::vector<size_t> extents;
    for (size_t i = 0; i < axes; ++i)
      extents.push_back(std::min<size_t>(1 + below(3), x.extent(2 + i)));
    const Window window = Window::uniform(axes, 1 + below(2));
    if (below(2) == 0) return average_pool(x, extents, window);
    // Numbers that repeat are told apart, so that rounding does not choose among them.
    return max_pool(x + fresh(x.shape()), extents, window);
  }
  Symbol folded(Symbol x) {
    const size_t count = element_count(x.shape());
    Shape shape;
    size_t left = count;
    for (const size_t factor : {2, 3, 2})
      if (left % factor == 0 && below(3) > 0) shape.push_back(factor), left /= factor;
    shape.push_back(left);
    return reshape(x, shape);
  }
  Symbol turned(Symbol x) {
    std::vector<size_t> axes(x.rank());
    for (size_t i = 0; i < axes.size(); ++i) axes[i] = i;
    for (size_t i = axes.size(); i > 1; --i) std::swap(axes[i - 1], axes[below(i)]);
    return transpose(x, axes);
  }
  Symbol cut(Symbol x) {
    if (x.rank() == 0) return smooth(x);
    const size_t axis = below(x.rank());
    std::vector<size_t> none(x.rank(), 0), stop = x.shape(), start = none, more = none;
    switch (below(4)) {
      case 0:
        start[axis] = below(stop[axis]);
        return slice(x, start, stop, std::vector<size_t>(x.rank(), 1 + below(2)));
      case 1:
        more[axis] = 1;
        return pad(x, more, none, below(2) == 0 ? none : more);
      case 2:
        return concatenate(Symbols{x, smooth(x)}, static_cast<int>(axis));
      default:
        return reverse(x, {static_cast<int>(axis)});
    }
  }
  Symbol rows(Symbol x) {
    if (x.rank() == 0) return smooth(x);
    const auto count = static_cast<int>(x.extent(0));
    if (below(2) == 0) return gather(x, trace.index({1 + below(4)}, 0, count));
    return scatter_add(x, trace.index({x.extent(0)}, 0, 4), 4);
  }

  size_t most_;
  Symbols values_;
};

}  // namespace thalweg
