#include "thalweg/run/predict.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "thalweg/base/catalog.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/format/read.hpp"
#include "thalweg/format/safetensors.hpp"
#include "thalweg/model/curve.hpp"
#include "thalweg/run/network_data.hpp"
#include "thalweg/run/network_scores.hpp"
#include "thalweg/run/run_files.hpp"
#include "thalweg/run/scores.hpp"

namespace thalweg {
namespace {

using nlohmann::ordered_json;
namespace fs = std::filesystem;

// As the run read its own data, its file of targets included.
ReadOptions read_options_of(const RunPaths& paths, const ordered_json& run) {
  ReadOptions out;
  try {
    const ordered_json& read = run.at("read");
    out.missing = read.at("missing").get<std::vector<std::string>>();
    out.drop = read.at("drop").get<std::vector<std::string>>();
    out.categorical = read.at("categorical").get<std::vector<std::string>>();
    out.names_only = true;
    out.no_header = read.at("no_header").get<bool>();
    out.target = read.at("target_file").get<std::string>();
  } catch (const ordered_json::exception&) {
    fail("{}: a part of it is missing; the file is damaged", paths.run.string());
  }
  return out;
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out(1, '"');
  for (char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
  return out;
}

// The table that predict prints: labels are empty where numbers are predicted.
std::string as_csv(const Predictions& predicted, const std::vector<std::string>& labels,
                   bool with_score) {
  std::string out = "prediction";
  if (!predicted.probabilities.empty())
    for (const std::string& label : labels) out.append(",").append(quoted("p(" + label + ")"));
  if (with_score) out += ",score";
  out += "\n";
  for (size_t i = 0; i < predicted.values.size(); ++i) {
    if (!labels.empty())
      out += quoted(labels[static_cast<size_t>(predicted.values[i])]);
    else
      out += shortest(predicted.values[i]);
    if (!predicted.probabilities.empty())
      for (size_t c = 0; c < labels.size(); ++c)
        out.append(",").append(shortest(predicted.probabilities[i * labels.size() + c]));
    if (with_score) out.append(",").append(shortest(predicted.scores[i]));
    out += "\n";
  }
  return out;
}

// Which of `count` rows of the data are to be measured, and how that is called.
// `same`: these are the data of the run.
std::vector<uint8_t> chosen_rows(const RunPaths& paths, const fs::path& data, bool same,
                                 size_t count, const std::string& rows, std::string& called) {
  std::vector<uint8_t> mask(count, 1);
  if (rows == "all") return mask;
  if (!same && !rows.empty())
    fail("{}: not the data of this run, so it has no {} rows; use --rows all", data.string(), rows);
  std::vector<int64_t> training(count, 1);
  if (same) training = read_safetensors(paths.certificate).integers("rows");
  if (training.size() != count)
    fail("{}: its mask is of {} rows, the data have {}", paths.certificate.string(),
         training.size(), count);
  const bool kept_back = std::find(training.begin(), training.end(), 0) != training.end();
  if (rows == "validation" && !kept_back)
    fail("{}: no rows were kept back for validation; use --rows all", paths.folder.string());
  if (called.empty()) called = same && kept_back ? "validation" : "all";
  if (called != "all")
    for (size_t i = 0; i < count; ++i) mask[i] = (training[i] != 0) == (called == "training");
  return mask;
}

}  // namespace

std::string predict_csv(const fs::path& run, const fs::path& data) {
  const RunPaths paths(run);
  const Safetensors file = read_model_file(run);
  ReadOptions read = read_options_of(paths, read_json(paths.run));
  read.target.clear();  // it belongs to other rows, and nothing asks for it
  if (holds_curve(file)) {
    Predictions predicted;
    predicted.values =
        curve_from_safetensors(file, paths.model.string()).predict(read_table(data, read));
    return as_csv(predicted, {}, false);
  }
  if (holds_network(file, paths.model.string())) {
    const NetworkModel model = network_from_safetensors(file, paths.model.string());
    const AppliedData applied = apply_recipe(model.recipe, data, read, false);
    return as_csv(predict(model, applied.all.samples, applied.all.rows), model.labels(), false);
  }
  const LinearModel model = model_from_safetensors(file, paths.model.string());
  const Table table = read_table(data, read);
  const Prepared prepared = apply(model.recipe, table, {}, false);
  const TargetRecipe& target = model.recipe.target;
  return as_csv(predict(model, prepared.design),
                target.labeled ? target.labels : std::vector<std::string>(),
                find(models(), "model", model.name).link == Link::margin);
}

Evaluation evaluate(const fs::path& run, const fs::path& data, const std::string& rows,
                    const fs::path& target_file) {
  if (!rows.empty() && rows != "all" && rows != "training" && rows != "validation")
    fail("rows: \"{}\" is not all, training or validation", rows);
  const RunPaths paths(run);
  const Safetensors file = read_model_file(run);
  const ordered_json about = read_json(paths.run);
  ReadOptions read = read_options_of(paths, about);
  const bool own_targets = !read.target.empty();
  const auto is_the_runs = [&](const std::string& fingerprint) {
    bool same = fingerprint == text_of(about, "fingerprint", paths.run);
    if (!target_file.empty() || !same) read.target = target_file;
    if (same && own_targets)
      same = sha256_file(read.target) == text_of(about, "target_fingerprint", paths.run);
    return same;
  };
  if (holds_curve(file))
    fail("{}: is a curve, whose verdict.json says how well it fits; predict applies it to {}",
         run.string(), data.string());
  Evaluation out;
  out.rows = rows;
  ordered_json measured;
  if (holds_network(file, paths.model.string())) {
    const NetworkModel model = network_from_safetensors(file, paths.model.string());
    // Images that come with a test set are measured on that, unless rows are asked for.
    const AppliedData applied =
        apply_recipe(model.recipe, data, read, true, rows.empty() ? Part::test : Part::whole);
    SampleRows taken = applied.all;
    if (applied.part == Part::test) {
      out.rows = "test";
    } else {
      const std::vector<uint8_t> mask = chosen_rows(
          paths, data, is_the_runs(applied.fingerprint.get()), applied.count, rows, out.rows);
      std::erase_if(taken.rows, [&](uint32_t row) {
        return mask[applied.table_rows.empty() ? row : applied.table_rows[row]] == 0;
      });
    }
    out.count = taken.rows.size();
    measured = scores(model, taken);
  } else {
    const LinearModel model = model_from_safetensors(file, paths.model.string());
    const bool same = is_the_runs(sha256_file(data));
    const Table table = read_table(data, read);
    if (own_targets && read.target.empty() && table.target.empty())
      fail("{}: holds features alone; name the file of their targets with --target-file",
           data.string());
    const std::vector<uint8_t> mask = chosen_rows(paths, data, same, table.rows, rows, out.rows);
    const Prepared prepared = apply(model.recipe, table, mask, true);
    out.count = prepared.rows.size();
    measured = scores(model, prepared);
  }
  out.json = ordered_json{{"rows", out.rows}, {"count", out.count}, {"scores", measured}}.dump(2);
  out.table = scores_table(measured);
  return out;
}

}  // namespace thalweg
