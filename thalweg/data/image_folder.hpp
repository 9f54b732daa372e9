// Folders of pictures.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "thalweg/data/image_data.hpp"
#include "thalweg/data/label_column.hpp"

namespace thalweg {

// A part of the data: pictures and, where it has folders of classes, their labels.
struct PictureFolder {
  ImageData data;
  LabelColumn labels;  // empty without folders of classes
  std::vector<std::filesystem::path> files;
};

// Whether a file's name ends as a picture's does, and is not hidden.
bool is_picture_name(const std::filesystem::path& path);

// Whether the folder holds pictures, or folders of pictures; false where it cannot be read.
bool holds_pictures(const std::filesystem::path& folder);
bool holds_classes(const std::filesystem::path& folder);

// Reads CLASS/FILE, or where `labeled` is false and there are no folders, FILE; in order of name.
// Throws Error for a class without pictures, something else than a picture among them, pictures of
// different size, and as read_image does.
PictureFolder read_pictures(const std::filesystem::path& folder, bool labeled);

}  // namespace thalweg
