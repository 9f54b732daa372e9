#include "thalweg/graph/operation.hpp"

#include <numbers>

#include "thalweg/graph/derivative_rule.hpp"
#include "thalweg/graph/shape_rule.hpp"
#include "thalweg/graph/symbol.hpp"

namespace thalweg {
namespace {

using Op = Operation;
namespace shape = shape_rule;
namespace derivative = derivative_rule;

constexpr double two_over_root_pi = 2 * std::numbers::inv_sqrtpi;

Symbol pass(const Step& s, size_t) { return s.cotangent; }

// y: output, c: its cotangent.
constexpr OperationRow rows[] = {
    {Op::input, "input", 0, shape::input, nullptr},
    {Op::constant, "constant", 0, shape::constant, nullptr},
    {Op::iota, "iota", 0, shape::iota, nullptr},
    {Op::negate, "negate", 1, shape::numbers, [](const Step& s, size_t) { return -s.cotangent; }},
    {Op::absolute, "absolute", 1, shape::numbers,
     [](const Step& s, size_t) { return s.cotangent * sign(s.input(0)); }},
    {Op::sign, "sign", 1, shape::numbers, nullptr},
    {Op::exp, "exp", 1, shape::floating,
     [](const Step& s, size_t) { return s.cotangent * s.output; }},
    {Op::log, "log", 1, shape::floating,
     [](const Step& s, size_t) { return s.cotangent / s.input(0); }},
    {Op::log1p, "log1p", 1, shape::floating,
     [](const Step& s, size_t) { return s.cotangent / (1 + s.input(0)); }},
    {Op::expm1, "expm1", 1, shape::floating,
     [](const Step& s, size_t) { return s.cotangent * (1 + s.output); }},
    {Op::sqrt, "sqrt", 1, shape::floating,
     [](const Step& s, size_t) { return 0.5 * s.cotangent / s.output; }},
    {Op::rsqrt, "rsqrt", 1, shape::floating,
     [](const Step& s, size_t) { return -0.5 * s.cotangent * (s.output / s.input(0)); }},
    {Op::tanh, "tanh", 1, shape::floating,
     [](const Step& s, size_t) { return s.cotangent * (1 - s.output * s.output); }},
    {Op::erf, "erf", 1, shape::floating,
     [](const Step& s, size_t) {
       return s.cotangent * (two_over_root_pi * exp(-(s.input(0) * s.input(0))));
     }},
    {Op::sigmoid, "sigmoid", 1, shape::floating,
     [](const Step& s, size_t) { return s.cotangent * (s.output * (1 - s.output)); }},
    {Op::sin, "sin", 1, shape::floating,
     [](const Step& s, size_t) { return s.cotangent * cos(s.input(0)); }},
    {Op::cos, "cos", 1, shape::floating,
     [](const Step& s, size_t) { return -(s.cotangent * sin(s.input(0))); }},
    {Op::floor, "floor", 1, shape::floating, nullptr},
    {Op::is_finite, "is_finite", 1, shape::is_finite, nullptr},
    {Op::logical_not, "logical_not", 1, shape::booleans, nullptr},
    {Op::cast, "cast", 1, shape::cast,
     [](const Step& s, size_t) { return cast(s.cotangent, s.input(0).dtype()); }},
    {Op::add, "add", 2, shape::numbers, pass},
    {Op::subtract, "subtract", 2, shape::numbers,
     [](const Step& s, size_t i) { return i == 0 ? s.cotangent : -s.cotangent; }},
    {Op::multiply, "multiply", 2, shape::numbers,
     [](const Step& s, size_t i) { return s.cotangent * s.input(1 - i); }},
    {Op::divide, "divide", 2, shape::floating, derivative::divide},
    {Op::power, "power", 2, shape::floating, derivative::power},
    {Op::maximum, "maximum", 2, shape::numbers, derivative::maximum},
    {Op::minimum, "minimum", 2, shape::numbers, derivative::minimum},
    {Op::equal, "equal", 2, shape::comparison, nullptr},
    {Op::less, "less", 2, shape::comparison, nullptr},
    {Op::less_equal, "less_equal", 2, shape::comparison, nullptr},
    {Op::logical_and, "logical_and", 2, shape::booleans, nullptr},
    {Op::logical_or, "logical_or", 2, shape::booleans, nullptr},
    {Op::select, "select", 3, shape::select, derivative::select},
    {Op::reduce_sum, "reduce_sum", 1, shape::reduction,
     [](const Step& s, size_t) {
       const auto& axes = s.node().attributes.axes;
       return spread(s.cotangent, s.input(0).shape(), {axes.begin(), axes.end()});
     }},
    {Op::reduce_max, "reduce_max", 1, shape::reduction, derivative::reduce_max},
    {Op::argmax, "argmax", 1, shape::reduction, nullptr},
    {Op::reshape, "reshape", 1, shape::reshape_to,
     [](const Step& s, size_t) { return reshape(s.cotangent, s.input(0).shape()); }},
    {Op::transpose, "transpose", 1, shape::transpose, derivative::transpose},
    {Op::broadcast_to, "broadcast_to", 1, shape::broadcast_to, derivative::broadcast_to},
    {Op::slice, "slice", 1, shape::slice, derivative::slice},
    {Op::pad, "pad", 1, shape::pad, derivative::pad},
    {Op::concatenate, "concatenate", -1, shape::concatenate, derivative::concatenate},
    {Op::reverse, "reverse", 1, shape::reverse,
     [](const Step& s, size_t) {
       const auto& axes = s.node().attributes.axes;
       return reverse(s.cotangent, {axes.begin(), axes.end()});
     }},
    {Op::gather, "gather", 2, shape::gather,
     [](const Step& s, size_t i) {
       return i == 0 ? scatter_add(s.cotangent, s.input(1), s.input(0).extent(0)) : Symbol();
     }},
    {Op::scatter_add, "scatter_add", 2, shape::scatter_add_to,
     [](const Step& s, size_t i) { return i == 0 ? gather(s.cotangent, s.input(1)) : Symbol(); }},
    {Op::matmul, "matmul", 2, shape::matmul, derivative::matmul},
    {Op::convolution, "convolution", 2, shape::convolution, derivative::convolution},
    {Op::convolution_input_gradient, "convolution_input_gradient", 2, shape::convolution,
     derivative::convolution_input_gradient},
    {Op::convolution_weight_gradient, "convolution_weight_gradient", 2, shape::convolution,
     derivative::convolution_weight_gradient},
    {Op::max_pool_indices, "max_pool_indices", 1, shape::pool, nullptr},
    {Op::pool_gather, "pool_gather", 2, shape::pool_gather,
     [](const Step& s, size_t i) {
       return i == 0 ? pool_scatter(s.cotangent, s.input(1), s.input(0).shape()) : Symbol();
     }},
    {Op::pool_scatter, "pool_scatter", 2, shape::pool_scatter_to,
     [](const Step& s, size_t i) {
       return i == 0 ? pool_gather(s.cotangent, s.input(1)) : Symbol();
     }},
    {Op::average_pool, "average_pool", 1, shape::pool, derivative::average_pool},
    {Op::average_pool_gradient, "average_pool_gradient", 1, shape::pool,
     derivative::average_pool_gradient},
    {Op::random_uniform, "random_uniform", 1, shape::random_uniform_to, nullptr},
    {Op::stop_gradient, "stop_gradient", 1, shape::unchanged, nullptr},
    {Op::barrier, "barrier", 2, shape::unchanged,
     [](const Step& s, size_t i) { return i == 0 ? s.cotangent : Symbol(); }},
    {Op::custom, "custom", -1, shape::custom, derivative::custom},
};

static_assert([] {
  if (std::size(rows) != operation_count) return false;
  for (size_t i = 0; i < operation_count; ++i)
    if (rows[i].operation != static_cast<Operation>(i)) return false;
  return true;
}());

}  // namespace

std::span<const OperationRow> operations() { return rows; }

const OperationRow& row(Operation operation) { return rows[static_cast<size_t>(operation)]; }

}  // namespace thalweg
