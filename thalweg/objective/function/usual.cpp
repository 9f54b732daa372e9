// The usual test functions that are no sum of squares.
#include "thalweg/objective/function/tracing.hpp"

namespace thalweg::functions_of {
namespace {

constexpr size_t many = 1'000'000;
constexpr double pi = std::numbers::pi;

Points at(size_t n, double value) { return Points(n, value); }

}  // namespace

std::vector<FunctionRow> usual() {
  return {
      {"rastrigin", "a bowl with a minimum at every point of a grid",
       "10 n + sum_i x_i^2 - 10 cos(2 pi x_i)", "Rastrigin 1974", 2, 1, many, 1,
       [](size_t n) { return at(n, 2.2); },
       [](size_t n) {
         return Minima{{0, Points(n, 0)}};
       },
       [](FunctionTrace& t, size_t n) {
         const Symbol x = t.parameter("x", {n});
         t.value = reduce_sum(x * x - 10 * cos(2 * pi * x)) + 10 * static_cast<double>(n);
       }},
      {"ackley", "a funnel with ripples, not smooth at its minimum",
       "20 + e - 20 e^(-sqrt(mean x^2) / 5) - e^(mean cos(2 pi x))", "Ackley 1987", 2, 1, many, 1,
       [](size_t n) { return at(n, .6); },
       [](size_t n) {
         return Minima{{0, Points(n, 0)}};
       },
       [](FunctionTrace& t, size_t n) {
         const Symbol x = t.parameter("x", {n});
         t.value =
             20 + std::numbers::e - 20 * exp(-0.2 * sqrt(mean(x * x))) - exp(mean(cos(2 * pi * x)));
       }},
      {"styblinski_tang", "a minimum in every corner", "1/2 sum_i x_i^4 - 16 x_i^2 + 5 x_i",
       "Styblinski, Tang 1990", 2, 1, many, 1, [](size_t n) { return at(n, 0); },
       [](size_t n) {
         const double count = static_cast<double>(n);
         return Minima{{-39.16616570377142 * count, Points(n, -2.903534027771178)},
                       {-25.02944665528387 * count, Points(n, 2.746802701748954), false}};
       },
       [](FunctionTrace& t, size_t n) {
         const Symbol x = t.parameter("x", {n}), two = x * x;
         t.value = 0.5 * reduce_sum(two * two - 16 * two + 5 * x);
       }},
      {"levy", "waves on a paraboloid, many local minima",
       "sin^2(pi w1) + sum_i<n (w_i - 1)^2 (1 + 10 sin^2(pi w_i + 1)) + (w_n - 1)^2 (1 + "
       "sin^2(2 pi w_n)), w = 1 + (x - 1)/4",
       "Levy, Montalvo 1985", 2, 2, many, 1, [](size_t n) { return at(n, 2); },
       [](size_t n) {
         return Minima{{0, Points(n, 1)}};
       },
       [](FunctionTrace& t, size_t n) {
         const Symbol w = 1 + (t.parameter("x", {n}) - 1) / 4;
         const Symbol low = slice(w, {0}, {n - 1}), last = slice(w, {n - 1}, {n});
         t.value = reduce_sum(square(sin(pi * slice(w, {0}, {1})))) +
                   reduce_sum(square(low - 1) * (1 + 10 * square(sin(pi * low + 1)))) +
                   reduce_sum(square(last - 1) * (1 + square(sin(2 * pi * last))));
       }},
      {"griewank", "a bowl with ripples", "1 + sum_i x_i^2 / 4000 - prod_i cos(x_i / sqrt(i))",
       "Griewank 1981", 2, 1, 40, 1, [](size_t n) { return at(n, 1); },
       [](size_t n) {
         return Minima{{0, Points(n, 0)}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = scalars(t, n);
         Symbol squares = x[0] * x[0], product = cos(x[0]);
         for (size_t k = 1; k < n; ++k) {
           squares = squares + x[k] * x[k];
           product = product * cos(x[k] / std::sqrt(static_cast<double>(k + 1)));
         }
         t.value = 1 + squares / 4000 - product;
       }},
      {"matyas", "a quadratic", "0.26 (x1^2 + x2^2) - 0.48 x1 x2", "", 2, 2, 2, 1,
       [](size_t) {
         return Points{10, -5};
       },
       [](size_t n) {
         return Minima{{0, at(n, 0)}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = scalars(t, n);
         t.value = .26 * (x[0] * x[0] + x[1] * x[1]) - .48 * x[0] * x[1];
       }},
      {"goldstein_price", "a polynomial with four minima",
       "(1 + (x1 + x2 + 1)^2 (19 - 14 x1 + 3 x1^2 - 14 x2 + 6 x1 x2 + 3 x2^2)) (30 + (2 x1 - 3 "
       "x2)^2 "
       "(18 - 32 x1 + 12 x1^2 + 48 x2 - 36 x1 x2 + 27 x2^2))",
       "Goldstein, Price 1971", 2, 2, 2, 1,
       [](size_t) {
         return Points{.5, -.5};
       },
       [](size_t) {
         return Minima{{3, {0, -1}},
                       {30, {-.6, -.4}, false},
                       {84, {1.8, .2}, false},
                       {840, {1.2, .8}, false}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = scalars(t, n);
         const Symbol a = x[0], b = x[1], aa = a * a, ab = a * b, bb = b * b;
         t.value =
             (1 + square(a + b + 1) * (19 - 14 * a + 3 * aa - 14 * b + 6 * ab + 3 * bb)) *
             (30 + square(2 * a - 3 * b) * (18 - 32 * a + 12 * aa + 48 * b - 36 * ab + 27 * bb));
       }},
      {"three_hump_camel", "three valleys, the middle one deepest",
       "2 x1^2 - 1.05 x1^4 + x1^6 / 6 + x1 x2 + x2^2", "Branin 1972", 2, 2, 2, 1,
       [](size_t) {
         return Points{.5, .5};
       },
       [](size_t) {
         return Minima{{0, {0, 0}},
                       {.2986384422368696, {-1.747552318415, .8737761592}, false},
                       {.2986384422368696, {1.747552318415, -.8737761592}, false}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = scalars(t, n);
         const Symbol two = x[0] * x[0];
         t.value = 2 * two - 1.05 * square(two) + two * square(two) / 6 + x[0] * x[1] + x[1] * x[1];
       }},
      {"six_hump_camel", "six valleys, two of them deepest",
       "(4 - 2.1 x1^2 + x1^4 / 3) x1^2 + x1 x2 + (4 x2^2 - 4) x2^2", "Dixon, Szego 1978", 2, 2, 2,
       1,
       [](size_t) {
         return Points{1, 1};
       },
       [](size_t) {
         return Minima{{-1.031628453489877, {.08984201368301331, -.7126564032704135}},
                       {-1.031628453489877, {-.08984201368301331, .7126564032704135}},
                       {-.2154638243837216, {-1.70360671496288, .7960835684785}, false},
                       {-.2154638243837216, {1.70360671496288, -.7960835684785}, false},
                       {2.104250310311265, {1.6071047523667, .5686514549842}, false},
                       {2.104250310311265, {-1.6071047523667, -.5686514549842}, false}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = scalars(t, n);
         const Symbol a = x[0] * x[0], b = x[1] * x[1];
         t.value = (4 - 2.1 * a + a * a / 3) * a + x[0] * x[1] + (4 * b - 4) * b;
       }},
      {"easom", "a dent in a plain", "-cos x1 cos x2 e^(-(x1 - pi)^2 - (x2 - pi)^2)", "Easom 1990",
       2, 2, 2, 1,
       [](size_t) {
         return Points{2.5, 2.5};
       },
       [](size_t) {
         return Minima{{-1, {pi, pi}}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = scalars(t, n);
         t.value = -(cos(x[0]) * cos(x[1]) * exp(-(square(x[0] - pi) + square(x[1] - pi))));
       }},
      {"mccormick", "unbounded below, with a minimum in every period",
       "sin(x1 + x2) + (x1 - x2)^2 - 1.5 x1 + 2.5 x2 + 1", "McCormick 1976", 2, 2, 2, 1,
       [](size_t) {
         return Points{0, 0};
       },
       [](size_t) {
         return Minima{{-1.913222954981037, {-.5471975511965976, -1.5471975511965976}, false}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = scalars(t, n);
         t.value = sin(x[0] + x[1]) + square(x[0] - x[1]) - 1.5 * x[0] + 2.5 * x[1] + 1;
       }},
      {"branin", "minima of equal value, one a period",
       "(x2 - 5.1 x1^2 / (4 pi^2) + 5 x1 / pi - 6)^2 + 10 (1 - 1/(8 pi)) cos x1 + 10",
       "Branin 1972", 2, 2, 2, 1,
       [](size_t) {
         return Points{2.5, 7.5};
       },
       [](size_t) {
         return Minima{{.3978873577297382, {}}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = scalars(t, n);
         t.value = square(x[1] - 5.1 / (4 * pi * pi) * x[0] * x[0] + 5 / pi * x[0] - 6) +
                   10 * (1 - 1 / (8 * pi)) * cos(x[0]) + 10;
       }},
      {"trid", "a quadratic", "sum_i (x_i - 1)^2 - sum_i>1 x_i x_(i-1)", "Neumaier 1990", 10, 2,
       many, 1, [](size_t n) { return at(n, 0); },
       [](size_t n) {
         const double d = static_cast<double>(n);
         return Minima{
             {-d * (d + 4) * (d - 1) / 6, each(n, [d](double i) { return i * (d + 1 - i); })}};
       },
       [](FunctionTrace& t, size_t n) {
         const Symbol x = t.parameter("x", {n});
         t.value =
             reduce_sum(square(x - 1)) - reduce_sum(slice(x, {1}, {n}) * slice(x, {0}, {n - 1}));
       }},
      {"bohachevsky", "a bowl with ripples",
       "x1^2 + 2 x2^2 - 0.3 cos(3 pi x1) - 0.4 cos(4 pi x2) + 0.7", "Bohachevsky 1986", 2, 2, 2, 1,
       [](size_t) {
         return Points{.2, .2};
       },
       [](size_t n) {
         return Minima{{0, at(n, 0)}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = scalars(t, n);
         t.value =
             x[0] * x[0] + 2 * x[1] * x[1] - .3 * cos(3 * pi * x[0]) - .4 * cos(4 * pi * x[1]) + .7;
       }},
      {"double_well", "two minima, and a saddle where gradient descent from the start ends",
       "x1^4 / 4 - x1^2 / 2 + x2^2 / 2", "", 2, 2, 2, 1,
       [](size_t) {
         return Points{0, 1};
       },
       [](size_t) {
         return Minima{{-.25, {1, 0}}, {-.25, {-1, 0}}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = scalars(t, n);
         const Symbol two = x[0] * x[0];
         t.value = two * two / 4 - two / 2 + x[1] * x[1] / 2;
       }},
  };
}

}  // namespace thalweg::functions_of
