// NAdam: the moments of Adam, u = (now g + next m+) / (root sqrt(v+) + epsilon).

struct NAdam : Body {
  enum State { m, v, states };
  enum Scalar { keep1, gain1, keep2, gain2, now, next, root, epsilon, scalars };
  template <class E, class N>
  static void update(E& e, const N* s) {
    e.state[m] = s[keep1] * e.state[m] + s[gain1] * e.u;
    e.state[v] = s[keep2] * e.state[v] + s[gain2] * (e.u * e.u);
    e.u = (s[now] * e.u + s[next] * e.state[m]) / (s[root] * sqrt(e.state[v]) + s[epsilon]);
  }
};
