#include "thalweg/format/npy.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>

#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/base/parallel.hpp"

namespace thalweg {
namespace {

// The files are made by tests/oracle/format/make_npy.py.
std::shared_ptr<const MappedFile> file(const std::string& name) {
  return std::make_shared<MappedFile>(THALWEG_SOURCE "/tests/oracle/format/npy/" + name);
}

Table table(const std::string& name) {
  const auto mapped = file(name);
  return read_npz(mapped->text(), name, mapped);
}

std::string refusal(const std::string& bytes) {
  try {
    read_npz(bytes, "t", nullptr);
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "";
}

std::filesystem::path place() {
  return std::filesystem::temp_directory_path() /
         ("thalweg_npy_test." + std::to_string(::getpid()) + ".npz");
}

// A .npz of X [rows, columns] written here.
std::string npz(size_t rows, size_t columns, const std::vector<double>& values) {
  NpzWriter writer(place());
  writer.add("X", {rows, columns}, values);
  writer.commit();
  const std::string bytes = read_file(place());
  std::filesystem::remove(place());
  return bytes;
}

TEST(Npy, ReadsATableHoweverItIsStored) {
  for (const char* name : {"table.npz", "compressed.npz", "fortran.npz", "streamed.npz"}) {
    SCOPED_TRACE(name);
    const Table t = table(name);
    EXPECT_EQ(t.source, name);
    EXPECT_EQ(t.rows, 4u);
    EXPECT_EQ(t.target, "y");
    EXPECT_EQ(t.weights, "weights");
    EXPECT_TRUE(t.has_header);
    ASSERT_EQ(t.columns.size(), 5u);
    EXPECT_EQ(t.columns[0].name, "größe");
    const double expected[3][4] = {
        {1, 2, 3, 4}, {0.5, -0.25, 1e300, 2}, {std::nan(""), 7, 8, std::nan("")}};
    for (size_t j = 0; j < 3; ++j) {
      for (size_t i = 0; i < 4; ++i)
        if (std::isnan(expected[j][i]))
          EXPECT_TRUE(std::isnan(t.columns[j].number(i)));
        else
          EXPECT_EQ(t.columns[j].number(i), expected[j][i]);
      EXPECT_EQ(t.columns[j].missing, j == 2 ? 2u : 0u);
      EXPECT_EQ(t.columns[j].integral, j != 1);
    }
    EXPECT_EQ(t.columns[3].kind, Column::Kind::text);
    EXPECT_EQ(t.columns[3].levels, (std::vector<std::string>{"no", "yes"}));
    EXPECT_EQ(t.columns[3].codes, (std::vector<int32_t>{0, 1, -1, 0}));
    EXPECT_EQ(t.columns[3].missing, 1u);
    EXPECT_EQ(t.columns[4].name, "weights");
    EXPECT_EQ(t.columns[4].number(1), 2);
  }
}

TEST(Npy, ReadsArraysOfTheirOwnFiles) {
  const auto x = file("x.npy"), y = file("y.npy"), line = file("line.npy");
  const Table t = read_npy(x->text(), "x", y->text(), "y", x);
  ASSERT_EQ(t.columns.size(), 4u);
  EXPECT_EQ(t.columns[2].name, "x2");
  EXPECT_FALSE(t.has_header);
  EXPECT_EQ(t.columns[0].numbers, unaligned(x->text().data() + x->text().size() - 96));
  EXPECT_EQ(t.columns[0].stride, 3u);
  EXPECT_EQ(t.target, "y");
  EXPECT_EQ(t.columns[3].number(0), 1);
  EXPECT_EQ(t.columns[3].number(1), 0);
  const Table alone = read_npy(line->text(), "line", {}, "", line);
  ASSERT_EQ(alone.columns.size(), 1u);
  EXPECT_EQ(alone.columns[0].number(3), 3);
  EXPECT_EQ(alone.target, "");
}

// Many blocks, in both orders, against plain loops; the threads make no difference.
TEST(Npy, StatisticsOfManyBlocks) {
  for (const auto& [rows, columns] :
       {std::pair<size_t, size_t>{100'000, 3}, {70, 2'000}, {3, 40'000}}) {
    std::vector<double> values(rows * columns);
    for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i % 1001);
    for (size_t i = 0; i < values.size(); i += 97) values[i] = std::nan("");
    for (size_t i = 1; i < rows; ++i) values[i * columns + 1] += 0.5;
    values[2] = 9007199254740992.0;  // 2^53: too large to count as whole
    std::string bytes = npz(rows, columns, values);
    for (const bool fortran : {false, true}) {
      if (fortran) {
        std::vector<double> turned(values.size());
        for (size_t i = 0; i < rows; ++i)
          for (size_t j = 0; j < columns; ++j) turned[j * rows + i] = values[i * columns + j];
        const std::string header = npy_header("<f8", {rows, columns});
        std::string changed = header;
        changed.replace(header.find("False"), 5, "True ");
        ZipWriter writer(place());
        writer.add("X.npy", changed,
                   {reinterpret_cast<const char*>(turned.data()), turned.size() * 8});
        writer.commit();
        bytes = read_file(place());
      }
      for (const int count : {1, 2}) {
        set_threads(count);
        const Table t = read_npz(bytes, "t", nullptr);
        ASSERT_EQ(t.columns.size(), columns);
        for (size_t j = 0; j < columns; ++j) {
          size_t missing = 0;
          for (size_t i = 0; i < rows; ++i) {
            const double expected = values[i * columns + j], found = t.columns[j].number(i);
            missing += std::isnan(expected);
            ASSERT_TRUE(expected == found || (std::isnan(expected) && std::isnan(found)));
          }
          ASSERT_EQ(t.columns[j].missing, missing);
          ASSERT_EQ(t.columns[j].integral, j != 1 && j != 2);
        }
      }
      set_threads(0);
    }
  }
  std::filesystem::remove(place());
}

TEST(Npy, NamesTheFirstInfinity) {
  std::vector<double> values(50'000 * 2, 1);
  values[2 * 40'000 + 1] = std::numeric_limits<double>::infinity();
  values[2 * 30'000] = -std::numeric_limits<double>::infinity();
  EXPECT_EQ(refusal(npz(50'000, 2, values)),
            "npy: t: array X: element [30000, 0] is infinite; set it to NaN if it is missing");
}

TEST(Npy, EveryFlippedByteOfAnArrayIsFound) {
  const std::string whole = npz(3, 2, {1, 2, 3, 4, 5, 6});
  ASSERT_EQ(refusal(whole), "");
  const size_t begin = whole.find("\x93NUMPY"), end = whole.find("PK\x01\x02");
  for (size_t at = begin; at < end; ++at) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    EXPECT_NE(refusal(bytes), "") << at;
  }
}

TEST(Npy, RefusesShapesThatMakeNoTable) {
  auto with = [](auto add) {
    NpzWriter writer(place());
    add(writer);
    writer.commit();
    const std::string text = refusal(read_file(place()));
    std::filesystem::remove(place());
    return text;
  };
  const std::vector<double> one(1), two(2), four(4);
  EXPECT_NE(with([&](NpzWriter& w) { w.add("x", {1}, one); }).find("\"x.npy\""), std::string::npos);
  EXPECT_NE(with([&](NpzWriter& w) { w.add("X", {}, one); }), "");
  EXPECT_NE(with([&](NpzWriter& w) { w.add("X", {1, 2, 2}, four); }), "");
  EXPECT_NE(with([&](NpzWriter& w) { w.add("X", {0, 2}, std::span<const double>()); }), "");
  EXPECT_NE(with([&](NpzWriter& w) { w.add("X", {2, 0}, std::span<const double>()); }), "");
  EXPECT_NE(with([&](NpzWriter& w) { w.add("X", std::vector<std::string>{"a"}); }), "");
  EXPECT_NE(with([&](NpzWriter& w) {
              w.add("X", {1, 1'000'001}, std::vector<double>(1'000'001));
            }),
            "");
  auto beside = [&](auto add) {
    return with([&](NpzWriter& w) {
      w.add("X", {2, 2}, four);
      add(w);
    });
  };
  EXPECT_EQ(beside([&](NpzWriter& w) { w.add("y", {2, 1}, two); }), "");
  EXPECT_EQ(beside([&](NpzWriter& w) { w.add("y", {4}, four); }),
            "npy: t: array y: is float64 [4]; expected one value for each of the 2 rows of X");
  EXPECT_NE(beside([&](NpzWriter& w) { w.add("y", {2, 2}, four); }), "");
  EXPECT_NE(beside([&](NpzWriter& w) { w.add("weights", {1}, one); }), "");
  EXPECT_NE(beside([&](NpzWriter& w) { w.add("feature_names", {2}, two); }), "");
  auto named = [&](std::vector<std::string> names) {
    return beside([&](NpzWriter& w) { w.add("feature_names", names); });
  };
  EXPECT_EQ(named({"a", "b"}), "");
  EXPECT_NE(named({"a"}), "");
  EXPECT_NE(named({"a", "a"}), "");
  EXPECT_NE(named({"a", "y"}), "");
}

}  // namespace
}  // namespace thalweg
