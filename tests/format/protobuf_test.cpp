#include "thalweg/format/protobuf.hpp"

#include <gtest/gtest.h>

namespace thalweg::protobuf {
namespace {

using namespace std::string_literals;

// The examples of protobuf.dev, "Encoding".
TEST(Protobuf, WritesTheDocumentedExamples) {
  std::string out;
  append_varint(out, 1, 150);
  EXPECT_EQ(out, "\x08\x96\x01"s);
  out.clear();
  append_bytes(out, 2, "testing");
  EXPECT_EQ(out, "\x12\x07testing"s);
  out.clear();
  append_varint(out, 1, static_cast<uint64_t>(int64_t{-2}));
  EXPECT_EQ(out, "\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"s);
}

TEST(Protobuf, ReadsWhatItWrote) {
  std::string out;
  append_double(out, 1, -2.5);
  append_float(out, 200, 0.25F);
  append_varint(out, 3, UINT64_MAX);
  append_bytes(out, 4, "");
  Message message(out);
  Field field;
  ASSERT_TRUE(message.next(field));
  EXPECT_TRUE(field.is(1, Wire::fixed64));
  EXPECT_EQ(field.as_double(), -2.5);
  ASSERT_TRUE(message.next(field));
  EXPECT_TRUE(field.is(200, Wire::fixed32));
  EXPECT_EQ(field.as_float(), 0.25F);
  ASSERT_TRUE(message.next(field));
  EXPECT_TRUE(field.is(3, Wire::varint));
  EXPECT_EQ(field.value, UINT64_MAX);
  ASSERT_TRUE(message.next(field));
  EXPECT_TRUE(field.is(4, Wire::bytes));
  EXPECT_TRUE(field.bytes.empty());
  EXPECT_FALSE(message.next(field));
  EXPECT_TRUE(message.well_formed());
}

TEST(Protobuf, RefusesMalformedFields) {
  const std::string bad[] = {
      "\x08"s,                                              // no value
      "\x08\x80"s,                                          // a varint cut off
      "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"s,      // above 64 bits
      "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s,  // eleven bytes
      "\x12\x08testing"s,                                   // longer than what follows
      "\x09\x01\x02\x03"s,                                  // half a double
      "\x0d\x01\x02\x03"s,                                  // part of a float
      "\x0b"s,                                              // a group
      "\x0f"s,                                              // no such wire type
      "\x00\x01"s,                                          // field number 0
  };
  for (const std::string& bytes : bad) {
    Message message(bytes);
    Field field;
    EXPECT_FALSE(message.next(field));
    EXPECT_FALSE(message.well_formed());
  }
}

}  // namespace
}  // namespace thalweg::protobuf
