#include "thalweg/graph/loss.hpp"

#include <limits>

#include "thalweg/base/error.hpp"
#include "thalweg/graph/activation.hpp"

namespace thalweg {
namespace {

void check_shape(std::string_view name, Symbol target, const Shape& due) {
  if (target.shape() != due)
    fail("{}: found targets of shape {}; expected {}", name, to_text(target.shape()), to_text(due));
}

Symbol sum_last(Symbol x) { return reduce_sum(x, {-1}); }

// Rows of length 1, of [batch, feature]; a row of zeros stays.
Symbol unit_rows(Symbol x) {
  return x * spread(rsqrt(maximum(sum_last(x * x), 1e-24)), x.shape(), {-1});
}

}  // namespace

Symbol squared_loss(Symbol z, Symbol y) {
  check_shape("squared", y, z.shape());
  const Symbol r = z - y;
  return 0.5 * (r * r);
}

Symbol huber_loss(Symbol z, Symbol y, double delta) {
  check_shape("huber", y, z.shape());
  const Symbol r = z - y;
  const Symbol q = minimum(maximum(r, -delta), delta);
  return q * (r - 0.5 * q);
}

// ln(1 + e^z) = max(z, 0) + l and ln(1 + e^-z) = max(-z, 0) + l with l = ln(1 + e^-|z|): for t = 0
// and t = 1 a product is an exact 0, so that the tails keep their relative accuracy. Selects in the
// place of maximum keep the derivatives right at 0.
Symbol binary_cross_entropy(Symbol z, Symbol t, double positive_weight) {
  check_shape("binary_cross_entropy", t, z.shape());
  const Symbol positive = less(0, z);
  const Symbol l = log1p(exp(select(positive, -z, z)));
  const Symbol of_ones = select(positive, 0, -z) + l, of_zeros = select(positive, z, 0) + l;
  const Symbol weighted = positive_weight == 1 ? t : positive_weight * t;
  return weighted * of_ones + (1 - t) * of_zeros;
}

Symbol hinge_loss(Symbol z, Symbol t) {
  check_shape("hinge", t, z.shape());
  return maximum(1 - (2 * t - 1) * z, 0);
}

Symbol cross_entropy(Symbol z, Symbol labels, double smoothing, Symbol class_weights) {
  if (z.rank() == 0) fail("cross_entropy: found a scalar; expected [..., classes]");
  const size_t classes = z.shape().back();
  check_shape("cross_entropy", labels, Shape(z.shape().begin(), z.shape().end() - 1));
  const Symbol hit = one_hot(labels, classes, DType::boolean);
  // Taken off first, the maximum costs the difference of two large numbers nothing.
  const Symbol top = stop_gradient(reduce_max(z, {-1}));
  const Symbol shifted = z - spread(top, z.shape(), {-1});
  const Symbol log_sum = log(sum_last(exp(shifted)));
  Symbol loss = log_sum - sum_last(select(hit, shifted, 0));
  if (class_weights) loss = loss * gather(class_weights, labels);
  if (smoothing > 0) {
    const double share = smoothing / static_cast<double>(classes);
    const Symbol all = class_weights
                           ? log_sum * reduce_sum(class_weights) - sum_last(shifted * class_weights)
                           : log_sum * static_cast<double>(classes) - sum_last(shifted);
    loss = (1 - smoothing) * loss + share * all;
  }
  const Symbol known =
      logical_and(less_equal(0, labels), less(labels, static_cast<double>(classes)));
  return select(known, loss, std::numeric_limits<double>::quiet_NaN());
}

Symbol kl_divergence(Symbol z, Symbol p) {
  check_shape("kl_divergence", p, z.shape());
  return sum_last(p * (log(select(less(0, p), p, 1)) - log_softmax(z)));
}

Symbol contrastive_loss(Symbol a, Symbol b, double temperature) {
  if (a.rank() != 2) fail("contrastive: found {}; expected [batch, feature]", to_text(a.shape()));
  check_shape("contrastive", b, a.shape());
  const Symbol cosines = matmul(unit_rows(a), unit_rows(b), Transposed::no, Transposed::yes);
  const Symbol labels = a.graph().iota(DType::int32, {a.extent(0)}, 0);
  const Symbol s = cosines * (1 / temperature);
  return 0.5 * (cross_entropy(s, labels) + cross_entropy(transpose(s, {1, 0}), labels));
}

Symbol mean_loss(const TracedLossRow& row, Symbol prediction, Symbol target, Symbol class_weights,
                 const Settings& settings) {
  const Symbol terms = row.terms(prediction, target, class_weights, settings);
  return class_weights ? reduce_sum(terms) / reduce_sum(gather(class_weights, target))
                       : mean(terms);
}

std::span<const TracedLossRow> traced_losses() {
  static const std::vector<TracedLossRow> rows = {
      {"squared",
       "half the squared error",
       LossTarget::numbers,
       {},
       [](Symbol z, Symbol y, Symbol, const Settings&) { return squared_loss(z, y); }},
      {"huber",
       "squared near 0, absolute beyond delta",
       LossTarget::numbers,
       {Option::real("delta", 1, 1e-12, 1e12, "width of the quadratic part")},
       [](Symbol z, Symbol y, Symbol, const Settings& s) {
         return huber_loss(z, y, s.real("delta"));
       }},
      {"binary_cross_entropy",
       "minus the log-likelihood of two classes",
       LossTarget::flags,
       {Option::real("positive_weight", 1, 0, 1e12, "weight of samples of class 1")},
       [](Symbol z, Symbol t, Symbol, const Settings& s) {
         return binary_cross_entropy(z, t, s.real("positive_weight"));
       }},
      {"hinge",
       "what the margin lacks to 1",
       LossTarget::flags,
       {},
       [](Symbol z, Symbol t, Symbol, const Settings&) { return hinge_loss(z, t); }},
      {"cross_entropy",
       "minus the log-likelihood of the classes",
       LossTarget::labels,
       {Option::real("label_smoothing", 0, 0, 1, "share of each label that all classes get")},
       [](Symbol z, Symbol labels, Symbol class_weights, const Settings& s) {
         return cross_entropy(z, labels, s.real("label_smoothing"), class_weights);
       }},
      {"kl_divergence",
       "divergence of the softmax from given distributions",
       LossTarget::distributions,
       {},
       [](Symbol z, Symbol p, Symbol, const Settings&) { return kl_divergence(z, p); }},
      {"contrastive",
       "InfoNCE between two views of each sample, both ways",
       LossTarget::views,
       {Option::real("temperature", 0.07, 1e-6, 1e6, "what the cosines are divided by")},
       [](Symbol a, Symbol b, Symbol, const Settings& s) {
         return contrastive_loss(a, b, s.real("temperature"));
       }},
  };
  return rows;
}

bool is_of_data(const TracedLossRow& row) {
  return row.target != LossTarget::distributions && row.target != LossTarget::views;
}

}  // namespace thalweg
