// A convex quadratic plus kinked pieces, minimized by a primal-dual interior point in many digits:
//
//   1/2 x'Qx + q'x + sum over k of w_k phi_k(a_k'x),
//   phi_k(z) = max over theta in [low, high] of theta (z - c) - h/2 theta^2.
//
// One form for hinges, absolute values, Huber's and quantile losses and bounds (low or high
// infinite). Source: Mehrotra, "On the implementation of a primal-dual interior point method", SIAM
// J. Optim. 2, 1992, with one step length for both sides.
#pragma once

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <vector>

namespace thalweg::testing {

template <class R>
struct Piece {
  std::vector<R> row;  // a [size], or empty: the unit vector of `coordinate`
  size_t coordinate = 0;
  R weight = 1, center = 0, curvature = 0;
  bool has_low = true, has_high = true;
  R low = -1, high = 1;

  R product(const std::vector<R>& x) const {
    if (row.empty()) return x[coordinate];
    R sum = 0;
    for (size_t j = 0; j < x.size(); ++j) sum += row[j] * x[j];
    return sum;
  }
  void add(std::vector<R>& x, const R& scale) const {
    if (row.empty()) {
      x[coordinate] += scale;
      return;
    }
    for (size_t j = 0; j < x.size(); ++j) x[j] += scale * row[j];
  }
};

// In place; lower triangle of the row-major [size, size]. False when not positive definite.
template <class R>
bool cholesky(std::vector<R>& a, size_t size) {
  for (size_t j = 0; j < size; ++j) {
    for (size_t i = j; i < size; ++i) {
      R sum = a[i * size + j];
      for (size_t k = 0; k < j; ++k) sum -= a[i * size + k] * a[j * size + k];
      if (i == j) {
        if (!(sum > 0)) return false;
        a[j * size + j] = sqrt(sum);
      } else {
        a[i * size + j] = sum / a[j * size + j];
      }
    }
  }
  return true;
}

template <class R>
void cholesky_solve(const std::vector<R>& factor, size_t size, std::vector<R>& x) {
  for (size_t i = 0; i < size; ++i) {
    for (size_t k = 0; k < i; ++k) x[i] -= factor[i * size + k] * x[k];
    x[i] /= factor[i * size + i];
  }
  for (size_t i = size; i-- > 0;) {
    for (size_t k = i + 1; k < size; ++k) x[i] -= factor[k * size + i] * x[k];
    x[i] /= factor[i * size + i];
  }
}

template <class R>
struct InteriorPoint {
  std::vector<R> x;       // [size]
  std::vector<R> theta;   // [pieces]
  R complementarity = 0;  // sum over k of w_k (s (high - theta) + t (theta - low))
};

// Q is positive definite: add a proximal term where it is not. Ends when the complementarity is
// below `tolerance`, or when it no longer falls.
template <class R>
InteriorPoint<R> minimize_quadratic(const std::vector<R>& Q, const std::vector<R>& q,
                                    std::vector<R> x, const std::vector<Piece<R>>& given,
                                    const R& tolerance) {
  const size_t size = x.size(), count = given.size();
  std::vector<Piece<R>> pieces = given;
  std::vector<R> unit(count, R(1));  // theta is in units of the width of its interval
  for (size_t k = 0; k < count; ++k) {
    Piece<R>& piece = pieces[k];
    if (!piece.has_low || !piece.has_high) continue;
    unit[k] = piece.high - piece.low;
    piece.weight *= unit[k];
    piece.curvature *= unit[k];
    piece.low /= unit[k];
    piece.high /= unit[k];
  }

  InteriorPoint<R> best;
  std::vector<R> theta(count), s(count, R(0)), t(count, R(0)), dtheta(count), ds(count), dt(count);
  R spread = 1;
  for (size_t k = 0; k < count; ++k) {
    const Piece<R>& piece = pieces[k];
    if (piece.has_low && piece.has_high) {
      theta[k] = (piece.low + piece.high) / 2;
    } else {
      theta[k] = piece.has_low ? R(piece.low + 1) : R(piece.high - 1);
    }
    spread += abs(piece.product(x) - piece.center - piece.curvature * theta[k]) / R(count);
  }
  for (size_t k = 0; k < count; ++k) {
    const Piece<R>& piece = pieces[k];
    const R r = piece.product(x) - piece.center - piece.curvature * theta[k];
    if (piece.has_high) s[k] = (r > 0 ? r : R(0)) + spread;
    if (piece.has_low) t[k] = (r < 0 ? R(-r) : R(0)) + spread;
  }

  std::vector<R> factor, dx(size), dual(size), slope(count), rho(count), rs(count), rt(count);
  R last = 0;
  int stuck = 0;
  for (int iteration = 0; iteration < 300; ++iteration) {
    for (size_t i = 0; i < size; ++i) {
      dual[i] = -q[i];
      for (size_t j = 0; j < size; ++j) dual[i] -= Q[i * size + j] * x[j];
    }
    R total = 0, level = 0;
    size_t products = 0;
    for (size_t k = 0; k < count; ++k) {
      const Piece<R>& piece = pieces[k];
      piece.add(dual, R(-piece.weight * theta[k]));
      R product = 0;
      if (piece.has_high) product += s[k] * (piece.high - theta[k]);
      if (piece.has_low) product += t[k] * (theta[k] - piece.low);
      products += size_t(piece.has_high) + size_t(piece.has_low);
      total += piece.weight * product;
      level += piece.weight * theta[k] *
               (piece.product(x) - piece.center - piece.curvature / 2 * theta[k]);
    }
    const R mean = products > 0 ? R(total / R(products)) : R(0);
    if (iteration > 0 && !(total < R(0.9) * last)) {
      if (++stuck > 20) break;
    } else {
      stuck = 0;
    }
    if (iteration == 0 || total < best.complementarity) {
      best.x = x;
      best.theta = theta;
      best.complementarity = total;
    }
    last = total;
    if (total <= tolerance * (1 + abs(level)) && iteration > 0) break;

    factor = Q;
    for (size_t k = 0; k < count; ++k) {
      const Piece<R>& piece = pieces[k];
      slope[k] = piece.curvature;
      if (piece.has_high) slope[k] += s[k] / (piece.high - theta[k]);
      if (piece.has_low) slope[k] += t[k] / (theta[k] - piece.low);
      const R scale = piece.weight / slope[k];
      if (piece.row.empty()) {
        factor[piece.coordinate * size + piece.coordinate] += scale;
        continue;
      }
      for (size_t i = 0; i < size; ++i) {
        const R left = scale * piece.row[i];
        for (size_t j = 0; j <= i; ++j) factor[i * size + j] += left * piece.row[j];
      }
    }
    if (!cholesky(factor, size)) break;

    const auto direction = [&] {
      dx = dual;
      for (size_t k = 0; k < count; ++k) {
        const Piece<R>& piece = pieces[k];
        R residual = piece.product(x) - piece.center - piece.curvature * theta[k];
        residual = -(residual - s[k] + t[k]);
        rho[k] = residual;
        if (piece.has_high) rho[k] += rs[k] / (piece.high - theta[k]);
        if (piece.has_low) rho[k] -= rt[k] / (theta[k] - piece.low);
        piece.add(dx, R(piece.weight / slope[k] * rho[k]));
      }
      cholesky_solve(factor, size, dx);
      for (size_t k = 0; k < count; ++k) {
        const Piece<R>& piece = pieces[k];
        dtheta[k] = (piece.product(dx) - rho[k]) / slope[k];
        if (piece.has_high) ds[k] = (rs[k] + s[k] * dtheta[k]) / (piece.high - theta[k]);
        if (piece.has_low) dt[k] = (rt[k] - t[k] * dtheta[k]) / (theta[k] - piece.low);
      }
    };
    const auto longest = [&] {
      R step = 1;
      const auto limit = [&](const R& at, const R& change) {
        if (at + step * change < 0) step = -at / change;
      };
      for (size_t k = 0; k < count; ++k) {
        if (pieces[k].has_high) {
          limit(s[k], ds[k]);
          limit(pieces[k].high - theta[k], -dtheta[k]);
        }
        if (pieces[k].has_low) {
          limit(t[k], dt[k]);
          limit(theta[k] - pieces[k].low, dtheta[k]);
        }
      }
      return step;
    };

    struct Products {
      R sum = 0, least = -1;  // of the weighted products
    };
    const auto after = [&](const R& step) {
      Products out;
      const auto count_in = [&](const R& product) {
        out.sum += product;
        if (out.least < 0 || product < out.least) out.least = product;
      };
      for (size_t k = 0; k < count; ++k) {
        const R& weight = pieces[k].weight;
        if (pieces[k].has_high)
          count_in(weight * (s[k] + step * ds[k]) * (pieces[k].high - theta[k] - step * dtheta[k]));
        if (pieces[k].has_low)
          count_in(weight * (t[k] + step * dt[k]) * (theta[k] + step * dtheta[k] - pieces[k].low));
      }
      return out;
    };
    // Newton steps from points far off the central path go astray: no product may fall below 1e-5
    // of the mean, or where it is below, below its share now.
    const R share = total > 0 ? R(after(R(0)).least / mean) : R(0);
    const R least_share = share < R("1e-5") ? share : R("1e-5");
    const auto central = [&](R step) {
      for (int halving = 0; halving < 100; ++halving, step /= 2) {
        const Products there = after(step);
        if (there.least * R(products) >= least_share * there.sum) break;
      }
      return step;
    };
    // Products tend to target / weight, so that the weighted ones are equal.
    const auto center = [&](const R& target, bool corrected) {
      for (size_t k = 0; k < count; ++k) {
        const R product = target / pieces[k].weight;
        if (pieces[k].has_high) {
          const R second = corrected ? R(ds[k] * dtheta[k]) : R(0);
          rs[k] = product - s[k] * (pieces[k].high - theta[k]) + second;
        }
        if (pieces[k].has_low) {
          const R second = corrected ? R(dt[k] * dtheta[k]) : R(0);
          rt[k] = product - t[k] * (theta[k] - pieces[k].low) - second;
        }
      }
      direction();
    };
    center(R(0), false);
    const R ratio = total > 0 ? R(after(longest()).sum / total) : R(0);
    center(R(ratio * ratio * ratio * mean), true);
    const R near = mean < R(0.005) ? R(1 - mean) : R(0.995);
    R step = longest();
    if (step < 1) step *= near;
    if (products > 0) step = central(step);
    if (after(step).sum > total || step < R("1e-3")) {  // the correction does not suit
      center(R(mean / 3), false);
      step = longest();
      if (step < 1) step *= near;
      if (products > 0) step = central(step);
    }
    for (size_t j = 0; j < size; ++j) x[j] += step * dx[j];
    for (size_t k = 0; k < count; ++k) {
      theta[k] += step * dtheta[k];
      if (pieces[k].has_high) s[k] += step * ds[k];
      if (pieces[k].has_low) t[k] += step * dt[k];
    }
    if (count == 0) {
      best.x = x;
      break;
    }
  }
  for (size_t k = 0; k < count; ++k) best.theta[k] *= unit[k];
  return best;
}

}  // namespace thalweg::testing
