// All elementwise bodies of the transforms, to be included inside a namespace that has a number type
// N with + - * / and, found by its own namespace, sqrt absolute maximum minimum sign: a Highway
// vector (once for each instruction set), a symbol, or whatever else is to be computed or traced.
//
// A body works on one element e: the direction e.u (the gradient at first), the point e.x and the
// state e.state[...]; s are the numbers of the step. What it changes is stored back as far as its
// `writes` say. `measure` gives terms that are summed over a tensor or over all before `update`.

#include "thalweg/optim/transform/body-inl.hpp"

// Takes the step: x+ = x - learning_rate u.
struct Descend : Body {
  enum Scalar { learning_rate, scalars };
  static constexpr unsigned update_writes = writes_point;
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.x = e.x - s[learning_rate] * e.u;
  }
};

#include "thalweg/optim/transform/adabelief-inl.hpp"
#include "thalweg/optim/transform/adadelta-inl.hpp"
#include "thalweg/optim/transform/adagrad-inl.hpp"
#include "thalweg/optim/transform/adam-inl.hpp"
#include "thalweg/optim/transform/adamax-inl.hpp"
#include "thalweg/optim/transform/average-inl.hpp"
#include "thalweg/optim/transform/clip-inl.hpp"
#include "thalweg/optim/transform/lamb-inl.hpp"
#include "thalweg/optim/transform/lars-inl.hpp"
#include "thalweg/optim/transform/lion-inl.hpp"
#include "thalweg/optim/transform/lookahead-inl.hpp"
#include "thalweg/optim/transform/momentum-inl.hpp"
#include "thalweg/optim/transform/nadam-inl.hpp"
#include "thalweg/optim/transform/prodigy-inl.hpp"
#include "thalweg/optim/transform/radam-inl.hpp"
#include "thalweg/optim/transform/rmsprop-inl.hpp"
#include "thalweg/optim/transform/schedule_free-inl.hpp"
#include "thalweg/optim/transform/sophia-inl.hpp"
#include "thalweg/optim/transform/weight_decay-inl.hpp"
#include "thalweg/optim/transform/yogi-inl.hpp"
