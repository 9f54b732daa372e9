// The bodies over vectors and over numbers that write down what is done with them: both agree to the
// last bit, so that a traced transform is the transform.
#include "thalweg/optim/transform/kernels.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/optim/transform/recorded.hpp"

namespace thalweg::recording {

// A number with the formula that made it.
template <class T>
struct Recorded {
  T value = 0;
  std::string formula;

  Recorded() = default;
  explicit Recorded(double x) : value(static_cast<T>(x)), formula(fmt::format("{}", x)) {}
  Recorded(T x, std::string text) : value(x), formula(std::move(text)) {}

  static Recorded join(T x, const Recorded& a, const char* sign, const Recorded& b) {
    return {x, "(" + a.formula + " " + sign + " " + b.formula + ")"};
  }
  friend Recorded operator+(const Recorded& a, const Recorded& b) {
    return join(a.value + b.value, a, "+", b);
  }
  friend Recorded operator-(const Recorded& a, const Recorded& b) {
    return join(a.value - b.value, a, "-", b);
  }
  friend Recorded operator*(const Recorded& a, const Recorded& b) {
    return join(a.value * b.value, a, "*", b);
  }
  friend Recorded operator/(const Recorded& a, const Recorded& b) {
    return join(a.value / b.value, a, "/", b);
  }
  friend Recorded sqrt(const Recorded& a) { return {std::sqrt(a.value), "sqrt" + a.formula}; }
  friend Recorded absolute(const Recorded& a) { return {std::abs(a.value), "|" + a.formula + "|"}; }
  friend Recorded maximum(const Recorded& a, const Recorded& b) {
    return join(a.value < b.value ? b.value : a.value, a, "max", b);
  }
  friend Recorded minimum(const Recorded& a, const Recorded& b) {
    return join(a.value > b.value ? b.value : a.value, a, "min", b);
  }
  friend Recorded sign(const Recorded& a) {
    return {static_cast<T>(a.value > 0 ? 1 : a.value < 0 ? -1 : a.value), "sign" + a.formula};
  }
};

#include "thalweg/optim/transform/bodies-inl.hpp"

template <class T>
struct Element {
  Recorded<T> u, x, state[most_transform_states];
};

constexpr size_t count = 37, spare = 5;  // whole vectors, a part of one, and numbers beyond

// Inputs of every sign and size; state that may stand under a root is not negative.
template <class T>
struct Tiles {
  std::vector<std::vector<T>> arrays;  // from, to, x, state...
  std::vector<double> scalars;
  Tile<T> tile{};

  Tiles(size_t states, size_t numbers) {
    for (size_t a = 0; a < 3 + states; ++a)
      for (size_t i = 0; i < count + spare; ++i) {
        if (i == 0) arrays.emplace_back();
        const double v = 4 * testing::uniform(100 * a + i) - 2;
        arrays[a].push_back(static_cast<T>(a < 3 ? (i % 7 == 0 ? 0 : v) : std::abs(v)));
      }
    for (size_t k = 0; k < numbers; ++k)
      scalars.push_back(static_cast<double>(static_cast<float>(testing::uniform(7000 + k))));
    tile.count = count;
    tile.from = arrays[0].data(), tile.to = arrays[1].data(), tile.x = arrays[2].data();
    for (size_t k = 0; k < states; ++k) tile.state[k] = arrays[3 + k].data();
    tile.scalars[0] = scalars.data();
  }

  Element<T> at(size_t i) const {
    Element<T> out;
    out.u = {arrays[0][i], "u"};
    out.x = {arrays[2][i], "x"};
    for (size_t k = 0; k + 3 < arrays.size(); ++k)
      out.state[k] = {arrays[3 + k][i], fmt::format("state{}", k)};
    return out;
  }
};

// What is expected in the arrays after a call that writes as `writes` says.
template <class Body, class T>
void expect(const Tiles<T>& before, const Tiles<T>& after, size_t i, const Element<T>& e,
            unsigned writes, const std::string& name) {
  auto same = [&](T a, T b) { return a == b || (std::isnan(a) && std::isnan(b)); };
  const bool in = i < count;
  const T to = in && (writes & Body::writes_direction) ? e.u.value : before.arrays[1][i];
  EXPECT_TRUE(same(after.arrays[1][i], to)) << name << " direction " << i << ": " << e.u.formula;
  const T x = in && (writes & Body::writes_point) ? e.x.value : before.arrays[2][i];
  EXPECT_TRUE(same(after.arrays[2][i], x)) << name << " point " << i << ": " << e.x.formula;
  for (size_t k = 0; k < Body::states; ++k) {
    const bool kept = in && (writes & Body::writes_state(static_cast<unsigned>(k))) != 0;
    const T s = kept ? e.state[k].value : before.arrays[3 + k][i];
    EXPECT_TRUE(same(after.arrays[3 + k][i], s))
        << name << " state " << k << " at " << i << ": " << e.state[k].formula;
  }
}

template <class Body, class T>
void compare(TransformBody which, const std::string& name) {
  const TransformKernels<T>& kernels = transform_kernels<T>(which);
  ASSERT_EQ(kernels.states, static_cast<size_t>(Body::states));
  ASSERT_EQ(kernels.scalars, static_cast<size_t>(Body::scalars));
  const Tiles<T> before(kernels.states, kernels.scalars);
  std::vector<Recorded<T>> s;
  for (size_t k = 0; k < kernels.scalars; ++k)
    s.emplace_back(static_cast<T>(before.scalars[k]), fmt::format("s{}", k));
  Tiles<T> updated(kernels.states, kernels.scalars), measured(kernels.states, kernels.scalars),
      reported(kernels.states, kernels.scalars);
  kernels.update(updated.tile);
  std::vector<double> sums(most_transform_sums, 0.0), expected(most_transform_sums, 0.0);
  kernels.measure(measured.tile, sums.data());
  kernels.report(reported.tile);
  for (size_t i = 0; i < count + spare; ++i) {
    Element<T> e = before.at(i);
    Body::update(e, s.data());
    expect<Body>(before, updated, i, e, Body::update_writes, name + " update");
    e = before.at(i);
    Recorded<T> terms[most_transform_sums];
    Body::measure(e, s.data(), terms);
    expect<Body>(before, measured, i, e, Body::measure_writes, name + " measure");
    if (i >= count) continue;
    for (size_t k = 0; k < Body::sums; ++k) expected[k] += static_cast<double>(terms[k].value);
    EXPECT_EQ(reported.arrays[1][i], Body::report(before.at(i), s.data()).value) << name;
  }
  for (size_t k = 0; k < Body::sums; ++k)
    EXPECT_NEAR(sums[k], expected[k], 1e-13 * std::abs(expected[k])) << name << " sum " << k;
}

TEST(TransformKernels, AgreeWithTheFormulasThatTheBodiesRecord) {
#define THALWEG_COMPARE(name)                        \
  compare<name, double>(TransformBody::name, #name); \
  compare<name, float>(TransformBody::name, #name " in float");
  THALWEG_TRANSFORM_BODIES(THALWEG_COMPARE)
#undef THALWEG_COMPARE
}

// A sequence over registers, and its bodies one by one over memory.
template <class T>
void expect_bits_of_the_bodies(const TransformSequence<T>& sequence) {
  size_t states = 0, scalars = 0;
  for (size_t i = 0; i < sequence.count; ++i) {
    states += transform_kernels<T>(sequence.bodies[i]).states;
    scalars += transform_kernels<T>(sequence.bodies[i]).scalars;
  }
  Tiles<T> one(states, scalars), together(states, scalars);
  const T* from = one.tile.from;
  states = scalars = 0;
  for (size_t i = 0; i < sequence.count; ++i) {
    const TransformKernels<T>& body = transform_kernels<T>(sequence.bodies[i]);
    Tile<T> tile = one.tile;
    tile.from = from;
    std::copy_n(one.tile.state + states, body.states, tile.state);
    tile.scalars[0] = one.scalars.data() + scalars;
    together.tile.scalars[i] = together.scalars.data() + scalars;
    body.update(tile);
    if (body.turns) from = tile.to;
    states += body.states, scalars += body.scalars;
  }
  sequence.update(together.tile);
  one.arrays[1] = together.arrays[1];  // the direction between them
  for (size_t a = 0; a < one.arrays.size(); ++a)
    for (size_t i = 0; i < count + spare; ++i) {
      const T expected = one.arrays[a][i], found = together.arrays[a][i];
      EXPECT_TRUE(expected == found || (std::isnan(expected) && std::isnan(found)))
          << "array " << a << " at " << i << ": " << found << " and not " << expected;
    }
}

TEST(TransformKernels, SequencesHaveTheBitsOfTheirBodies) {
  for (size_t i = 0; i < transform_sequences<float>().size(); ++i) {
    SCOPED_TRACE(i);
    expect_bits_of_the_bodies(transform_sequences<float>()[i]);
    expect_bits_of_the_bodies(transform_sequences<double>()[i]);
  }
}

TEST(TransformKernels, BodiesPrintTheirFormula) {
  Element<double> e;
  e.u = {1, "g"}, e.x = {1, "x"}, e.state[0] = {0, "m"}, e.state[1] = {0, "v"};
  const char* names[] = {"b1", "a1", "b2", "a2", "c", "r", "eps", "decay"};
  std::vector<Recorded<double>> s;
  for (const char* name : names) s.emplace_back(0.5, name);
  AdamW::update(e, s.data());
  EXPECT_EQ(e.state[0].formula, "((b1 * m) + (a1 * g))");
  EXPECT_EQ(e.state[1].formula, "((b2 * v) + (a2 * (g * g)))");
  EXPECT_EQ(
      e.u.formula,
      "(((c * ((b1 * m) + (a1 * g))) / ((r * sqrt((b2 * v) + (a2 * (g * g)))) + eps)) + (decay "
      "* x))");
}

}  // namespace thalweg::recording
