// Moré, Garbow and Hillstrom's small systems: a few residuals of a few parameters.
#include "thalweg/graph/arctangent.hpp"
#include "thalweg/objective/function/tracing.hpp"

namespace thalweg::functions_of {
namespace {

constexpr const char* source = "More, Garbow, Hillstrom 1981";

}  // namespace

std::vector<FunctionRow> systems() {
  return {
      {"freudenstein_roth", "a system with a local minimum, MGH 2",
       "(-13 + x1 + ((5 - x2) x2 - 2) x2)^2 + (-29 + x1 + ((x2 + 1) x2 - 14) x2)^2", source, 2, 2,
       2, 1,
       [](size_t) {
         return Points{.5, -2};
       },
       [](size_t) {
         return Minima{{0, {5, 4}}, {48.98425367924001, {11.412778995, -.89680525}, false}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = scalars(t, n);
         sum_of_squares(t, {-13 + x[0] + ((5 - x[1]) * x[1] - 2) * x[1],
                            -29 + x[0] + ((x[1] + 1) * x[1] - 14) * x[1]});
       }},
      {"powell_badly_scaled", "MGH 3", "(1e4 x1 x2 - 1)^2 + (e^-x1 + e^-x2 - 1.0001)^2", source, 2,
       2, 2, 1,
       [](size_t) {
         return Points{0, 1};
       },
       [](size_t) {
         return Minima{{0, {1.098159329699759e-5, 9.106146739867318}}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = scalars(t, n);
         sum_of_squares(t, {1e4 * x[0] * x[1] - 1, exp(-x[0]) + exp(-x[1]) - 1.0001});
       }},
      {"brown_badly_scaled", "MGH 4", "(x1 - 1e6)^2 + (x2 - 2e-6)^2 + (x1 x2 - 2)^2", source, 2, 2,
       2, 1,
       [](size_t) {
         return Points{1, 1};
       },
       [](size_t) {
         return Minima{{0, {1e6, 2e-6}}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = scalars(t, n);
         sum_of_squares(t, {x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2});
       }},
      {"beale", "MGH 5", "sum_i (y_i - x1 (1 - x2^i))^2, y = 1.5, 2.25, 2.625", source, 2, 2, 2, 1,
       [](size_t) {
         return Points{1, 1};
       },
       [](size_t) {
         return Minima{{0, {3, .5}}, {.45203, {}, false}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = scalars(t, n);
         const Symbol two = x[1] * x[1];
         sum_of_squares(t, {1.5 - x[0] * (1 - x[1]), 2.25 - x[0] * (1 - two),
                            2.625 - x[0] * (1 - two * x[1])});
       }},
      {"helical_valley", "MGH 7",
       "100 (x3 - 10 theta)^2 + 100 (r - 1)^2 + x3^2, r and 2 pi theta the polar coordinates of "
       "x1, "
       "x2",
       source, 3, 3, 3, 1,
       [](size_t) {
         return Points{-1, 0, 0};
       },
       [](size_t) {
         return Minima{{0, {1, 0, 0}}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = scalars(t, n);
         const Symbol theta =
             arctan(x[1] / x[0]) / (2 * std::numbers::pi) + select(less(x[0], 0), 0.5, 0 * x[0]);
         sum_of_squares(
             t, {10 * (x[2] - 10 * theta), 10 * (sqrt(x[0] * x[0] + x[1] * x[1]) - 1), x[2]});
       }},
      {"wood", "MGH 14",
       "100 (x2 - x1^2)^2 + (1 - x1)^2 + 90 (x4 - x3^2)^2 + (1 - x3)^2 + 10 (x2 + x4 - 2)^2 + (x2 "
       "- "
       "x4)^2 / 10",
       source, 4, 4, 4, 1,
       [](size_t) {
         return Points{-3, -1, -3, -1};
       },
       [](size_t) {
         return Minima{{0, {1, 1, 1, 1}}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = scalars(t, n);
         sum_of_squares(
             t, {10 * (x[1] - x[0] * x[0]), 1 - x[0], std::sqrt(90.) * (x[3] - x[2] * x[2]),
                 1 - x[2], std::sqrt(10.) * (x[1] + x[3] - 2), std::sqrt(.1) * (x[1] - x[3])});
       }},
      {"brown_almost_linear", "MGH 27", "sum_i<n (x_i + sum_j x_j - n - 1)^2 + (prod_j x_j - 1)^2",
       source, 10, 2, 40, 1, [](size_t n) { return Points(n, .5); },
       [](size_t n) {
         Points local(n, 0);
         local.back() = static_cast<double>(n) + 1;
         return Minima{{0, Points(n, 1)}, {1, local, false}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = scalars(t, n);
         Symbol sum = x[0], product = x[0];
         for (size_t k = 1; k < n; ++k) sum = sum + x[k], product = product * x[k];
         std::vector<Symbol> f;
         for (size_t k = 0; k + 1 < n; ++k) f.push_back(x[k] + sum - (static_cast<double>(n) + 1));
         f.push_back(product - 1);
         sum_of_squares(t, f);
       }},
      {"himmelblau", "four minima", "(x1^2 + x2 - 11)^2 + (x1 + x2^2 - 7)^2", "Himmelblau 1972", 2,
       2, 2, 1,
       [](size_t) {
         return Points{0, 0};
       },
       [](size_t) {
         return Minima{{0, {3, 2}},
                       {0, {-2.805118086952745, 3.131312518250573}},
                       {0, {-3.779310253377747, -3.283185991286170}},
                       {0, {3.584428340330492, -1.848126526964404}}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = scalars(t, n);
         sum_of_squares(t, {x[0] * x[0] + x[1] - 11, x[0] + x[1] * x[1] - 7});
       }},
      {"booth", "a quadratic", "(x1 + 2 x2 - 7)^2 + (2 x1 + x2 - 5)^2", "Booth 1949", 2, 2, 2, 1,
       [](size_t) {
         return Points{0, 0};
       },
       [](size_t) {
         return Minima{{0, {1, 3}}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = scalars(t, n);
         sum_of_squares(t, {x[0] + 2 * x[1] - 7, 2 * x[0] + x[1] - 5});
       }},
  };
}

}  // namespace thalweg::functions_of
