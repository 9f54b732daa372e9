#include "thalweg/data/image_folder.hpp"

#include <algorithm>
#include <cstring>
#include <system_error>
#include <utility>

#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/base/parallel.hpp"
#include "thalweg/format/image.hpp"

namespace thalweg {
namespace {

// A file that was found in a folder: whole, on one line.
std::string shown_path(const std::filesystem::path& path) {
  std::string text = path.string();
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return text;
}

namespace fs = std::filesystem;

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

// What lies in the folder and is not hidden, in order of name.
std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (!is_hidden(at->path())) out.push_back(at->path());
  if (error) fail("images: {}: {}", shown_path(folder), error.message());
  std::sort(out.begin(), out.end());
  return out;
}

// Whether something in the folder fulfils it; looks no further than the first.
template <class Condition>
bool any_entry(const fs::path& folder, const Condition& condition) {
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (!is_hidden(at->path()) && condition(at->path())) return true;
  return false;
}

std::vector<fs::path> pictures(const fs::path& folder) {
  std::vector<fs::path> out = entries(folder);
  for (const fs::path& path : out)
    if (!is_picture_name(path))
      fail("images: {}: is not a .png, .jpg or .jpeg; take it out of the folder of pictures",
           shown_path(path));
  return out;
}

void list_classes(const fs::path& folder, PictureFolder& out) {
  for (const fs::path& path : entries(folder)) {
    if (!fs::is_directory(path)) continue;
    const std::vector<fs::path> files = pictures(path);
    if (files.empty())
      fail("images: {}: a class without pictures; add some, or take the folder away",
           shown_path(path));
    const auto code = static_cast<int32_t>(out.labels.levels.size());
    out.labels.levels.push_back(path.filename().string());
    out.labels.codes.insert(out.labels.codes.end(), files.size(), code);
    out.files.insert(out.files.end(), files.begin(), files.end());
  }
}

// The one shape of all, with three channels if any has three.
ImageShape common_shape(const std::vector<fs::path>& files) {
  std::vector<ImageShape> shapes(files.size());
  parallel_blocks(files.size(), 64, [&](size_t, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i)
      shapes[i] = read_image_shape(MappedFile(files[i]).text(), shown_path(files[i]));
  });
  ImageShape out = shapes[0];
  for (size_t i = 0; i < files.size(); ++i) {
    if (shapes[i].height != out.height || shapes[i].width != out.width)
      fail("images: {} has {} x {} pixels, {} has {} x {} (height x width); bring all to one size",
           shown_path(files[i]), shapes[i].height, shapes[i].width, shown_path(files[0]),
           out.height, out.width);
    out.channels = std::max(out.channels, shapes[i].channels);
  }
  return out;
}

// to [channels, height, width]; gray is repeated.
void to_planes(const Image& image, size_t channels, uint8_t* to) {
  const size_t plane = image.shape.height * image.shape.width;
  const size_t last = image.shape.channels - 1;
  for (size_t c = 0; c < channels; ++c)
    for (size_t i = 0; i < plane; ++i)
      to[c * plane + i] = image.pixels[i * image.shape.channels + std::min(c, last)];
}

}  // namespace

bool is_picture_name(const fs::path& path) {
  std::string ending = path.extension().string();
  for (char& c : ending) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return !is_hidden(path) && (ending == ".png" || ending == ".jpg" || ending == ".jpeg");
}

bool holds_pictures(const fs::path& folder) { return any_entry(folder, is_picture_name); }
bool holds_classes(const fs::path& folder) { return any_entry(folder, holds_pictures); }

PictureFolder read_pictures(const fs::path& folder, bool labeled) {
  PictureFolder out;
  if (labeled || holds_classes(folder))
    list_classes(folder, out);
  else
    out.files = pictures(folder);
  if (out.files.empty())
    fail("images: {}: holds no folders of pictures; expected CLASS/*.png or CLASS/*.jpg",
         shown_path(folder));
  const ImageShape shape = common_shape(out.files);
  ImageData& data = out.data;
  data = {folder.string(), out.files.size(), shape.channels, shape.height, shape.width, {}, {}, {}};
  for (const fs::path& path : out.files)
    data.names.push_back(path.lexically_relative(folder).generic_string());
  const size_t features = data.features();
  Buffer<uint8_t> pixels(data.count * features);
  parallel_blocks(data.count, 16, [&](size_t, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const Image image = read_image(MappedFile(out.files[i]).text(), shown_path(out.files[i]));
      // The file may have been replaced since its header was read.
      if (image.shape.height != shape.height || image.shape.width != shape.width ||
          image.shape.channels > shape.channels)
        fail("images: {}: changed while it was read", shown_path(out.files[i]));
      to_planes(image, shape.channels, pixels.data() + i * features);
    }
  });
  data.pixels = std::move(pixels);
  return out;
}

}  // namespace thalweg
