// The cases of tests/oracle/certificates.json, made by tests/oracle/certificates.py.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "thalweg/certify/verifier/proof.hpp"

namespace thalweg::verifier {

struct Case {
  std::string name;
  Problem problem;
  Point point;
  double excess = 0, value = 0;
  std::vector<double> dual;  // empty: none
  size_t defining_row = 0;
  double gap = 0;                 // of the dual, in 50 digits
  std::vector<double> direction;  // empty: none
  double shift = 0, newton_bound = 0;
};

inline std::vector<Case> proof_cases() {
  std::ifstream file(THALWEG_SOURCE "/tests/oracle/certificates.json");
  const nlohmann::json json = nlohmann::json::parse(file);
  std::vector<Case> cases;
  for (const auto& from : json.at("cases")) {
    Case to;
    to.name = from.at("name");
    Problem& problem = to.problem;
    problem.loss = {loss_kind(from.at("loss").get<std::string>()), from.at("delta"),
                    from.at("level"), from.at("smoothing")};
    problem.l1 = from.at("l1");
    problem.l2 = from.at("l2");
    if (!from.at("lower").is_null()) problem.lower = from.at("lower");
    if (!from.at("upper").is_null()) problem.upper = from.at("upper");
    problem.outputs = from.at("outputs");
    problem.features = from.at("features");
    problem.target = from.at("target").get<std::vector<double>>();
    problem.weight = from.at("weights").get<std::vector<double>>();
    const auto x = from.at("x").get<std::vector<double>>();
    for (size_t i = 0; i < problem.rows(); ++i) {
      for (size_t j = 0; j < problem.features; ++j) {
        problem.column.push_back(static_cast<uint32_t>(j));
        problem.value.push_back(x[i * problem.features + j]);
      }
      problem.begin.push_back(problem.value.size());
    }
    to.point.weight = from.at("weight").get<std::vector<double>>();
    to.point.intercept = from.at("intercept").get<std::vector<double>>();
    to.excess = from.at("excess");
    to.value = from.at("value");
    if (from.contains("dual")) {
      to.dual = from.at("dual").get<std::vector<double>>();
      to.defining_row = from.at("defining_row");
      to.gap = from.at("gap");
    }
    if (from.contains("direction")) {
      to.direction = from.at("direction").get<std::vector<double>>();
      to.shift = from.at("shift");
      to.newton_bound = from.at("newton_bound");
    }
    cases.push_back(std::move(to));
  }
  return cases;
}

}  // namespace thalweg::verifier
