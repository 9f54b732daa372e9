// Prodigy: with the estimate d of the distance to the minimum,
//   m+ = beta1 m + (1 - beta1) d g, v+ = beta2 v + (1 - beta2) (d g)^2, r+ = beta3 r + weight g,
//   the sums of g (x0 - x) and |r+| give the next d; u = scale m+ / (sqrt(v+) + epsilon) + decay x.

struct Prodigy : Body {
  enum State { m, v, r, x0, states };
  enum Scalar { keep1, gain1, keep2, gain2, keep3, weight, scale, epsilon, decay, scalars };
  enum Sum { numerator, denominator, sums };
  static constexpr unsigned measure_writes = writes_state(m) | writes_state(v) | writes_state(r);
  static constexpr unsigned update_writes = writes_direction;
  template <class E, class N>
  static void measure(E& e, const N* s, N* out) {
    e.state[m] = s[keep1] * e.state[m] + s[gain1] * e.u;
    e.state[v] = s[keep2] * e.state[v] + s[gain2] * (e.u * e.u);
    e.state[r] = s[keep3] * e.state[r] + s[weight] * e.u;
    out[numerator] = e.u * (e.state[x0] - e.x);
    out[denominator] = absolute(e.state[r]);
  }
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.u = s[scale] * e.state[m] / (sqrt(e.state[v]) + s[epsilon]) + s[decay] * e.x;
  }
};
