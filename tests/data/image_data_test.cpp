#include "thalweg/data/image_data.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/format/npy_array.hpp"
#include "thalweg/format/zip.hpp"

namespace thalweg {
namespace {

namespace fs = std::filesystem;
using std::string_literals::operator""s;

// Made by tests/oracle/format/make_images.py; all but the JPEGs are of 11 x 13 pixels.
const fs::path pictures = THALWEG_SOURCE "/tests/oracle/format/images";

class ImageDataTest : public testing::Test {
 protected:
  ImageDataTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder = fs::temp_directory_path() /
             ("thalweg_image_data." + std::to_string(::getpid()) + "." + test->name());
    fs::create_directories(folder);
  }
  ~ImageDataTest() override { fs::remove_all(folder); }

  void put(const std::string& to, const std::string& picture) {
    fs::create_directories((folder / to).parent_path());
    fs::copy_file(pictures / picture, folder / to);
  }
  void write(const std::string& to, const std::string& bytes) {
    fs::create_directories((folder / to).parent_path());
    write_file(folder / to, bytes);
  }
  std::string refusal(const ImageOptions& options = {}, const std::string& file = "") {
    try {
      read_images(file.empty() ? folder : folder / file, options);
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
      std::string out = error.what();
      for (size_t at; (at = out.find(folder.string())) != std::string::npos;)
        out.replace(at, folder.string().size(), "ROOT");
      return out;
    }
    return "";
  }

  fs::path folder;
};

std::string bytes_of(const ImageData& data) {
  const auto& pixels = std::get<Buffer<uint8_t>>(data.pixels);
  return {pixels.begin(), pixels.end()};
}

std::string idx(const std::string& shape, const std::string& data) {
  std::string out = "\0\0\x08"s + static_cast<char>(shape.size());
  for (const char extent : shape) out += "\0\0\0"s + extent;
  return out + data;
}

std::string npy(const std::string& type, const std::vector<size_t>& shape,
                const std::string& data) {
  return npy_header(type, shape) + data;
}

TEST_F(ImageDataTest, Mnist) {
  const fs::path mnist = THALWEG_SOURCE "/../shared/data/mnist";
  if (!fs::exists(mnist)) GTEST_SKIP() << "no ../shared/data/mnist";
  EXPECT_TRUE(looks_like_images(mnist));
  const ImageSets sets = read_images(mnist);
  EXPECT_EQ(sets.training.count, 60000u);
  EXPECT_EQ(sets.training.features(), 784u);
  EXPECT_EQ(sets.test->count, 10000u);
  EXPECT_EQ(sets.classes,
            (std::vector<std::string>{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}));
  EXPECT_EQ(std::vector<int32_t>(sets.training.labels.begin(), sets.training.labels.begin() + 5),
            (std::vector<int32_t>{5, 0, 4, 1, 9}));
  // SHA-256 of the elements: `zcat t10k-images-idx3-ubyte.gz | tail -c +17 | sha256sum`.
  EXPECT_EQ(sha256(bytes_of(*sets.test)),
            "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161");
  // `cd ../shared/data/mnist; sha256sum * | sha256sum`
  EXPECT_EQ(sets.fingerprint.get(),
            "846179761d047b247a069560ceb167336b99a2337d0076d71204b148c5db137d");
}

TEST_F(ImageDataTest, FoldersOfClasses) {
  put("cat/2.png", "color.png");
  put("cat/1.png", "gray8.png");
  put("ant/x.PNG", "alpha.png");
  put("dog/a.png", "palette.png");
  write("cat/.hidden", "");
  write("README", "beside the classes");
  EXPECT_TRUE(looks_like_images(folder));
  const ImageSets sets = read_images(folder);
  EXPECT_FALSE(sets.test);
  EXPECT_EQ(sets.classes, (std::vector<std::string>{"ant", "cat", "dog"}));
  EXPECT_EQ(sets.training.names,
            (std::vector<std::string>{"ant/x.PNG", "cat/1.png", "cat/2.png", "dog/a.png"}));
  EXPECT_EQ(sets.training.labels, (std::vector<int32_t>{0, 1, 1, 2}));
  EXPECT_EQ(sets.training.channels, 3u);
  EXPECT_EQ(sets.training.height, 11u);
  EXPECT_EQ(sets.training.width, 13u);
  const std::string pixels = bytes_of(sets.training);
  const std::string gray = read_file(pictures / "gray8.pixels").substr(3);
  const std::string color = read_file(pictures / "color.pixels").substr(3);
  EXPECT_EQ(pixels.substr(1 * 429, 429), gray + gray + gray);
  for (size_t c = 0; c < 3; ++c)
    for (size_t i = 0; i < 143; ++i) ASSERT_EQ(pixels[2 * 429 + c * 143 + i], color[i * 3 + c]);
  // As sha256sum would list them.
  std::string listing;
  for (const std::string& name : sets.training.names)
    listing += sha256_file(folder / name) + "  " + name + "\n";
  EXPECT_EQ(sets.fingerprint.get(), sha256(listing));
}

TEST_F(ImageDataTest, PartsToTrainAndToTest) {
  put("train/b/1.png", "gray8.png");
  put("train/a/1.png", "gray4.png");
  put("test/b/1.png", "gray2.png");
  EXPECT_TRUE(looks_like_images(folder));
  const ImageSets sets = read_images(folder);
  EXPECT_EQ(sets.classes, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(sets.training.channels, 1u);
  EXPECT_EQ(sets.training.labels, (std::vector<int32_t>{0, 1}));
  EXPECT_EQ(sets.test->labels, std::vector<int32_t>{1});
  put("test/zebra/1.png", "gray2.png");
  EXPECT_EQ(refusal(), "ROOT/test: label \"zebra\" is none of the 2 classes that are trained on");
  fs::remove_all(folder / "test");
  put("test/a/1.png", "color.png");
  EXPECT_EQ(refusal(),
            "ROOT/test: images of 11 x 13 with 3 channels, but 11 x 13 with 1 to train on; bring "
            "all to one size");
}

TEST_F(ImageDataTest, ClassesOfAModelAndNoLabels) {
  put("b/1.png", "gray8.png");
  const ImageSets known = read_images(folder, {.classes = {"a", "b"}});
  EXPECT_EQ(known.training.labels, std::vector<int32_t>{1});
  EXPECT_NE(refusal({.classes = {"a", "c"}}), "");
  EXPECT_TRUE(read_images(folder, {.classes = {"a"}, .labeled = false}).training.labels.empty());
  fs::remove_all(folder / "b");
  put("2.png", "gray8.png");
  put("10.png", "gray4.png");
  EXPECT_TRUE(looks_like_images(folder));
  EXPECT_EQ(read_images(folder, {.labeled = false}).training.names,
            (std::vector<std::string>{"10.png", "2.png"}));
  EXPECT_EQ(refusal(),
            "images: ROOT: holds no folders of pictures; expected CLASS/*.png or CLASS/*.jpg");
}

TEST_F(ImageDataTest, RefusesFoldersThatDoNotFit) {
  EXPECT_FALSE(looks_like_images(folder));
  EXPECT_FALSE(looks_like_images(folder / "absent"));
  EXPECT_NE(refusal(), "");
  put("a/1.png", "gray8.png");
  put("b/1.jpg", "jpeg_gray.jpg");
  EXPECT_EQ(refusal(),
            "images: ROOT/b/1.jpg has 40 x 33 pixels, ROOT/a/1.png has 11 x 13 (height x width); "
            "bring all to one size");
  fs::remove_all(folder / "b");
  write("b/Thumbs.db", "");
  EXPECT_EQ(refusal(),
            "images: ROOT/b/Thumbs.db: is not a .png, .jpg or .jpeg; take it out of the folder of "
            "pictures");
  fs::remove(folder / "b/Thumbs.db");
  EXPECT_EQ(refusal(),
            "images: ROOT/b: a class without pictures; add some, or take the folder away");
  write("b/1.png", "no picture");
  EXPECT_EQ(
      refusal(),
      "image: ROOT/b/1.png: is neither PNG nor JPEG; convert it, or take it out of the folder");
  EXPECT_NE(refusal({.target = "y.npy"}).find("has its labels within"), std::string::npos);
}

TEST_F(ImageDataTest, MnistFilesWithoutTestUnderTheirOtherName) {
  write("train-images.idx3-ubyte", idx("\3\2\1", "abcdef"));
  write("train-labels.idx1-ubyte", idx("\3", "\7\2\7"));
  const ImageSets sets = read_images(folder);
  EXPECT_FALSE(sets.test);
  EXPECT_EQ(bytes_of(sets.training), "abcdef");
  EXPECT_EQ(sets.training.labels, (std::vector<int32_t>{1, 0, 1}));
  EXPECT_EQ(sets.classes, (std::vector<std::string>{"2", "7"}));
  write("train-labels.idx1-ubyte", idx("\2", "\7\2"));
  EXPECT_EQ(refusal(),
            "ROOT/train-images.idx3-ubyte: 3 images but 2 labels; there must be one each");
  fs::remove(folder / "train-labels.idx1-ubyte");
  EXPECT_EQ(refusal(),
            "images: ROOT: holds train-images-idx3-ubyte but no train-labels-idx1-ubyte; add the "
            "file of labels");
  EXPECT_EQ(read_images(folder, {.labeled = false}).training.count, 3u);
}

TEST_F(ImageDataTest, ArraysWithAFileOfLabels) {
  write("x.npy", npy("|u1", {2, 2, 1, 3}, "abcdefghijkl"));  // channels at the end
  write("y.npy", npy("<U1", {2}, "n\0\0\0m\0\0\0"s));
  EXPECT_TRUE(looks_like_images(folder / "x.npy"));
  EXPECT_FALSE(looks_like_images(folder / "y.npy"));
  const ImageSets sets = read_images(folder / "x.npy", {.target = folder / "y.npy"});
  EXPECT_EQ(sets.training.channels, 3u);
  EXPECT_EQ(sets.training.height, 2u);
  EXPECT_EQ(bytes_of(sets.training), "adbecfgjhkil");
  EXPECT_EQ(sets.classes, (std::vector<std::string>{"m", "n"}));
  EXPECT_EQ(sets.training.labels, (std::vector<int32_t>{1, 0}));
  EXPECT_EQ(sets.fingerprint.get(), sha256(sha256_file(folder / "x.npy") + "  x.npy\n" +
                                           sha256_file(folder / "y.npy") + "  y.npy\n"));
  EXPECT_NE(refusal({}, "x.npy").find("--target"), std::string::npos);
  const ImageSets bare = read_images(folder / "x.npy", {.labeled = false});
  EXPECT_EQ(bare.fingerprint.get(), sha256_file(folder / "x.npy"));
  write("y.npy", npy("<f4", {2}, "\0\0\x80\x3f\0\0\xc0\x3f"s));  // 1, 1.5
  EXPECT_EQ(
      refusal({.target = folder / "y.npy"}, "x.npy"),
      "ROOT/y.npy: label 1.5 of row 1 is not a whole number; images are told apart by classes");
}

TEST_F(ImageDataTest, ArraysOfShapesThatSayNothing) {
  const auto shape = [&](const std::vector<size_t>& extents, const std::string& type = "|u1") {
    size_t size = type[2] - '0';
    for (const size_t extent : extents) size *= extent;
    write("x.npy", npy(type, extents, std::string(size, '\0')));
    return refusal({.labeled = false}, "x.npy");
  };
  EXPECT_EQ(shape({2, 3, 4, 5}), "");
  EXPECT_EQ(shape({2, 5, 5, 4}), "");
  EXPECT_EQ(shape({2, 3, 5, 4}),
            "ROOT/x.npy: which extent of [2, 3, 5, 4] are the channels? Expected 1, 3 or 4 either "
            "behind the count or at the end");
  EXPECT_NE(shape({2, 5, 5, 5}), "");
  EXPECT_EQ(shape({2, 3}),
            "ROOT/x.npy: images of shape [2, 3]; expected [count, height, width], with channels "
            "behind count or at the end");
  EXPECT_EQ(shape({0, 3, 3}), "ROOT/x.npy: [0, 3, 3] holds no images");
  EXPECT_EQ(shape({1, 2, 2}, "<f4"), "");
}

TEST_F(ImageDataTest, NumbersBecomeFloat32AndMustBeFinite) {
  const float numbers[] = {1, -2.5f, 3, 4};
  std::string data(reinterpret_cast<const char*>(numbers), sizeof numbers);
  write("x.npy", npy("<f4", {1, 2, 2}, data));
  const ImageSets sets = read_images(folder / "x.npy", {.labeled = false});
  const auto& pixels = std::get<Buffer<float>>(sets.training.pixels);
  EXPECT_EQ(std::vector<float>(pixels.begin(), pixels.end()), (std::vector<float>{1, -2.5f, 3, 4}));
  data.replace(4, 4, "\0\0\xc0\x7f"s);
  write("x.npy", npy("<f4", {1, 2, 2}, data));
  EXPECT_EQ(
      refusal({.labeled = false}, "x.npy"),
      "ROOT/x.npy: image 0 holds a number that float32 does not: nan; repair it, or leave the "
      "image out");
}

TEST_F(ImageDataTest, NpzInOnePartAndInTwo) {
  const auto archive = [&](const std::vector<std::pair<std::string, std::string>>& members) {
    ZipWriter zip(folder / "d.npz");
    for (const auto& [name, bytes] : members) {
      const size_t head = 128;
      zip.add(name + ".npy", bytes.substr(0, head), bytes.substr(head));
    }
    zip.commit();
  };
  const std::string two = npy("|u1", {2, 1, 2}, "abcd"), one = npy("|u1", {1, 1, 2}, "ef");
  const std::string labels = npy("<i8", {2, 1}, "\5\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0"s);
  archive({{"X", two}, {"y", labels}});
  EXPECT_TRUE(looks_like_images(folder / "d.npz"));
  ImageSets sets = read_images(folder / "d.npz");
  EXPECT_EQ(bytes_of(sets.training), "abcd");
  EXPECT_EQ(sets.classes, (std::vector<std::string>{"3", "5"}));
  EXPECT_EQ(sets.training.labels, (std::vector<int32_t>{1, 0}));
  EXPECT_EQ(sets.fingerprint.get(), sha256_file(folder / "d.npz"));
  archive(
      {{"x_train", two}, {"y_train", labels}, {"x_test", one}, {"y_test", npy("|u1", {1}, "\3")}});
  EXPECT_TRUE(looks_like_images(folder / "d.npz"));
  sets = read_images(folder / "d.npz");
  EXPECT_EQ(bytes_of(*sets.test), "ef");
  EXPECT_EQ(sets.test->labels, std::vector<int32_t>{0});
  archive({{"X", two}});
  EXPECT_EQ(refusal({}, "d.npz"), "ROOT/d.npz: there is no array y of labels; add it");
  archive({{"X", labels}, {"y", labels}});
  EXPECT_FALSE(looks_like_images(folder / "d.npz"));
  archive({{"Z", two}});
  EXPECT_NE(refusal({}, "d.npz").find("neither an array X nor x_train"), std::string::npos);
}

}  // namespace
}  // namespace thalweg
