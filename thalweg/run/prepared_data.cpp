#include "thalweg/run/prepared_data.hpp"

#include <algorithm>

#include "thalweg/base/background.hpp"
#include "thalweg/base/catalog.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/data/split.hpp"
#include "thalweg/data/target.hpp"

namespace thalweg {
namespace {

RecipeOptions recipe_options(const ChosenModel& model, const Settings& settings) {
  RecipeOptions out;
  out.target = settings.text("target");
  out.weights = settings.text("weights");
  out.drop = settings.texts("drop");
  out.categorical = settings.texts("categorical");
  out.kind = loss_row(model.loss.kind).target;
  out.scale = !settings.flag("no_scale");
  out.float32 = settings.flag("float32");
  return out;
}

// Strata of the split: the labels of a classifier, else one for all.
std::vector<int32_t> strata(const Table& table, const ChosenModel& model, const Settings& settings,
                            const std::vector<uint8_t>& usable) {
  const TargetKind kind = loss_row(model.loss.kind).target;
  const size_t target = target_column(table, settings.text("target"));
  std::vector<int32_t> classes(table.rows, 0);
  if (kind == TargetKind::binary || kind == TargetKind::classes)
    classes = target_classes(table, target);
  for (size_t i = 0; i < table.rows; ++i)
    if (usable[i] == 0) classes[i] = -1;
  return classes;
}

}  // namespace

LoadedData load(const std::filesystem::path& data, const ReadOptions& options) {
  // Mapped here, so that a file that cannot be read says so before anything is started.
  auto file = std::make_shared<const MappedFile>(data);
  LoadedData out;
  out.fingerprint = in_background([file] { return sha256(file->text()); }).share();
  out.table = read_table(data, options);
  if (!options.target.empty()) out.target_fingerprint = sha256_file(options.target);
  return out;
}

ReadOptions read_options(const Settings& settings) {
  ReadOptions out;
  out.missing = settings.texts("missing");
  out.no_header = settings.flag("no_header");
  out.drop = settings.texts("drop");
  out.categorical = settings.texts("categorical");
  out.target = settings.text("target_file");
  return out;
}

ChosenModel choose_model(const Table& table, const Settings& settings) {
  const size_t target = target_column(table, settings.text("target"));
  Call call = parse_call(settings.text("model"));
  std::string reason;
  if (call.name == "auto") {
    call.name = default_model(table, target);
    const std::string& column = table.columns[target].name;
    reason = call.name == "linear"     ? fmt::format("\"{}\" holds numbers", column)
             : call.name == "logistic" ? fmt::format("\"{}\" has two values", column)
                                       : fmt::format("\"{}\" has more than two labels", column);
  }
  const ModelRow& row = find(models(), "model", call.name);
  const Settings chosen = thalweg::settings(row, "model", call);
  return {row, make_loss(loss_row(row.loss), chosen), chosen.call(row.name), reason};
}

Split split_rows(const Table& table, const ChosenModel& model, const Settings& settings) {
  Split out;
  out.usable = usable_rows(table, recipe_options(model, settings));
  out.training = out.usable;
  const double share = settings.real("validation");
  if (share > 0)
    out.training = training_mask(table.rows, strata(table, model, settings, out.usable), share,
                                 static_cast<uint64_t>(settings.integer("seed")));
  return out;
}

PreparedData prepare(const Table& table, const ChosenModel& model, const Settings& settings,
                     const std::vector<uint8_t>& usable, const std::vector<uint8_t>& training) {
  PreparedData out;
  out.recipe = learn(table, recipe_options(model, settings), training);
  out.training = apply(out.recipe, table, training, true);
  out.training_rows.assign(table.rows, 0);
  for (size_t row : out.training.rows) out.training_rows[row] = 1;
  out.outputs = model.loss.kind == LossKind::softmax ? out.recipe.target.labels.size() : 1;
  std::vector<uint8_t> others(table.rows, 0);
  bool any = false;
  for (size_t i = 0; i < table.rows; ++i)
    if (usable[i] != 0 && training[i] == 0) others[i] = 1, any = true;
  if (any) out.validation = apply(out.recipe, table, others, true);
  return out;
}

void each_fold(const Table& table, const ChosenModel& model, const Settings& settings,
               const std::function<void(long long fold, const PreparedData& data)>& body) {
  const std::vector<uint8_t> usable = usable_rows(table, recipe_options(model, settings));
  const long long folds = settings.integer("folds");
  const std::vector<int32_t> fold =
      k_folds(table.rows, strata(table, model, settings, usable), static_cast<int>(folds),
              static_cast<uint64_t>(settings.integer("seed")));
  for (long long f = 0; f < folds; ++f) {
    std::vector<uint8_t> taking_part(table.rows), training(table.rows);
    for (size_t i = 0; i < table.rows; ++i) {
      taking_part[i] = fold[i] >= 0;
      training[i] = fold[i] >= 0 && fold[i] != f;
    }
    body(f, prepare(table, model, settings, taking_part, training));
  }
}

Samples samples_of(const Prepared& data, const ChosenModel& model, size_t outputs) {
  Samples out;
  out.design = &data.design;
  out.target = data.target;
  out.weight = data.weight;
  out.loss = model.loss;
  out.outputs = outputs;
  return out;
}

std::vector<std::string> names_of(const Table& table, const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  for (const std::string& column : columns)
    names.push_back(table.columns[table.index(column)].name);
  return names;
}

}  // namespace thalweg
