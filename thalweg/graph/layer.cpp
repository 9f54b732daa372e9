#include "thalweg/graph/layer.hpp"

#include <cmath>
#include <limits>

#include "thalweg/base/error.hpp"
#include "thalweg/graph/activation.hpp"

namespace thalweg {

Symbol dense(Symbol x, Symbol w, Symbol b) {
  const Symbol y = matmul(x, w, Transposed::no, Transposed::yes);
  return b ? y + b : y;
}

Symbol embedding(Symbol table, Symbol indices) { return gather(table, indices); }

Symbol dropout(Symbol x, Symbol keys, double rate, uint32_t stream) {
  if (!(rate >= 0 && rate < 1)) fail("dropout: found rate {}; expected one in [0, 1)", rate);
  if (rate == 0) return x;
  const DType dtype = x.dtype() == DType::float64 ? DType::float64 : DType::float32;
  const Symbol dropped = less(random_uniform(keys, dtype, x.shape(), stream), rate);
  return select(dropped, 0, x * (1 / (1 - rate)));
}

Symbol attention(Symbol q, Symbol k, Symbol v, Attend attend, Symbol mask) {
  if (q.rank() < 2 || k.rank() < 2)
    fail("attention: found queries {} and keys {}; expected [..., time, feature]",
         to_text(q.shape()), to_text(k.shape()));
  const double scale = 1 / std::sqrt(static_cast<double>(q.shape().back()));
  Symbol scores = matmul(q * scale, k, Transposed::no, Transposed::yes);
  const double unseen = -std::numeric_limits<double>::infinity();
  if (attend == Attend::causally) {
    const Shape square(scores.shape().end() - 2, scores.shape().end());
    const auto place = [&](size_t axis) { return q.graph().iota(DType::int32, square, axis); };
    scores = select(less_equal(place(1), place(0)), scores, unseen);
  }
  if (mask) scores = select(mask, scores, unseen);
  return matmul(softmax(scores), v);
}

}  // namespace thalweg
