#include "thalweg/run/predict.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "thalweg/base/catalog.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/format/read.hpp"
#include "thalweg/format/safetensors.hpp"
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

}  // namespace

std::string predict_csv(const fs::path& run, const fs::path& data) {
  const RunPaths paths(run);
  const LinearModel model = read_model(run);
  ReadOptions options = read_options_of(paths, read_json(paths.run));
  options.target.clear();  // it belongs to other rows, and nothing asks for it
  const Table table = read_table(data, options);
  const Prepared prepared = apply(model.recipe, table, {}, false);
  const Predictions predicted = predict(model, prepared.design);
  const std::vector<std::string>& labels = model.recipe.target.labels;
  const Link link = find(models(), "model", model.name).link;

  std::string out = "prediction";
  if (!predicted.probabilities.empty())
    for (const std::string& label : labels) out += "," + quoted("p(" + label + ")");
  if (link == Link::margin) out += ",score";
  out += "\n";
  for (size_t i = 0; i < predicted.values.size(); ++i) {
    if (model.recipe.target.labeled)
      out += quoted(labels[static_cast<size_t>(predicted.values[i])]);
    else
      out += shortest(predicted.values[i]);
    if (!predicted.probabilities.empty())
      for (size_t c = 0; c < labels.size(); ++c)
        out += "," + shortest(predicted.probabilities[i * labels.size() + c]);
    if (link == Link::margin) out += "," + shortest(predicted.scores[i]);
    out += "\n";
  }
  return out;
}

Evaluation evaluate(const fs::path& run, const fs::path& data, const std::string& rows,
                    const fs::path& target_file) {
  if (!rows.empty() && rows != "all" && rows != "training" && rows != "validation")
    fail("rows: \"{}\" is not all, training or validation", rows);
  const RunPaths paths(run);
  const LinearModel model = read_model(run);
  const ordered_json about = read_json(paths.run);
  ReadOptions options = read_options_of(paths, about);
  const bool own_targets = !options.target.empty();
  bool same = sha256_file(data) == text_of(about, "fingerprint", paths.run);
  if (!target_file.empty() || !same) options.target = target_file;
  if (same && own_targets)
    same = sha256_file(options.target) == text_of(about, "target_fingerprint", paths.run);
  const Table table = read_table(data, options);
  if (own_targets && options.target.empty() && table.target.empty())
    fail("{}: holds features alone; name the file of their targets with --target-file",
         data.string());
  Evaluation out;
  out.rows = rows;
  std::vector<uint8_t> mask(table.rows, 1);
  if (rows != "all") {
    if (!same && !rows.empty())
      fail("{}: not the data of this run, so it has no {} rows; use --rows all", data.string(),
           rows);
    std::vector<int64_t> training(table.rows, 1);
    if (same) training = read_safetensors(paths.certificate).integers("rows");
    if (training.size() != table.rows)
      fail("{}: its mask is of {} rows, the data have {}", paths.certificate.string(),
           training.size(), table.rows);
    const bool kept_back = std::find(training.begin(), training.end(), 0) != training.end();
    if (rows == "validation" && !kept_back)
      fail("{}: no rows were kept back for validation; use --rows all", run.string());
    if (out.rows.empty()) out.rows = same && kept_back ? "validation" : "all";
    if (out.rows != "all")
      for (size_t i = 0; i < table.rows; ++i)
        mask[i] = (training[i] != 0) == (out.rows == "training");
  }
  const Prepared prepared = apply(model.recipe, table, mask, true);
  out.count = prepared.rows.size();
  const ordered_json measured = scores(model, prepared);
  out.json = ordered_json{{"rows", out.rows}, {"count", out.count}, {"scores", measured}}.dump(2);
  out.table = scores_table(measured);
  return out;
}

}  // namespace thalweg
