#include "thalweg/model/initializer.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>

#include "thalweg/base/catalog.hpp"

namespace thalweg {
namespace {

using Fill = decltype(InitializerRow::fill);

// Deviation of a standard normal that is drawn again beyond 2.
constexpr double truncated_deviation = 0.87962566103423978;

struct Fans {
  double in, out;
};

Fans fans(const Shape& shape) {
  if (shape.empty()) return {1, 1};
  if (shape.size() == 1) return {static_cast<double>(shape[0]), static_cast<double>(shape[0])};
  double window = 1;
  for (size_t axis = 2; axis < shape.size(); ++axis) window *= static_cast<double>(shape[axis]);
  return {static_cast<double>(shape[1]) * window, static_cast<double>(shape[0]) * window};
}

double truncated_normal(Random& random) {
  double drawn = random.normal();
  while (!(std::abs(drawn) <= 2)) drawn = random.normal();
  return drawn;
}

// Mean 0 and variance scale / fan.
void scale_variance(double scale, std::string_view mode, std::string_view distribution,
                    const Shape& shape, Random& random, std::span<double> w) {
  const Fans fan = fans(shape);
  const double n = mode == "fan_in" ? fan.in : mode == "fan_out" ? fan.out : (fan.in + fan.out) / 2;
  const double deviation = std::sqrt(scale / std::max(n, 1.0));
  for (double& v : w) {
    if (distribution == "uniform")
      v = deviation * std::sqrt(3.0) * (2 * random.uniform() - 1);
    else if (distribution == "normal")
      v = deviation * random.normal();
    else
      v = deviation / truncated_deviation * truncated_normal(random);
  }
}

// The rows with a scale and mode of their own: the option chooses among the fans.
InitializerRow family(std::string name, std::string help, std::string source, const char* mode,
                      Fill fill) {
  return {std::move(name),
          std::move(help),
          std::move(source),
          {Option::choice("mode", mode, {"fan_in", "fan_out", "fan_average"},
                          "what the variance is divided by")},
          fill};
}

template <int scale, bool uniform>
void fill_family(const Settings& s, const Shape& shape, Random& random, std::span<double> w) {
  scale_variance(scale, s.text("mode"), uniform ? "uniform" : "normal", shape, random, w);
}

void check_matrix(const char* name, const Shape& shape) {
  if (shape.size() < 2)
    fail("initializer {}: found shape {}; expected two axes or more", name, to_text(shape));
}

// Q of the QR decomposition of a normal matrix, its signs made such that R's diagonal is positive:
// then Q is uniform among the matrices with orthonormal columns (rows, where it is wide).
void orthogonal(double gain, const Shape& shape, Random& random, std::span<double> w) {
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  check_matrix("orthogonal", shape);
  if (w.empty()) return;
  const auto rows = static_cast<Eigen::Index>(shape[0]);
  const auto columns = static_cast<Eigen::Index>(w.size() / shape[0]);
  const Eigen::Index tall = std::max(rows, columns), narrow = std::min(rows, columns);
  Matrix normal(tall, narrow);
  for (Eigen::Index i = 0; i < normal.size(); ++i) normal.data()[i] = random.normal();
  const Eigen::HouseholderQR<Matrix> qr(normal);
  Matrix q = qr.householderQ() * Matrix::Identity(tall, narrow);
  for (Eigen::Index j = 0; j < narrow; ++j)
    if (qr.matrixQR()(j, j) < 0) q.col(j) *= -1;
  Eigen::Map<Matrix> out(w.data(), rows, columns);
  if (rows >= columns)
    out = gain * q;
  else
    out = gain * q.transpose();
}

// Channel i to channel i, at the window's center.
void identity(const Settings& s, const Shape& shape, Random&, std::span<double> w) {
  check_matrix("identity", shape);
  std::fill(w.begin(), w.end(), 0.0);
  const std::vector<size_t> step = strides(shape);
  size_t center = 0;
  for (size_t axis = 2; axis < shape.size(); ++axis) center += shape[axis] / 2 * step[axis];
  for (size_t i = 0; i < std::min(shape[0], shape[1]); ++i)
    w[i * step[0] + i * step[1] + center] = s.real("gain");
}

// FNV-1a.
uint64_t stream_of(std::string_view name) {
  uint64_t out = 0xCBF29CE484222325;
  for (const char c : name) out = (out ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return out;
}

std::vector<InitializerRow> make_rows() {
  const Option mean = Option::real("mean", 0, -1e9, 1e9, "mean");
  const Option deviation = Option::real("deviation", 0.02, 0, 1e9, "standard deviation");
  const Option gain = Option::real("gain", 1, 0, 1e9, "factor");
  const char* glorot = "Glorot, Bengio, AISTATS 2010, equation 16";
  const char* he = "He, Zhang, Ren, Sun, ICCV 2015, equations 10 and 14";
  const char* lecun = "LeCun, Bottou, Orr, Mueller, 1998, equation 16";
  std::vector<InitializerRow> rows = {
      {"zeros",
       "0",
       "",
       {},
       [](const Settings&, const Shape&, Random&, std::span<double> w) {
         std::fill(w.begin(), w.end(), 0.0);
       }},
      {"constant",
       "one number",
       "",
       {Option::real("value", 0, -1e9, 1e9, "the number")},
       [](const Settings& s, const Shape&, Random&, std::span<double> w) {
         std::fill(w.begin(), w.end(), s.real("value"));
       }},
      {"uniform",
       "uniform on [low, high)",
       "",
       {Option::real("low", -0.05, -1e9, 1e9, "lower end"),
        Option::real("high", 0.05, -1e9, 1e9, "upper end")},
       [](const Settings& s, const Shape&, Random& random, std::span<double> w) {
         for (double& v : w)
           v = s.real("low") + (s.real("high") - s.real("low")) * random.uniform();
       }},
      {"normal",
       "normal",
       "",
       {mean, deviation},
       [](const Settings& s, const Shape&, Random& random, std::span<double> w) {
         for (double& v : w) v = s.real("mean") + s.real("deviation") * random.normal();
       }},
      {"truncated_normal",
       "normal, drawn again beyond two deviations of the untruncated one",
       "",
       {mean, deviation},
       [](const Settings& s, const Shape&, Random& random, std::span<double> w) {
         for (double& v : w) v = s.real("mean") + s.real("deviation") * truncated_normal(random);
       }},
      {"variance_scaling",
       "mean 0, variance scale / fan",
       "",
       {Option::real("scale", 1, 0, 1e9, "variance times fan"),
        Option::choice("mode", "fan_in", {"fan_in", "fan_out", "fan_average"},
                       "what the variance is divided by"),
        Option::choice("distribution", "truncated_normal",
                       {"truncated_normal", "normal", "uniform"}, "its shape")},
       [](const Settings& s, const Shape& shape, Random& random, std::span<double> w) {
         scale_variance(s.real("scale"), s.text("mode"), s.text("distribution"), shape, random, w);
       }},
      family("glorot_uniform", "uniform, variance 1 / average fan", glorot, "fan_average",
             fill_family<1, true>),
      family("glorot_normal", "normal, variance 1 / average fan", glorot, "fan_average",
             fill_family<1, false>),
      family("he_uniform", "uniform, variance 2 / fan in", he, "fan_in", fill_family<2, true>),
      family("he_normal", "normal, variance 2 / fan in", he, "fan_in", fill_family<2, false>),
      family("lecun_uniform", "uniform, variance 1 / fan in", lecun, "fan_in",
             fill_family<1, true>),
      family("lecun_normal", "normal, variance 1 / fan in", lecun, "fan_in", fill_family<1, false>),
      {"orthogonal",
       "a uniformly random matrix with orthonormal rows or columns, times gain",
       "Saxe, McClelland, Ganguli, ICLR 2014",
       {gain},
       [](const Settings& s, const Shape& shape, Random& random, std::span<double> w) {
         orthogonal(s.real("gain"), shape, random, w);
       }},
      {"lsuv",
       "orthogonal, then scaled layer by layer to outputs of variance 1 on the first samples",
       "Mishkin, Matas, ICLR 2016, algorithm 1; as outputs are linear in the weights, one scaling "
       "does",
       {},
       [](const Settings&, const Shape& shape, Random& random, std::span<double> w) {
         orthogonal(1, shape, random, w);
       },
       true},
      {"identity", "gain on the diagonal, at the window's center", "", {gain}, identity},
  };
  // The names that PyTorch has for them.
  for (const auto& [name, other] : {std::pair("xavier", "glorot"), std::pair("kaiming", "he")})
    for (const char* distribution : {"_uniform", "_normal"})
      for (size_t i = 0, count = rows.size(); i < count; ++i)
        if (rows[i].name == std::string(other) + distribution) {
          InitializerRow row = rows[i];
          row.name = std::string(name) + distribution;
          row.help = rows[i].name + " by its other name";
          rows.push_back(std::move(row));
        }
  return rows;
}

}  // namespace

std::span<const InitializerRow> initializers() {
  static const std::vector<InitializerRow> rows = make_rows();
  return rows;
}

Initializer parse_initializer(std::string_view text) {
  const Call call = parse_call(text);
  const InitializerRow& row = find(initializers(), "initializer", call.name);
  return {&row, settings(row, "initializer", call)};
}

std::vector<double> draw(const Initializer& initializer, const Shape& shape, uint64_t seed,
                         std::string_view tensor) {
  std::vector<double> out(element_count(shape));
  Random random(seed, stream_of(tensor));
  initializer.row->fill(initializer.settings, shape, random, out);
  return out;
}

}  // namespace thalweg
