#include "thalweg/format/npy_array.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"

namespace thalweg {
namespace {

// The files are made by tests/oracle/format/make_npy.py.
std::string file(const std::string& name) {
  return read_file(THALWEG_SOURCE "/tests/oracle/format/npy/" + name);
}

std::vector<double> numbers(const NpyArray& array) {
  std::vector<double> out(array.size());
  array.copy_numbers(0, out.size(), out.data());
  return out;
}

std::string refusal(const std::string& bytes) {
  try {
    read_npy_array(bytes, "t");
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "";
}

std::string array_of(const std::string& dictionary, const std::string& data) {
  return "\x93NUMPY\x01" + std::string(1, '\0') + static_cast<char>(dictionary.size()) +
         std::string(1, '\0') + dictionary + data;
}

TEST(NpyArray, ReadsEveryTypeOfNumber) {
  const std::string bytes = file("types.npz");
  int checked = 0;
  for (const NpyArray& array : read_npz_arrays(bytes, "types")) {
    SCOPED_TRACE(array.name);
    if (array.is_text()) continue;
    EXPECT_EQ(array.shape, (std::vector<size_t>{2, 3}));
    EXPECT_EQ(numbers(array), array.kind == 'b' ? (std::vector<double>{0, 1, 0, 1, 0, 1})
                                                : (std::vector<double>{0, 1, 2, 3, 4, 5}));
    ++checked;
  }
  EXPECT_EQ(checked, 19);
}

TEST(NpyArray, ReadsTexts) {
  const std::string bytes = file("types.npz");
  for (const NpyArray& array : read_npz_arrays(bytes, "types")) {
    if (!array.is_text()) continue;
    EXPECT_EQ(array.texts(), array.name == "bytes" ? (std::vector<std::string>{"a", "bc", "é"})
                                                   : (std::vector<std::string>{"a", "bcé", "𝄞"}));
  }
}

TEST(NpyArray, ReadsEveryVersion) {
  for (const char* name : {"version1.npy", "version2.npy", "version3.npy"}) {
    const std::string bytes = file(name);
    EXPECT_EQ(numbers(read_npy_array(bytes, name)), (std::vector<double>{0, 1, 2, 3, 4, 5}));
  }
}

TEST(NpyArray, WritesTheHeaderThatNumPyWrites) {
  const std::string bytes = file("x.npy");
  EXPECT_EQ(npy_header("<f8", {4, 3}), bytes.substr(0, 128));
}

TEST(NpyArray, RefusesOtherTypesByName) {
  EXPECT_NE(refusal(file("objects.npy")).find("pickle"), std::string::npos);
  EXPECT_NE(refusal(file("records.npy")).find("fields"), std::string::npos);
  EXPECT_NE(refusal(file("complex.npy")).find("\"<c16\""), std::string::npos);
  EXPECT_NE(refusal(file("times.npy")).find("\"<M8[D]\""), std::string::npos);
  EXPECT_NE(refusal(file("half.npy")).find("\"<f2\""), std::string::npos);
}

TEST(NpyArray, RefusesEveryTruncation) {
  const std::string whole = file("version1.npy");
  for (size_t length = 0; length < whole.size(); ++length)
    EXPECT_NE(refusal(whole.substr(0, length)), "");
  EXPECT_NE(refusal(whole + "x"), "");
}

TEST(NpyArray, RefusesHeadersThatAreNotNumPys) {
  ASSERT_EQ(refusal(array_of("{'shape': (2L,), \"descr\": '|u1', 'fortran_order': False}", "xy")),
            "");
  const std::string bad[] = {
      "",
      "{",
      "{}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)} x",
      "{'descr': '|u1', 'fortran_order': False}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), 'more': 1}",
      "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (2,)}",
      "{'descr': '|u1', 'fortran_order': 0, 'shape': (2,)}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (-2,)}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (2}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': 2}",
      "{'descr': '|u1, 'fortran_order': False, 'shape': (2,)}",
      "{'descr': '|u3', 'fortran_order': False, 'shape': (2,)}",
      "{'descr': '|u1x', 'fortran_order': False, 'shape': (2,)}",
      "{'descr': '<U0', 'fortran_order': False, 'shape': (99999999999,)}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (4294967296, 4294967296, 0, 2)}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}",
  };
  for (const std::string& dictionary : bad)
    EXPECT_NE(refusal(array_of(dictionary, "xy")), "") << dictionary;
}

TEST(NpyArray, RefusesWhatIsNoUnicode) {
  const std::string bytes =
      array_of("{'descr': '<U1', 'fortran_order': False, 'shape': (1,)}", "\xff\xff\xff\xff");
  EXPECT_THROW(read_npy_array(bytes, "t").texts(), Error);
}

}  // namespace
}  // namespace thalweg
