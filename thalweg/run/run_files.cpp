#include "thalweg/run/run_files.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/format/safetensors.hpp"

namespace thalweg {

using nlohmann::ordered_json;

RunPaths::RunPaths(std::filesystem::path at)
    : folder(std::move(at)),
      run(folder / "run.json"),
      model(folder / "model.safetensors"),
      certificate(folder / "certificate.safetensors"),
      checkpoint(folder / "checkpoint.safetensors"),
      verdict(folder / "verdict.json"),
      path(folder / "path.safetensors"),
      path_table(folder / "path.csv") {}

std::filesystem::path find_event_file(const std::filesystem::path& folder) {
  std::filesystem::path found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    if (entry.path().filename().string().starts_with("events.out.tfevents.") &&
        entry.path().filename() > found.filename())
      found = entry.path();
  return found;
}

std::vector<std::filesystem::path> unfinished_files(const std::filesystem::path& folder) {
  const RunPaths paths(folder);
  std::vector<std::filesystem::path> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".part")) continue;
    for (const auto& path : {paths.run, paths.model, paths.certificate, paths.checkpoint,
                             paths.verdict, paths.path, paths.path_table})
      if (name.starts_with(path.filename().string() + ".")) found.push_back(entry.path());
  }
  return found;
}

void check_place(const std::filesystem::path& run, bool overwrite) {
  if (!std::filesystem::exists(run)) return;
  if (!std::filesystem::is_directory(run))
    fail("{}: is a file, a run directory cannot be made there", run.string());
  const std::vector<std::filesystem::path> unfinished = unfinished_files(run);
  const auto entries = std::distance(std::filesystem::directory_iterator(run),
                                     std::filesystem::directory_iterator());
  if (static_cast<size_t>(entries) == unfinished.size()) return;
  const RunPaths paths(run);
  if (!std::filesystem::exists(paths.run))
    fail("{}: is not empty and not a run; choose another --run", run.string());
  if (!overwrite)
    fail("{}: holds a run already; choose another --run, add --overwrite, or thalweg resume {}",
         run.string(), run.string());
}

void remove_events(const std::filesystem::path& run) {
  for (std::filesystem::path events = find_event_file(run); !events.empty();
       events = find_event_file(run))
    std::filesystem::remove(events);
}

void remove_unfinished(const std::filesystem::path& run) {
  for (const std::filesystem::path& path : unfinished_files(run)) std::filesystem::remove(path);
}

void clear_place(const std::filesystem::path& run) {
  const RunPaths paths(run);
  // The verdict goes first: what is left is never taken for a finished run. run.json stays until it
  // is replaced: what is left is always taken for a run.
  for (const std::filesystem::path& path : {paths.verdict, paths.checkpoint, paths.certificate,
                                            paths.model, paths.path, paths.path_table})
    std::filesystem::remove(path);
  remove_events(run);
  remove_unfinished(run);
}

ordered_json settings_to_json(const Settings& settings) {
  ordered_json out = ordered_json::object();
  for (const Option& option : settings.declared()) {
    if (!settings.given(option.name)) continue;
    if (option.kind == OptionKind::texts)
      out[option.name] = settings.texts(option.name);
    else
      out[option.name] = to_text(settings.value(option.name));
  }
  return out;
}

void settings_from_json(const ordered_json& json, Settings& settings, const std::string& source) {
  if (!json.is_object()) fail("{}: \"asked\" is not an object; the file is damaged", source);
  for (const auto& [name, value] : json.items()) {
    if (value.is_string())
      settings.set(name, value.get<std::string>());
    else if (value.is_array())
      for (const auto& text : value) settings.set(name, text.get<std::string>());
    else
      fail("{}: option \"{}\" is not a text; the file is damaged", source, name);
  }
}

ordered_json read_json(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  const ordered_json json = ordered_json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object() || !json.contains("version") ||
      !json["version"].is_number_integer())
    fail("{}: not a file of this program, or damaged", path.string());
  if (json["version"].get<int64_t>() > 1)
    fail("{}: made by a newer version; update thalweg", path.string());
  return json;
}

void write_json(const std::filesystem::path& path, const ordered_json& json) {
  write_file(path, json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n");
}

std::string text_of(const ordered_json& json, const char* key,
                    const std::filesystem::path& source) {
  const auto at = json.find(key);
  if (at == json.end() || !at->is_string())
    fail("{}: has no text \"{}\"; the file is damaged", source.string(), key);
  return at->get<std::string>();
}

void write_certificate(const std::filesystem::path& path, const Certificate& c,
                       std::span<const uint8_t> training_rows, size_t outputs) {
  Safetensors file;
  file.add("rows", {training_rows.size()}, training_rows);
  if (c.kind == CertificateKind::fenchel) {
    const size_t n = c.dual.size() / outputs;
    file.add("dual", outputs == 1 ? std::vector<size_t>{n} : std::vector<size_t>{n, outputs},
             std::span<const double>(c.dual));
  }
  if (c.kind == CertificateKind::self_concordance || c.kind == CertificateKind::witness)
    file.add("direction", {c.direction.size()}, std::span<const double>(c.direction));
  auto number = [](double value) {
    return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
  };
  const ordered_json about = {{"kind", name(c.kind)},           {"bound", number(c.bound)},
                              {"rounding", number(c.rounding)}, {"scale", number(c.scale)},
                              {"value", number(c.value)},       {"infimum", number(c.infimum)},
                              {"constant", number(c.constant)}, {"assumptions", c.assumptions},
                              {"defining_row", c.defining_row}, {"shift", c.shift}};
  file.metadata = {{"format", "thalweg"}, {"version", "1"}, {"certificate", about.dump()}};
  write_safetensors(path, file);
}

LinearModel read_model(const std::filesystem::path& run) {
  return model_from_safetensors(read_model_file(run), RunPaths(run).model.string());
}

Safetensors read_model_file(const std::filesystem::path& run) {
  const RunPaths paths(run);
  if (!std::filesystem::is_directory(run))
    fail("{}: no run directory is there; give the folder that fit made", run.string());
  if (!std::filesystem::exists(paths.run))
    fail("{}: has no run.json; it is not a run", run.string());
  if (!std::filesystem::exists(paths.model))
    fail("{}: has no model yet; finish it with thalweg resume {}", run.string(), run.string());
  return read_safetensors(paths.model);
}

}  // namespace thalweg
