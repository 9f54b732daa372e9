// Sums of squares in any dimension n; indices count from 1.
#include "thalweg/objective/function/tracing.hpp"

namespace thalweg::functions_of {
namespace {

constexpr const char* source = "More, Garbow, Hillstrom 1981";
constexpr size_t many = 1'000'000, dense = 2000;  // a matrix of dense^2 constants is 32 MB

double real(size_t n) { return static_cast<double>(n); }
double index_in(double i) { return i; }

Symbol vector(FunctionTrace& t, size_t n) { return t.parameter("x", {n}); }
// x[from], x[from + stride], ..., from counted from 0.
Symbol every(Symbol x, size_t from, size_t stride) {
  return slice(x, {from}, {x.extent(0)}, {stride});
}
Symbol part(Symbol x, size_t from, size_t to) { return slice(x, {from}, {to}); }
// The neighbors below and above, 0 beyond the ends.
Symbol below(Symbol x) { return pad(part(x, 0, x.extent(0) - 1), {1}, {0}); }
Symbol above(Symbol x) { return pad(part(x, 1, x.extent(0)), {0}, {1}); }

// x_i of the standard start of the two discrete equations.
Points parabola(size_t n) {
  return each(n, [n](double i) { return i / (real(n) + 1) * (i / (real(n) + 1) - 1); });
}

Minima zero(size_t) { return {{0, {}}}; }
Minima zero_at_ones(size_t n) { return {{0, Points(n, 1)}}; }
Minima known(size_t n, const std::vector<std::pair<size_t, double>>& values) {
  for (const auto& [dimension, value] : values)
    if (dimension == n) return {{value, {}}};
  return {};
}

void watson(FunctionTrace& t, size_t n) {
  const Symbol x = vector(t, n);
  const Symbol slopes = matrix(
      t, 29, n, [](double i, double j) { return j == 1 ? 0 : (j - 1) * std::pow(i / 29, j - 2); });
  const Symbol powers =
      matrix(t, 29, n, [](double i, double j) { return std::pow(i / 29, j - 1); });
  const Symbol first = part(x, 0, 1);
  sum_of_squares(t, {times(slopes, x) - square(times(powers, x)) - 1, first,
                     part(x, 1, 2) - square(first) - 1});
}

void penalty_2(FunctionTrace& t, size_t n) {
  const Symbol x = vector(t, n);
  const double root = std::sqrt(1e-5);
  const Symbol e = exp(x / 10), y = constant(t, n - 1, [](double i) {
                                  return std::exp((i + 1) / 10) + std::exp(i / 10);
                                });
  const Symbol weights = constant(t, n, [n](double j) { return real(n) - j + 1; });
  sum_of_squares(t, {part(x, 0, 1) - .2, root * (part(e, 1, n) + part(e, 0, n - 1) - y),
                     root * (part(e, 1, n) - std::exp(-.1)), reduce_sum(weights * square(x)) - 1});
}

void integral_equation(FunctionTrace& t, size_t n) {
  const double h = 1 / (real(n) + 1);
  const Symbol x = vector(t, n);
  const Symbol kernel = matrix(t, n, n, [h](double i, double j) {
    return h / 2 * (j <= i ? (1 - i * h) * j * h : i * h * (1 - j * h));
  });
  const Symbol s = x + constant(t, n, [h](double i) { return i * h + 1; });
  sum_of_squares(t, {x + times(kernel, s * s * s)});
}

void chebyquad(FunctionTrace& t, size_t n) {
  const Symbol z = 2 * vector(t, n) - 1;
  Symbol before = 0 * z + 1, now = z;
  std::vector<Symbol> f;
  for (size_t i = 1; i <= n; ++i) {
    const double k = real(i);
    f.push_back(reduce_sum(now) / real(n) + (i % 2 == 0 ? 1 / (k * k - 1) : 0));
    const Symbol next = 2 * z * now - before;
    before = now, now = next;
  }
  sum_of_squares(t, f);
}

}  // namespace

std::vector<FunctionRow> variable() {
  return {
      {"rosenbrock", "the banana valley, chained; in two dimensions MGH 1",
       "sum_i<n 100 (x_(i+1) - x_i^2)^2 + (1 - x_i)^2", "Rosenbrock 1960", 2, 2, many, 1,
       [](size_t n) { return each(n, [](double i) { return std::fmod(i, 2) == 1 ? -1.2 : 1.; }); },
       [](size_t n) {
         Minima out = zero_at_ones(n);
         if (n >= 4) out.push_back({3.9866238543, {}, false});
         return out;
       },
       [](FunctionTrace& t, size_t n) {
         const Symbol x = vector(t, n), low = part(x, 0, n - 1), high = part(x, 1, n);
         sum_of_squares(t, {10 * (high - low * low), 1 - low});
       }},
      {"powell_singular", "MGH 13 and 22, its Hessian singular at the minimum",
       "sum over blocks of four of (x1 + 10 x2)^2 + 5 (x3 - x4)^2 + (x2 - 2 x3)^4 + 10 (x1 - x4)^4",
       source, 4, 4, many, 4,
       [](size_t n) {
         return each(n, [](double i) { return Points{1, 3, -1, 0}[static_cast<size_t>(i) % 4]; });
       },
       [](size_t n) {
         return Minima{{0, Points(n, 0)}};
       },
       [](FunctionTrace& t, size_t n) {
         const Symbol x = vector(t, n);
         const Symbol a = every(x, 0, 4), b = every(x, 1, 4), c = every(x, 2, 4),
                      d = every(x, 3, 4);
         sum_of_squares(t, {a + 10 * b, std::sqrt(5.) * (c - d), square(b - 2 * c),
                            std::sqrt(10.) * square(a - d)});
       }},
      {"watson", "MGH 20",
       "sum_i to 29 (sum_j (j - 1) x_j t^(j-2) - (sum_j x_j t^(j-1))^2 - 1)^2 + x1^2 + (x2 - x1^2 "
       "- "
       "1)^2, t = i/29",
       source, 6, 2, 31, 1, [](size_t n) { return Points(n, 0); },
       [](size_t n) {
         return known(n, {{6, 2.2876700535523838e-3}, {9, 1.399760138e-6}, {12, 4.7223811e-10}});
       },
       watson},
      {"extended_rosenbrock", "MGH 21", "sum_i 100 (x_2i - x_(2i-1)^2)^2 + (1 - x_(2i-1))^2",
       source, 10, 2, many, 2,
       [](size_t n) { return each(n, [](double i) { return std::fmod(i, 2) == 1 ? -1.2 : 1.; }); },
       zero_at_ones,
       [](FunctionTrace& t, size_t n) {
         const Symbol x = vector(t, n), odd = every(x, 0, 2), even = every(x, 1, 2);
         sum_of_squares(t, {10 * (even - odd * odd), 1 - odd});
       }},
      {"penalty_1", "MGH 23", "1e-5 sum_i (x_i - 1)^2 + (sum_i x_i^2 - 1/4)^2", source, 4, 1, many,
       1, [](size_t n) { return each(n, index_in); },
       [](size_t n) {
         return known(n, {{4, 2.2499775008999372e-5}, {10, 7.0876515e-5}});
       },
       [](FunctionTrace& t, size_t n) {
         const Symbol x = vector(t, n);
         sum_of_squares(t, {std::sqrt(1e-5) * (x - 1), reduce_sum(square(x)) - .25});
       }},
      {"penalty_2", "MGH 24",
       "(x1 - 1/5)^2 + 1e-5 sum_i>1 ((e^(x_i/10) + e^(x_(i-1)/10) - y_i)^2 + (e^(x_i/10) - "
       "e^(-1/10))^2) + (sum_j (n - j + 1) x_j^2 - 1)^2, y_i = e^(i/10) + e^((i-1)/10)",
       source, 4, 2, dense, 1, [](size_t n) { return Points(n, .5); },
       [](size_t n) {
         return known(n, {{4, 9.376293e-6}, {10, 2.9366053e-4}});
       },
       penalty_2},
      {"variably_dimensioned", "MGH 25", "sum_i (x_i - 1)^2 + s^2 + s^4, s = sum_j j (x_j - 1)",
       source, 10, 1, many, 1,
       [](size_t n) { return each(n, [n](double j) { return 1 - j / real(n); }); }, zero_at_ones,
       [](FunctionTrace& t, size_t n) {
         const Symbol d = vector(t, n) - 1, s = reduce_sum(constant(t, n, index_in) * d);
         sum_of_squares(t, {d, s, s * s});
       }},
      {"trigonometric", "MGH 26", "sum_i (n - sum_j cos x_j + i (1 - cos x_i) - sin x_i)^2", source,
       10, 1, many, 1, [](size_t n) { return Points(n, 1 / real(n)); },
       [](size_t n) {
         Minima out = zero(n);
         if (n == 10) out.push_back({2.7950613e-5, {}, false});
         return out;
       },
       [](FunctionTrace& t, size_t n) {
         const Symbol x = vector(t, n), c = cos(x);
         sum_of_squares(t, {real(n) - reduce_sum(c) + constant(t, n, index_in) * (1 - c) - sin(x)});
       }},
      {"discrete_boundary_value", "MGH 28",
       "sum_i (2 x_i - x_(i-1) - x_(i+1) + h^2 (x_i + i h + 1)^3 / 2)^2, h = 1/(n + 1)", source, 10,
       2, many, 1, parabola, zero,
       [](FunctionTrace& t, size_t n) {
         const double h = 1 / (real(n) + 1);
         const Symbol x = vector(t, n);
         const Symbol s = x + constant(t, n, [h](double i) { return i * h + 1; });
         sum_of_squares(t, {2 * x - below(x) - above(x) + h * h / 2 * (s * s * s)});
       }},
      {"discrete_integral_equation", "MGH 29",
       "sum_i (x_i + h/2 sum_j min(t_i, t_j) (1 - max(t_i, t_j)) (x_j + t_j + 1)^3)^2, t_i = i h, "
       "h = "
       "1/(n + 1)",
       source, 10, 1, dense, 1, parabola, zero, integral_equation},
      {"broyden_tridiagonal", "MGH 30", "sum_i ((3 - 2 x_i) x_i - x_(i-1) - 2 x_(i+1) + 1)^2",
       source, 10, 2, many, 1, [](size_t n) { return Points(n, -1); }, zero,
       [](FunctionTrace& t, size_t n) {
         const Symbol x = vector(t, n);
         sum_of_squares(t, {(3 - 2 * x) * x - below(x) - 2 * above(x) + 1});
       }},
      {"broyden_banded", "MGH 31",
       "sum_i (x_i (2 + 5 x_i^2) + 1 - sum_j x_j (1 + x_j))^2, j from i - 5 to i + 1 but i", source,
       10, 1, dense, 1, [](size_t n) { return Points(n, -1); }, zero,
       [](FunctionTrace& t, size_t n) {
         const Symbol x = vector(t, n);
         const Symbol band = matrix(t, n, n, [](double i, double j) {
           return j != i && j >= i - 5 && j <= i + 1 ? 1. : 0.;
         });
         sum_of_squares(t, {x * (2 + 5 * x * x) + 1 - times(band, x * (1 + x))});
       }},
      {"linear_full_rank", "MGH 32, 2n residuals",
       "sum_i to n (x_i - 2/m s - 1)^2 + sum_i from n + 1 to m (2/m s + 1)^2, s = sum_j x_j, m = "
       "2n",
       source, 10, 1, many, 1, [](size_t n) { return Points(n, 1); },
       [](size_t n) {
         return Minima{{real(n), Points(n, -1)}};
       },
       [](FunctionTrace& t, size_t n) {
         const Symbol x = vector(t, n), s = reduce_sum(x) / real(n) + 1;
         sum_of_squares(t, {x - s, broadcast_to(s, {n})});
       }},
      {"linear_rank_1", "MGH 33, 2n residuals", "sum_i to m (i sum_j j x_j - 1)^2, m = 2n", source,
       10, 1, many, 1, [](size_t n) { return Points(n, 1); },
       [](size_t n) {
         const double m = 2 * real(n);
         return Minima{{m * (m - 1) / (2 * (2 * m + 1)), {}}};
       },
       [](FunctionTrace& t, size_t n) {
         const Symbol s = reduce_sum(constant(t, n, index_in) * vector(t, n));
         sum_of_squares(t, {constant(t, 2 * n, index_in) * s - 1});
       }},
      {"linear_rank_1_zeros", "MGH 34, with columns and rows of zeros, 2n residuals",
       "2 + sum_i=2..m-1 ((i - 1) sum_j=2..n-1 j x_j - 1)^2, m = 2n", source, 10, 3, many, 1,
       [](size_t n) { return Points(n, 1); },
       [](size_t n) {
         const double m = 2 * real(n);
         return Minima{{(m * m + 3 * m - 6) / (2 * (2 * m - 3)), {}}};
       },
       [](FunctionTrace& t, size_t n) {
         const Symbol inner = part(vector(t, n), 1, n - 1);
         const Symbol s = reduce_sum(constant(t, n - 2, [](double j) { return j + 1; }) * inner);
         sum_of_squares(t, {constant(t, 2 * n - 2, index_in) * s - 1,
                            t.graph->constant({-1, -1}, DType::float64, {2})});
       }},
      {"chebyquad", "MGH 35",
       "sum_i (1/n sum_j T_i(x_j) - I_i)^2, T_i the Chebyshev polynomials on [0, 1], I_i their "
       "integrals",
       source, 8, 1, 50, 1,
       [](size_t n) { return each(n, [n](double j) { return j / (real(n) + 1); }); },
       [](size_t n) {
         return n <= 7 || n == 9 ? zero(n)
                                 : known(n, {{8, 3.516873725677791e-3}, {10, 4.772713e-3}});
       },
       chebyquad},
      {"sphere", "the simplest", "sum_i x_i^2", "", 2, 1, many, 1,
       [](size_t n) { return Points(n, 1); },
       [](size_t n) {
         return Minima{{0, Points(n, 0)}};
       },
       [](FunctionTrace& t, size_t n) { sum_of_squares(t, {vector(t, n)}); }},
      {"dixon_price", "a curved valley with a second stationary point",
       "(x1 - 1)^2 + sum_i>1 i (2 x_i^2 - x_(i-1))^2", "Dixon, Price 1989", 10, 2, many, 1,
       [](size_t n) { return Points(n, 1); },
       [](size_t n) {
         return Minima{{0, {}}, {2. / 3, {}, n < 2}};
       },
       [](FunctionTrace& t, size_t n) {
         const Symbol x = vector(t, n);
         const Symbol root = constant(t, n - 1, [](double i) { return std::sqrt(i + 1); });
         sum_of_squares(
             t, {part(x, 0, 1) - 1, root * (2 * square(part(x, 1, n)) - part(x, 0, n - 1))});
       }},
      {"zakharov", "a plate with one minimum", "sum_i x_i^2 + s^2 + s^4, s = sum_i i x_i / 2",
       "Zakharov 1975", 10, 1, many, 1, [](size_t n) { return Points(n, 1); },
       [](size_t n) {
         return Minima{{0, Points(n, 0)}};
       },
       [](FunctionTrace& t, size_t n) {
         const Symbol x = vector(t, n);
         const Symbol s = reduce_sum(constant(t, n, index_in) * x) / 2;
         sum_of_squares(t, {x, s, s * s});
       }},
  };
}

}  // namespace thalweg::functions_of
