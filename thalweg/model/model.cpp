#include "thalweg/model/model.hpp"

namespace thalweg {

std::span<const ModelRow> models() {
  auto row = [](std::string name, std::string help, LossKind loss, Link link) {
    return ModelRow{std::move(name), std::move(help), loss, link, loss_row(loss).options};
  };
  static const std::vector<ModelRow> rows = {
      row("linear", "least squares: numbers", LossKind::squared, Link::identity),
      row("logistic", "logistic regression: two labels, with probabilities", LossKind::logistic,
          Link::probability),
      row("softmax", "multinomial logistic regression: any number of labels", LossKind::softmax,
          Link::probabilities),
      row("poisson", "Poisson regression with log link: counts and rates", LossKind::poisson,
          Link::exponential),
      row("gamma", "gamma regression with log link: positive numbers", LossKind::gamma,
          Link::exponential),
      row("huber", "least squares that large errors pull on linearly", LossKind::huber,
          Link::identity),
      row("quantile", "a quantile of numbers, by the smoothed pinball loss", LossKind::quantile,
          Link::identity),
      row("svm", "linear support vector machine (hinge loss): two labels", LossKind::hinge,
          Link::margin),
      row("squared_hinge", "linear support vector machine with squared hinge loss: two labels",
          LossKind::squared_hinge, Link::margin),
  };
  return rows;
}

}  // namespace thalweg
