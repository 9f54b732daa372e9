#include "thalweg/data/image_data.hpp"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "thalweg/base/background.hpp"
#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/data/image_array.hpp"
#include "thalweg/data/image_folder.hpp"
#include "thalweg/format/gzip.hpp"
#include "thalweg/format/zip.hpp"

namespace thalweg {
namespace {

namespace fs = std::filesystem;

// One part before its labels are numbered.
struct Part {
  ImageData data;
  LabelColumn labels;
};
struct Parts {
  Part training;
  std::optional<Part> test;
};

// The file's ending in lower case, without ".gz" behind it.
std::string ending(const fs::path& path) {
  std::string name = path.filename().string();
  for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  return fs::path(name).extension().string();
}

// "train", "images-idx3-ubyte": the file, under whichever of its names it is there; else empty.
fs::path mnist_file(const fs::path& folder, std::string_view part, std::string what) {
  for (const char separator : {'-', '.'}) {
    what[what.find("idx") - 1] = separator;
    for (const char* behind : {"", ".gz"}) {
      const fs::path path = folder / fmt::format("{}-{}{}", part, what, behind);
      std::error_code error;
      if (fs::is_regular_file(path, error)) return path;
    }
  }
  return {};
}
constexpr const char *mnist_images = "images-idx3-ubyte", *mnist_labels = "labels-idx1-ubyte";

// Whatever reads as an array: IDX by its first bytes, NumPy's by its ending.
template <class Use>
auto with_array(const fs::path& path, const Use& use) {
  Text file = read_text(path);
  const std::string source = path.string();
  if (is_idx(file.text)) return use(read_idx(file.text, source, std::move(file.storage)));
  NpyArray array = read_npy_array(file.text, source);
  array.storage = std::move(file.storage);
  return use(array);
}

ImageData read_array_images(const fs::path& path) {
  return with_array(path, [&](const auto& array) { return images_of(array, path.string()); });
}

LabelColumn read_array_labels(const fs::path& path) {
  return with_array(path, [&](const auto& array) { return labels_of(array, path.string()); });
}

// An array of images and, where they are looked at, one of labels.
Part read_arrays(const fs::path& images, const fs::path& labels, bool labeled,
                 std::vector<fs::path>& files) {
  Part out;
  files.push_back(images);
  out.data = read_array_images(images);
  if (labeled) {
    files.push_back(labels);
    out.labels = read_array_labels(labels);
  }
  return out;
}

Part read_mnist(const fs::path& folder, std::string_view part, bool labeled,
                std::vector<fs::path>& files) {
  const fs::path labels = mnist_file(folder, part, mnist_labels);
  if (labeled && labels.empty())
    fail("images: {}: holds {}-{} but no {}-{}; add the file of labels", folder.string(), part,
         mnist_images, part, mnist_labels);
  return read_arrays(mnist_file(folder, part, mnist_images), labels, labeled, files);
}

Part read_part(const fs::path& folder, bool labeled, std::vector<fs::path>& files) {
  PictureFolder read = read_pictures(folder, labeled);
  files.insert(files.end(), read.files.begin(), read.files.end());
  return {std::move(read.data), std::move(read.labels)};
}

Parts read_folder(const fs::path& folder, bool labeled, std::vector<fs::path>& files) {
  Parts out;
  if (!mnist_file(folder, "train", mnist_images).empty()) {
    out.training = read_mnist(folder, "train", labeled, files);
    if (!mnist_file(folder, "t10k", mnist_images).empty())
      out.test = read_mnist(folder, "t10k", labeled, files);
  } else if (holds_classes(folder / "train")) {
    out.training = read_part(folder / "train", labeled, files);
    if (holds_classes(folder / "test")) out.test = read_part(folder / "test", labeled, files);
  } else {
    out.training = read_part(folder, labeled, files);
  }
  return out;
}

Parts read_npz_images(const fs::path& path, bool labeled) {
  const std::string source = path.string();
  const Text file = read_text(path);
  std::vector<NpyArray> arrays = read_npz_arrays(file.text, source);
  const auto find = [&](std::string_view name) -> NpyArray* {
    for (NpyArray& array : arrays)
      if (array.name == name) return &array;
    return nullptr;
  };
  const auto part = [&](NpyArray& images, std::string_view labels) {
    const std::string where = fmt::format("{}: array {}", source, images.name);
    if (!images.storage) images.storage = file.storage;
    Part out{images_of(images, where), {}};
    if (!labeled) return out;
    const NpyArray* found = find(labels);
    if (found == nullptr) fail("{}: there is no array {} of labels; add it", source, labels);
    out.labels = labels_of(*found, fmt::format("{}: array {}", source, labels));
    return out;
  };
  Parts out;
  if (NpyArray* whole = find("X")) {
    out.training = part(*whole, "y");
  } else if (NpyArray* training = find("x_train")) {
    out.training = part(*training, "y_train");
    if (NpyArray* test = find("x_test")) out.test = part(*test, "y_test");
  } else {
    fail("{}: there is neither an array X nor x_train; save the images as X and the labels as y",
         source);
  }
  return out;
}

// Whether a `.npz` has images in its X or x_train; nothing else is inflated or checked.
bool holds_image_array(std::string_view bytes) {
  for (const ZipMember& member : read_zip(bytes, "")) {
    if (member.name != "X.npy" && member.name != "x_train.npy") continue;
    if (!member.deflated) return is_image_shape(read_npy_array(member.data, "").shape);
    const Buffer<char> contents = inflate(member, "");
    return is_image_shape(read_npy_array({contents.data(), contents.size()}, "").shape);
  }
  return false;
}

// Numbers the labels of a part, which is then complete.
ImageData finish(Part part, const std::vector<std::string>& classes, bool labeled) {
  if (!labeled) return std::move(part.data);
  if (part.labels.codes.size() != part.data.count)
    fail("{}: {} images but {} labels; there must be one each", part.data.source, part.data.count,
         part.labels.codes.size());
  part.data.labels = class_indices(part.labels, classes, part.data.source);
  return std::move(part.data);
}

std::string fingerprint(const std::vector<fs::path>& files, const fs::path& folder) {
  if (files.size() == 1) return sha256_file(files[0]);
  std::string listing;
  for (const fs::path& path : files) {
    const fs::path name = folder.empty() ? path.filename() : path.lexically_relative(folder);
    listing += fmt::format("{}  {}\n", sha256_file(path), name.generic_string());
  }
  return sha256(listing);
}

}  // namespace

bool looks_like_images(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored))
    return !mnist_file(path, "train", mnist_images).empty() || holds_classes(path / "train") ||
           holds_classes(path) || holds_pictures(path);
  const std::string kind = ending(path);
  const bool numpy = kind == ".npy" || kind == ".npz",
             idx = kind.empty() || kind.starts_with(".idx");
  if ((!numpy && !idx) || !fs::is_regular_file(path, ignored)) return false;
  try {
    const Text file = read_text(path);
    if (is_idx(file.text)) return is_image_shape(read_idx(file.text, "", nullptr).shape);
    if (kind == ".npy") return is_image_shape(read_npy_array(file.text, "").shape);
    return kind == ".npz" && holds_image_array(file.text);
  } catch (const Error&) {
    return false;  // whoever reads it says what is wrong
  }
}

ImageSets read_images(const fs::path& path, const ImageOptions& options) {
  ImageSets out;
  Parts parts;
  std::error_code ignored;
  const bool folder = fs::is_directory(path, ignored);
  if (!options.target.empty() && (folder || ending(path) == ".npz"))
    fail("{}: has its labels within; leave out the file of targets, {}", path.string(),
         options.target.string());
  if (folder) {
    parts = read_folder(path, options.labeled, out.files);
  } else if (ending(path) == ".npz") {
    out.files = {path};
    parts = read_npz_images(path, options.labeled);
  } else {
    if (options.labeled && options.target.empty())
      fail("{}: an array of images without labels; name the file of labels with --target",
           path.string());
    parts.training = read_arrays(path, options.target, options.labeled, out.files);
  }
  std::sort(out.files.begin(), out.files.end());
  out.fingerprint = in_background([files = out.files, root = folder ? path : fs::path()] {
                      return fingerprint(files, root);
                    }).share();
  out.classes = options.classes;
  if (options.labeled && options.classes.empty()) out.classes = parts.training.labels.levels;
  out.training = finish(std::move(parts.training), out.classes, options.labeled);
  if (parts.test) {
    out.test = finish(std::move(*parts.test), out.classes, options.labeled);
    const ImageData &a = out.training, &b = *out.test;
    if (a.channels != b.channels || a.height != b.height || a.width != b.width)
      fail(
          "{}: images of {} x {} with {} channels, but {} x {} with {} to train on; bring all to "
          "one size",
          b.source, b.height, b.width, b.channels, a.height, a.width, a.channels);
  }
  return out;
}

}  // namespace thalweg
