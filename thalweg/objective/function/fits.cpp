// Moré, Garbow and Hillstrom's models of data: y_i or t_i is that of datum i, counted from 1.
#include "thalweg/objective/function/tracing.hpp"

namespace thalweg::functions_of {
namespace {

constexpr const char* source = "More, Garbow, Hillstrom 1981";

const Points bard_y = {.14, .18, .22, .25, .29,  .32,  .35, .39,
                       .37, .58, .73, .96, 1.34, 2.10, 4.39};
const Points gaussian_y = {.0009, .0044, .0175, .0540, .1295, .2420, .3521, .3989,
                           .3521, .2420, .1295, .0540, .0175, .0044, .0009};
const Points meyer_y = {34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744,
                        8261,  7030,  6005,  5147,  4427,  3820,  3307,  2872};
const Points kowalik_y = {.1957, .1947, .1735, .1600, .0844, .0627,
                          .0456, .0342, .0323, .0235, .0246};
const Points kowalik_u = {4, 2, 1, .5, .25, .167, .125, .1, .0833, .0714, .0625};
const Points osborne_1_y = {.844, .908, .932, .936, .925, .908, .881, .850, .818, .784, .751,
                            .718, .685, .658, .628, .603, .580, .558, .538, .522, .506, .490,
                            .478, .467, .457, .448, .438, .431, .424, .420, .414, .411, .406};
const Points osborne_2_y = {1.366, 1.191, 1.112, 1.013, .991, .885, .831, .847, .786, .725, .746,
                            .679,  .608,  .655,  .616,  .606, .602, .626, .651, .724, .649, .649,
                            .694,  .644,  .624,  .661,  .612, .558, .533, .495, .500, .423, .395,
                            .375,  .372,  .391,  .396,  .405, .428, .429, .523, .562, .607, .653,
                            .672,  .708,  .633,  .668,  .645, .632, .591, .559, .597, .625, .739,
                            .710,  .729,  .720,  .636,  .581, .428, .292, .162, .098, .054};

}  // namespace

std::vector<FunctionRow> fits() {
  return {
      {"jennrich_sampson", "two exponentials, MGH 6",
       "sum_i (2 + 2i - e^(i x1) - e^(i x2))^2, i to 10", source, 2, 2, 2, 1,
       [](size_t) {
         return Points{.3, .4};
       },
       [](size_t) {
         return Minima{{124.36218235561473, {.25782521321580883, .25782521321580883}}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = copies(t, n, 10);
         const Symbol i = constant(t, 10, [](double k) { return k; });
         sum_of_squares(t, {2 + 2 * i - (exp(i * x[0]) + exp(i * x[1]))});
       }},
      {"bard", "a rational model, MGH 8",
       "sum_i (y_i - x1 - i / ((16 - i) x2 + min(i, 16 - i) x3))^2", source, 3, 3, 3, 1,
       [](size_t) {
         return Points{1, 1, 1};
       },
       [](size_t) {
         return Minima{{8.214877306578963e-3, {}}, {17.42869333333333, {}, false}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = copies(t, n, 15);
         const Symbol u = constant(t, 15, [](double i) { return i; });
         const Symbol v = constant(t, 15, [](double i) { return 16 - i; });
         const Symbol w = constant(t, 15, [](double i) { return std::min(i, 16 - i); });
         sum_of_squares(t, {constant(t, bard_y) - (x[0] + u / (v * x[1] + w * x[2]))});
       }},
      {"gaussian", "a bell curve, MGH 9",
       "sum_i (x1 e^(-x2 (t - x3)^2 / 2) - y_i)^2, t = (8 - i)/2", source, 3, 3, 3, 1,
       [](size_t) {
         return Points{.4, 1, 0};
       },
       [](size_t) {
         return Minima{{1.1279327696188787e-8, {}}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = copies(t, n, 15);
         const Symbol at = constant(t, 15, [](double i) { return (8 - i) / 2; });
         sum_of_squares(t, {x[0] * exp(-0.5 * x[1] * square(at - x[2])) - constant(t, gaussian_y)});
       }},
      {"meyer", "a resistance against temperature, MGH 10",
       "sum_i (x1 e^(x2 / (t + x3)) - y_i)^2, t = 45 + 5i", source, 3, 3, 3, 1,
       [](size_t) {
         return Points{.02, 4000, 250};
       },
       [](size_t) {
         return Minima{{87.945855171395, {}}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = copies(t, n, 16);
         const Symbol at = constant(t, 16, [](double i) { return 45 + 5 * i; });
         sum_of_squares(t, {x[0] * exp(x[1] / (at + x[2])) - constant(t, meyer_y)});
       }},
      {"gulf", "Gulf research and development, MGH 11",
       "sum_i (e^(-|y - x2|^x3 / x1) - i/100)^2, y = 25 + (-50 ln(i/100))^(2/3), i to 99", source,
       3, 3, 3, 1,
       [](size_t) {
         return Points{5, 2.5, .15};
       },
       [](size_t) {
         return Minima{{0, {50, 25, 1.5}}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = copies(t, n, 99);
         const Symbol part = constant(t, 99, [](double i) { return i / 100; });
         const Symbol y = constant(
             t, 99, [](double i) { return 25 + std::pow(-50 * std::log(i / 100), 2. / 3); });
         sum_of_squares(t, {exp(-(power(absolute(y - x[1]), x[2]) / x[0])) - part});
       }},
      {"box_3d", "Box's three-dimensional function, MGH 12",
       "sum_i (e^(-t x1) - e^(-t x2) - x3 (e^-t - e^(-10 t)))^2, t = i/10, i to 10", source, 3, 3,
       3, 1,
       [](size_t) {
         return Points{0, 10, 20};
       },
       [](size_t) {
         return Minima{{0, {1, 10, 1}}, {0, {10, 1, -1}}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = copies(t, n, 10);
         const Symbol at = constant(t, 10, [](double i) { return i / 10; });
         const Symbol c =
             constant(t, 10, [](double i) { return std::exp(-i / 10) - std::exp(-i); });
         sum_of_squares(t, {exp(-(at * x[0])) - exp(-(at * x[1])) - x[2] * c});
       }},
      {"kowalik_osborne", "a rational model, MGH 15",
       "sum_i (y_i - x1 (u^2 + u x2) / (u^2 + u x3 + x4))^2", source, 4, 4, 4, 1,
       [](size_t) {
         return Points{.25, .39, .415, .39};
       },
       [](size_t) {
         return Minima{{3.0750560384924e-4, {}}, {1.0273432e-3, {}, false}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = copies(t, n, 11);
         const Symbol u = constant(t, kowalik_u);
         sum_of_squares(
             t, {constant(t, kowalik_y) - x[0] * (u * u + u * x[1]) / (u * u + u * x[2] + x[3])});
       }},
      {"brown_dennis", "MGH 16",
       "sum_i ((x1 + t x2 - e^t)^2 + (x3 + x4 sin t - cos t)^2)^2, t = i/5, i to 20", source, 4, 4,
       4, 1,
       [](size_t) {
         return Points{25, 5, -5, -1};
       },
       [](size_t) {
         return Minima{{85822.20162635627, {}}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = copies(t, n, 20);
         const Symbol at = constant(t, 20, [](double i) { return i / 5; });
         sum_of_squares(
             t,
             {square(x[0] + at * x[1] - constant(t, 20, [](double i) { return std::exp(i / 5); })) +
              square(x[2] + x[3] * constant(t, 20, [](double i) { return std::sin(i / 5); }) -
                     constant(t, 20, [](double i) { return std::cos(i / 5); }))});
       }},
      {"osborne_1", "two exponentials, MGH 17",
       "sum_i (y_i - x1 - x2 e^(-t x4) - x3 e^(-t x5))^2, t = 10 (i - 1)", source, 5, 5, 5, 1,
       [](size_t) {
         return Points{.5, 1.5, -1, .01, .02};
       },
       [](size_t) {
         return Minima{{5.464894697482e-5, {}}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = copies(t, n, 33);
         const Symbol at = constant(t, 33, [](double i) { return 10 * (i - 1); });
         sum_of_squares(t, {constant(t, osborne_1_y) -
                            (x[0] + x[1] * exp(-(at * x[3])) + x[2] * exp(-(at * x[4])))});
       }},
      {"biggs_exp6", "three exponentials, MGH 18",
       "sum_i (x3 e^(-t x1) - x4 e^(-t x2) + x6 e^(-t x5) - y)^2, t = i/10, i to 13, "
       "y = e^-t - 5 e^(-10 t) + 3 e^(-4 t)",
       source, 6, 6, 6, 1, [](size_t) { return Points{1, 2, 1, 1, 1, 1}; },
       [](size_t) {
         return Minima{{0, {1, 10, 1, 5, 4, 3}}, {5.655649925e-3, {}, false}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = copies(t, n, 13);
         const Symbol at = constant(t, 13, [](double i) { return i / 10; });
         const Symbol y = constant(t, 13, [](double i) {
           return std::exp(-i / 10) - 5 * std::exp(-i) + 3 * std::exp(-.4 * i);
         });
         sum_of_squares(t, {x[2] * exp(-(at * x[0])) - x[3] * exp(-(at * x[1])) +
                            x[5] * exp(-(at * x[4])) - y});
       }},
      {"osborne_2", "an exponential and three bell curves, MGH 19",
       "sum_i (y_i - x1 e^(-t x5) - sum_k=2..4 x_k e^(-(t - x_(k+7))^2 x_(k+4)))^2, t = (i - 1)/10",
       source, 11, 11, 11, 1,
       [](size_t) { return Points{1.3, .65, .65, .7, .6, 3, 5, 7, 2, 4.5, 5.5}; },
       [](size_t) {
         return Minima{{4.01377362935478e-2, {}}};
       },
       [](FunctionTrace& t, size_t n) {
         const auto x = copies(t, n, 65);
         const Symbol at = constant(t, 65, [](double i) { return (i - 1) / 10; });
         Symbol model = x[0] * exp(-(at * x[4]));
         for (size_t k = 1; k < 4; ++k)
           model = model + x[k] * exp(-(square(at - x[k + 7]) * x[k + 4]));
         sum_of_squares(t, {constant(t, osborne_2_y) - model});
       }},
  };
}

}  // namespace thalweg::functions_of
