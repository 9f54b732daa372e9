#include "thalweg/run/network_data.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "thalweg/base/catalog.hpp"
#include "thalweg/data/image_data.hpp"
#include "thalweg/data/split.hpp"
#include "thalweg/data/target.hpp"
#include "thalweg/run/prepared_data.hpp"

namespace thalweg {
namespace {

std::vector<uint32_t> all_rows(size_t count) {
  std::vector<uint32_t> out(count);
  std::iota(out.begin(), out.end(), 0U);
  return out;
}

// A table and what is made of it, kept as long as the samples that view it.
struct TableStorage {
  LoadedData loaded;
  PreparedData data;
};

// The model whose targets are of the kind that the network's are.
ChosenModel kind_of(const Table& table, const Settings& settings) {
  const std::string suited = default_model(table, target_column(table, settings.text("target")));
  const ModelRow& row = find(models(), "model", suited == "linear" ? "linear" : "softmax");
  return {row, make_loss(loss_row(row.loss), Settings("model", row.options)), row.name, ""};
}

NetworkData load_table(const FitRequest& request) {
  Settings settings = request.settings;
  if (!settings.given("validation")) settings.set("validation", shortest(default_validation));
  auto storage = std::make_shared<TableStorage>();
  storage->loaded = load(request.data, read_options(settings));
  const Table& table = storage->loaded.table;
  if (table.sparse)
    fail("{}: sparse rows are fitted by linear models; a network needs a dense table",
         table.source);
  const ChosenModel kind = kind_of(table, settings);
  const Split split = split_rows(table, kind, settings);
  storage->data = prepare(table, kind, settings, split.usable, split.training);
  const PreparedData& data = storage->data;
  NetworkData out;
  out.recipe = data.recipe;
  out.labels = data.recipe.target.labels;
  out.rows = table.rows;
  out.drop = names_of(table, read_options(settings).drop);
  out.categorical = names_of(table, read_options(settings).categorical);
  out.target_fingerprint = storage->loaded.target_fingerprint;
  out.training_rows = data.training_rows;
  out.fingerprint = storage->loaded.fingerprint;
  out.training = {samples(data.training, data.recipe.target), all_rows(data.training.rows.size())};
  if (data.validation)
    out.validation = {samples(*data.validation, data.recipe.target),
                      all_rows(data.validation->rows.size())};
  out.storage = storage;
  return out;
}

NetworkData load_images(const FitRequest& request) {
  const Settings& settings = request.settings;
  ImageOptions options;
  options.target = settings.text("target_file");
  auto sets = std::make_shared<ImageSets>(read_images(request.data, options));
  const ImageData& images = sets->training;
  const double share =
      settings.given("validation") ? settings.real("validation") : default_validation;
  NetworkData out;
  out.rows = images.count;
  out.training_rows.assign(images.count, 1);
  if (share > 0)
    out.training_rows = training_mask(images.count, images.labels, share,
                                      static_cast<uint64_t>(settings.integer("seed")));
  std::vector<uint32_t> training, validation;
  for (uint32_t row = 0; row < images.count; ++row)
    (out.training_rows[row] != 0 ? training : validation).push_back(row);
  const ImageRecipe recipe =
      learn_images(images, training, sets->classes, !settings.flag("no_scale"));
  out.recipe = recipe;
  out.labels = sets->classes;
  out.fingerprint = sets->fingerprint;
  out.training = {samples(images, recipe), std::move(training)};
  if (!validation.empty()) out.validation = {out.training.samples, std::move(validation)};
  if (sets->test) out.test = {samples(*sets->test, recipe), all_rows(sets->test->count)};
  out.storage = sets;
  return out;
}

// Numbers are trained on with mean 0 and variance 1 over the training rows.
void standardize_targets(NetworkData& data) {
  if (!data.labels.empty()) return;
  const std::vector<double> y = data.training.targets();
  double mean = 0, square = 0;
  for (const double v : y) mean += v / static_cast<double>(y.size());
  for (const double v : y) square += (v - mean) * (v - mean) / static_cast<double>(y.size());
  data.target_center = mean;
  data.target_scale = square > 0 ? std::sqrt(square) : 1;
}

}  // namespace

std::vector<double> SampleRows::targets() const {
  std::vector<double> out;
  for (const uint32_t row : rows)
    out.push_back(samples.labels.empty() ? static_cast<double>(samples.targets[row])
                                         : static_cast<double>(samples.labels[row]));
  return out;
}

std::vector<double> SampleRows::weights() const {
  std::vector<double> out;
  if (samples.weights.empty()) return out;
  for (const uint32_t row : rows) out.push_back(static_cast<double>(samples.weights[row]));
  return out;
}

NetworkData load_network_data(const FitRequest& request) {
  NetworkData out = looks_like_images(request.data) ? load_images(request) : load_table(request);
  if (out.labels.empty() && out.training.samples.targets.empty())
    fail("{}: has no labels to train on; give them with --target-file", request.data.string());
  standardize_targets(out);
  return out;
}

AppliedData apply_recipe(const std::variant<Recipe, ImageRecipe>& recipe,
                         const std::filesystem::path& data, const ReadOptions& read, bool labeled,
                         Part part) {
  AppliedData out;
  if (const auto* images = std::get_if<ImageRecipe>(&recipe)) {
    ImageOptions options;
    options.target = read.target;
    options.classes = images->classes;
    options.labeled = labeled;
    auto sets = std::make_shared<ImageSets>(read_images(data, options));
    if (part == Part::test && sets->test) out.part = Part::test;
    const ImageData& set = out.part == Part::test ? *sets->test : sets->training;
    out.fingerprint = sets->fingerprint;
    out.count = set.count;
    out.all = {samples(set, *images), all_rows(set.count)};
    out.storage = sets;
    return out;
  }
  struct Storage {
    LoadedData loaded;
    Prepared prepared;
  };
  const Recipe& table = std::get<Recipe>(recipe);
  auto storage = std::make_shared<Storage>();
  storage->loaded = load(data, read);
  storage->prepared = apply(table, storage->loaded.table, {}, labeled);
  out.count = storage->loaded.table.rows;
  out.fingerprint = storage->loaded.fingerprint;
  out.all = {samples(storage->prepared, table.target), all_rows(storage->prepared.rows.size())};
  out.table_rows = storage->prepared.rows;
  out.storage = storage;
  return out;
}

}  // namespace thalweg
