#include "thalweg/format/zip.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>

#include "thalweg/base/error.hpp"

namespace thalweg {
namespace {

// The files are made by tests/oracle/format/make_npy.py with Python's zipfile.
std::string file(const std::string& name) {
  return read_file(THALWEG_SOURCE "/tests/oracle/format/npy/" + name);
}

std::string contents(const ZipMember& member) {
  if (!member.deflated) return std::string(member.data);
  const Buffer<char> buffer = inflate(member, "t");
  return {buffer.begin(), buffer.end()};
}

std::string refusal(const std::string& bytes) {
  try {
    for (const ZipMember& member : read_zip(bytes, "t")) contents(member);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::string changed(std::string bytes, size_t at, const std::string& to) {
  return bytes.replace(at, to.size(), to);
}

TEST(Zip, StoredDeflatedAndStreamedMembersAgree) {
  const std::string stored = file("table.npz"), deflated = file("compressed.npz"),
                    streamed = file("streamed.npz");
  const auto a = read_zip(stored, "a"), b = read_zip(deflated, "b"), c = read_zip(streamed, "c");
  ASSERT_EQ(a.size(), 5u);
  ASSERT_EQ(b.size(), 5u);
  ASSERT_EQ(c.size(), 5u);
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_FALSE(a[i].deflated);
    EXPECT_TRUE(b[i].deflated);
    EXPECT_EQ(a[i].name, b[i].name);
    EXPECT_EQ(a[i].name, c[i].name);
    EXPECT_EQ(contents(a[i]), contents(b[i]));
    EXPECT_EQ(contents(a[i]), contents(c[i]));
    EXPECT_EQ(crc32_of(contents(a[i])), a[i].crc);
    EXPECT_EQ(a[i].crc, b[i].crc);
  }
}

TEST(Zip, ChecksumInBlocksIsTheChecksum) {
  EXPECT_EQ(crc32_of("123456789"), 0xcbf43926u);  // the check value of the catalog of CRCs
  EXPECT_EQ(crc32_of(""), 0u);
  std::string bytes((size_t{5} << 20) + 3, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * i >> 7);
  EXPECT_EQ(crc32_of(bytes),
            crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

TEST(Zip, RefusesEveryTruncation) {
  const std::string whole = file("streamed.npz");
  for (size_t length = 0; length < whole.size(); ++length)
    EXPECT_NE(refusal(whole.substr(0, length)), "");
  EXPECT_NE(refusal(whole + "x"), "");
}

TEST(Zip, RefusesWhatItDoesNotRead) {
  const std::string whole = file("compressed.npz");
  const size_t entry = whole.find("PK\x01\x02");
  ASSERT_EQ(refusal(whole), "");
  EXPECT_NE(refusal(changed(whole, entry + 8, "\x01")).find("encrypted"), std::string::npos);
  EXPECT_NE(refusal(changed(whole, entry + 10, "\x0c")).find("method 12"), std::string::npos);
  EXPECT_NE(refusal(changed(whole, entry + 46, "Z")).find("another name"), std::string::npos);
  EXPECT_NE(refusal(changed(whole, whole.size() - 18, "\x01")).find("several files"),
            std::string::npos);
}

TEST(Zip, RefusesWrongSizesBeforeItAllocates) {
  const std::string whole = file("compressed.npz");
  const size_t entry = whole.find("PK\x01\x02");
  // The size of the first member's contents stands at 24.
  EXPECT_NE(refusal(changed(whole, entry + 24, "\x01")), "");
  EXPECT_NE(refusal(changed(whole, entry + 24, "\xff")), "");
  EXPECT_NE(refusal(changed(whole, entry + 24, "\xfe\xff\xff\xff")).find("cannot have"),
            std::string::npos);
}

TEST(Zip, RefusesRepeatedMembers) {
  const std::string whole = file("compressed.npz");
  const size_t first = whole.find("PK\x01\x02"), second = whole.find("PK\x01\x02", first + 4);
  const std::string entry = whole.substr(first, second - first);
  std::string twice = whole.substr(0, first) + entry + whole.substr(first);
  const size_t end = twice.size() - 22;
  twice[end + 8] = twice[end + 10] = 6;
  const auto size = static_cast<uint32_t>(twice.size() - 22 - first);
  twice.replace(end + 12, 4, reinterpret_cast<const char*>(&size), 4);
  EXPECT_NE(refusal(twice).find("twice"), std::string::npos);
}

// A member inside the data of another, as in archives that inflate without a bound.
TEST(Zip, RefusesOverlappingMembers) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("thalweg_zip_test_overlap." + std::to_string(::getpid()));
  auto archive = [&](const std::string& name, const std::string& body) {
    ZipWriter writer(path);
    writer.add(name, "", body);
    writer.commit();
    return read_file(path);
  };
  auto number = [](auto value) {
    return std::string(reinterpret_cast<const char*>(&value), sizeof(value));
  };
  const size_t entry_bytes = 46 + 1 + 28;
  const std::string inner = archive("b", "body");
  const size_t inner_end = inner.find("PK\x01\x02");
  const std::string outer = archive("a", inner.substr(0, inner_end));
  const size_t outer_end = outer.find("PK\x01\x02"), begin = outer.find("PK", 4);
  std::string both = outer.substr(0, outer_end + entry_bytes);
  const std::string alone = both;
  both += inner.substr(inner_end, entry_bytes - 8) + number(uint64_t{begin});
  auto closed = [&](const std::string& bytes, uint16_t entries) {
    return bytes + "PK\x05\x06" + std::string(4, '\0') + number(entries) + number(entries) +
           number(static_cast<uint32_t>(bytes.size() - outer_end)) +
           number(static_cast<uint32_t>(outer_end)) + std::string(2, '\0');
  };
  EXPECT_EQ(refusal(closed(alone, 1)), "");
  EXPECT_NE(refusal(closed(both, 2)).find("overlap"), std::string::npos);
  std::filesystem::remove(path);
}

TEST(Zip, WrittenMembersAreAligned) {
  const auto path =
      std::filesystem::temp_directory_path() / ("thalweg_zip_test." + std::to_string(::getpid()));
  {
    ZipWriter writer(path);
    writer.add("a", "head", "body");
    writer.add("bb", "", std::string(1000, 'x'));
    EXPECT_THROW(writer.add("a", "", ""), std::logic_error);
    writer.commit();
  }
  const MappedFile mapped(path);
  const auto members = read_zip(mapped.text(), "t");
  ASSERT_EQ(members.size(), 2u);
  EXPECT_EQ(members[0].data, "headbody");
  EXPECT_EQ(members[0].crc, crc32_of("headbody"));
  EXPECT_EQ((members[0].data.data() + 4 - mapped.text().data()) % 64, 0);
  EXPECT_EQ((members[1].data.data() - mapped.text().data()) % 64, 0);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace thalweg
