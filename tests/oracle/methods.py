"""Prints the minima that tests/optim/method/ compares with, on the data of tests/support/reference_data.hpp.

scikit-learn solves logistic regression and the lasso to its last digits (tolerance of the tests:
1e-9 of the parameters); CVXPY's interior point leaves the hinge at about 1e-12 of the value.
Run: python tests/oracle/methods.py
"""

import cvxpy as cp
import numpy as np
from sklearn.linear_model import Lasso, LogisticRegression

N, P, L1, L2 = 40, 3, 0.3, 0.1
X = np.array([[((i * (7 + 4 * j) + 3 * j) % 19 - 9) / 4 for j in range(P)] for i in range(N)])
I = np.arange(N)
CLASS = (X[:, 0] - X[:, 1] + (I * 5 % 7 - 3) * 0.8 > 0).astype(float)
NUMBER = X @ [1.5, 0, -0.5] + (I * 11 % 13 - 6) / 3

m = LogisticRegression(C=1 / (L2 * N), tol=1e-12, max_iter=10000, solver="newton-cholesky").fit(X, CLASS)
z = X @ m.coef_[0] + m.intercept_[0]
value = np.mean(np.logaddexp(0, z) - CLASS * z) + L2 / 2 * np.sum(m.coef_**2)
print("logistic", m.coef_[0].tolist(), float(m.intercept_[0]), float(value))

m = Lasso(alpha=L1, tol=1e-15, max_iter=1000000).fit(X, NUMBER)
r = NUMBER - X @ m.coef_ - m.intercept_
print("lasso", m.coef_.tolist(), float(m.intercept_), float(r @ r / 2 / N + L1 * abs(m.coef_).sum()))

w, b = cp.Variable(P), cp.Variable()
loss = cp.sum(cp.pos(1 - cp.multiply(2 * CLASS - 1, X @ w + b))) / N + L2 / 2 * cp.sum_squares(w)
problem = cp.Problem(cp.Minimize(loss))
problem.solve(solver=cp.CLARABEL, tol_gap_abs=1e-13, tol_gap_rel=1e-13, tol_feas=1e-13)
print("hinge", w.value.tolist(), float(b.value), float(problem.value))
