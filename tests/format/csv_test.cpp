#include "thalweg/format/csv.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "thalweg/base/error.hpp"
#include "thalweg/base/file.hpp"
#include "thalweg/base/parallel.hpp"

namespace thalweg {
namespace {

std::string message(std::string_view text, const ReadOptions& options = {}) {
  try {
    read_csv(text, "t.csv", options);
  } catch (const Error& error) {
    EXPECT_EQ(std::string_view(error.what()).find('\n'), std::string_view::npos);
    EXPECT_LT(std::string_view(error.what()).size(), 600u);
    return error.what();
  }
  return "no error";
}

std::vector<std::string> texts(const Column& column) {
  std::vector<std::string> out;
  for (int32_t code : column.codes) {
    out.push_back(code < 0 ? "-" : column.levels[static_cast<size_t>(code)]);
  }
  return out;
}

std::vector<double> numbers(const Table& table, size_t column) {
  std::vector<double> out;
  for (size_t row = 0; row < table.rows; ++row) out.push_back(table.columns[column].number(row));
  return out;
}

void expect_same(const Table& a, const Table& b) {
  ASSERT_EQ(a.rows, b.rows);
  ASSERT_EQ(a.columns.size(), b.columns.size());
  for (size_t c = 0; c < a.columns.size(); ++c) {
    const Column &x = a.columns[c], &y = b.columns[c];
    EXPECT_EQ(x.name, y.name);
    ASSERT_EQ(x.kind, y.kind);
    EXPECT_EQ(x.missing, y.missing);
    EXPECT_EQ(x.integral, y.integral);
    EXPECT_EQ(x.codes, y.codes);
    EXPECT_EQ(x.levels, y.levels);
    if (x.kind == Column::Kind::text) continue;
    for (size_t row = 0; row < a.rows; ++row) {
      EXPECT_TRUE(x.number(row) == y.number(row) ||
                  (std::isnan(x.number(row)) && std::isnan(y.number(row))));
    }
  }
}

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

TEST(Csv, ReadsNumbersTextsAndMissingCells) {
  const Table table = read_csv("age,city,income\n39, Oslo ,1.5e3\n?,Rome,NA\n 7 ,,-.5\n", "t.csv");
  EXPECT_TRUE(table.has_header);
  ASSERT_EQ(table.rows, 3u);
  ASSERT_EQ(table.columns.size(), 3u);
  EXPECT_EQ(table.columns[0].name, "age");
  EXPECT_EQ(table.columns[0].missing, 1u);
  EXPECT_TRUE(table.columns[0].integral);
  EXPECT_EQ(table.columns[0].number(0), 39);
  EXPECT_TRUE(std::isnan(table.columns[0].number(1)));
  EXPECT_EQ(table.columns[0].number(2), 7);
  EXPECT_EQ(texts(table.columns[1]), (Names{"Oslo", "Rome", "-"}));
  EXPECT_EQ(table.columns[2].number(0), 1500);
  EXPECT_EQ(table.columns[2].number(2), -0.5);
  EXPECT_FALSE(table.columns[2].integral);
}

TEST(Csv, QuotesAsInRfc4180) {
  // The examples of RFC 4180, section 2, with a number column.
  const Table table = read_csv(
      "\"field, name\",n,\"b \"\" c\"\r\n\"a,a\",1,\"b "
      "\r\nbb\"\r\n\"\"\"q\"\"\",\"2\",\"\"\r\nx,3,y",
      "t.csv");
  ASSERT_EQ(table.rows, 3u);
  EXPECT_EQ(table.columns[0].name, "field, name");
  EXPECT_EQ(table.columns[2].name, "b \" c");
  EXPECT_EQ(texts(table.columns[0]), (Names{"a,a", "\"q\"", "x"}));
  EXPECT_EQ(numbers(table, 1), (Numbers{1, 2, 3}));
  EXPECT_EQ(texts(table.columns[2]), (Names{"b \r\nbb", "-", "y"}));
}

TEST(Csv, ABlankBeforeADoubledQuoteIsTrimmed) {
  const Table table = read_csv("t,n\n\" \"\"a\"\"\",1\n\" \"\"b\"\" \",2\n", "t.csv");
  EXPECT_EQ(texts(table.columns[0]), (Names{"\"a\"", "\"b\""}));
}

TEST(Csv, PassesOverByteOrderMarkBlankRowsAndMissingLastLineEnd) {
  const Table table = read_csv(
      "\xEF\xBB\xBF"
      "a,b\n\n1,2\n  \n\r\n3,4\r\n \t \n5,6",
      "t.csv");
  EXPECT_EQ(table.columns[0].name, "a");
  EXPECT_EQ(numbers(table, 0), (Numbers{1, 3, 5}));
  EXPECT_EQ(numbers(table, 1), (Numbers{2, 4, 6}));
}

TEST(Csv, FindsTheDelimiter) {
  for (const char* text : {"a,b\n1,2\n", "a;b\n1;2\n", "a\tb\n1\t2\n", "a|b\n1|2\n"}) {
    const Table table = read_csv(text, "t.csv");
    ASSERT_EQ(table.columns.size(), 2u) << text;
    EXPECT_EQ(numbers(table, 1), Numbers{2});
  }
  EXPECT_EQ(read_csv("when;what\n1,5;2,5\n", "t.csv").columns.size(), 2u);
  EXPECT_EQ(read_csv("a:b\n1:2\n", "t.csv", {.delimiter = ':'}).columns.size(), 2u);
}

TEST(Csv, FindsTheHeader) {
  EXPECT_TRUE(read_csv("a,b\n1,x\n2,y\n", "t.csv").has_header);
  EXPECT_TRUE(read_csv("color,size\nred,small\nblue,large\n", "t.csv").has_header);
  EXPECT_FALSE(read_csv("red,small\nred,large\nblue,large\n", "t.csv").has_header);
  EXPECT_FALSE(read_csv("1,x\n2,y\n", "t.csv").has_header);
  EXPECT_FALSE(read_csv("1,2\n", "t.csv").has_header);
  const Table table = read_csv("a,b\n1,2\n", "t.csv", {.no_header = true});
  EXPECT_EQ(table.rows, 2u);
  EXPECT_EQ(table.columns[1].name, "column 2");
  EXPECT_EQ(read_csv(",b\n1,2\n", "t.csv").columns[0].name, "column 1");
}

TEST(Csv, TakesFurtherMissingTokensAlsoNumbers) {
  const Table table =
      read_csv("a,b\n1,-999\n-999,gone\n3,4\n", "t.csv", {.missing = {"-999", "gone"}});
  EXPECT_EQ(table.columns[0].missing, 1u);
  EXPECT_EQ(table.columns[1].missing, 2u);
  EXPECT_EQ(table.columns[1].number(2), 4);
}

TEST(Csv, ANumberColumnWithTextsBecomesText) {
  const Table table = read_csv("id,x\n1,1\nA2,2\n3,3\n1,4\n", "t.csv");
  EXPECT_EQ(texts(table.columns[0]), (Names{"1", "A2", "3", "1"}));
  EXPECT_EQ(table.columns[0].levels.size(), 3u);
  EXPECT_EQ(numbers(table, 1), (Numbers{1, 2, 3, 4}));
  EXPECT_EQ(read_csv("p,q\n1_000,1\n0x10,2\n", "t.csv").columns[0].kind, Column::Kind::text);
}

std::string mostly_numbers(const std::string& bad, int rows = 100) {
  std::string text = "id,tenure\n";
  for (int i = 0; i < rows; ++i) text += fmt::format("{},{}\n", i, i == 41 ? bad : "2.5");
  return text;
}

TEST(Csv, ABadCellAmongNumbersIsNamedByLineAndColumn) {
  EXPECT_EQ(
      message(mostly_numbers("unknown")),
      "csv: t.csv line 43, column \"tenure\": \"unknown\" is not a number; add it with "
      "--missing unknown, take the column for text with --categorical tenure, or drop it with "
      "--drop tenure");
  EXPECT_EQ(message(mostly_numbers("not known")),
            "csv: t.csv line 43, column \"tenure\": \"not known\" is not a number; add it with "
            "--missing 'not known', take the column for text with --categorical tenure, or drop it "
            "with --drop tenure");
  EXPECT_EQ(message(mostly_numbers("unknown"), {.missing = {"unknown"}}), "no error");
  EXPECT_EQ(message(mostly_numbers("unknown"), {.drop = {"tenure"}}), "no error");
  EXPECT_EQ(message(mostly_numbers("unknown"), {.drop = {"@-1"}}), "no error");
  const Table table = read_csv(mostly_numbers("unknown"), "t.csv", {.drop = {"tenure"}});
  EXPECT_EQ(table.columns[1].missing, 100u);
  EXPECT_EQ(table.columns[1].kind, Column::Kind::text);
  EXPECT_EQ(
      message(mostly_numbers("unknown"), {.drop = {"tenrue"}}),
      "t.csv: no column \"tenrue\" (did you mean \"tenure\"?); there are 2: \"id\", \"tenure\"");
  // The first rows are texts, the rest numbers.
  std::string late = "x\nfirst\n";
  for (int i = 0; i < 300; ++i) late += "1\n";
  EXPECT_EQ(
      message(late, {.no_header = true}),
      "csv: t.csv line 1, column \"column 1\": \"x\" is not a number; add it with --missing x, "
      "take the column for text with --categorical @1, or drop it with --drop @1");
}

TEST(Csv, AColumnIsOfTextsWhereThatIsAsked) {
  for (const char* name : {"tenure", "@2", "@-1"}) {
    const Table table = read_csv(mostly_numbers("unknown"), "t.csv", {.categorical = {name}});
    EXPECT_EQ(table.columns[0].kind, Column::Kind::number);
    EXPECT_EQ(table.columns[1].levels, (Names{"2.5", "unknown"}));
  }
  // As they stand in the file: leading zeros are not lost.
  const Table zips = read_csv("zip,y\n01234,1\n1234,2\n1e3,3\n", "t.csv", {.categorical = {"zip"}});
  EXPECT_EQ(zips.columns[0].levels, (Names{"01234", "1234", "1e3"}));
  EXPECT_EQ(
      message(mostly_numbers("2"), {.categorical = {"tenrue"}}),
      "t.csv: no column \"tenrue\" (did you mean \"tenure\"?); there are 2: \"id\", \"tenure\"");
  // For another table: names, passed over where they are not there.
  EXPECT_EQ(message(mostly_numbers("unknown"),
                    {.drop = {"z", "@1"}, .categorical = {"tenure", "gone"}, .names_only = true}),
            "no error");
}

TEST(Csv, NumbersAreFinite) {
  for (const char* cell : {"inf", "-Infinity", "1e999", "-nan"}) {
    const std::string expected = fmt::format(
        "csv: t.csv line 3, column \"a\": \"{0}\" is not a finite number; add it with --missing "
        "{0}, take the column for text with --categorical a, or drop it with --drop a",
        cell);
    EXPECT_EQ(message(fmt::format("a,b\n1,2\n{},3\n", cell)), expected);
  }
  EXPECT_EQ(message("a\nx\ninf\ny\n"), "no error");
  EXPECT_EQ(numbers(read_csv("a\n1e-999\n", "t.csv"), 0), Numbers{0});
}

TEST(Csv, StructuralErrors) {
  EXPECT_EQ(message(""), "csv: t.csv: is empty; rows of cells were expected");
  EXPECT_EQ(message(" \n\n"), "csv: t.csv: is empty; rows of cells were expected");
  EXPECT_EQ(message("a,b\n"),
            "csv: t.csv: found a header and no row below it; if the first row is data, say "
            "--no-header");
  EXPECT_EQ(message("a,b,a\n1,2,3\n"),
            "csv: t.csv: two columns are named \"a\", the second at position 3; rename one");
  EXPECT_EQ(message("a,b\n1,2\n\"x\n\",2\n1,2,3\n"),
            "csv: t.csv line 5: found 3 cells between ',', expected 2 as in the first row; correct "
            "the row, or put a cell that holds the delimiter in quotes");
  EXPECT_EQ(message("a,b\n1,2\n1\n"),
            "csv: t.csv line 3: found 1 cells between ',', expected 2 as in the first row; correct "
            "the row, or put a cell that holds the delimiter in quotes");
  EXPECT_EQ(
      message("a,b\n1,2\n3,\"x\n5,6\n"),
      "csv: t.csv line 3: a quotation mark opens here and never closes; double it or close it");
  EXPECT_EQ(message("a,b\n1,2\n3,\"x\" y\n"),
            "csv: t.csv line 3: \"y\" follows a closing quotation mark; double the quotation marks "
            "inside the cell");
  EXPECT_EQ(message(std::string_view("a,b\n1,2\n3,\0\n", 12)),
            "csv: t.csv line 3: found a NUL byte; a text in UTF-8 was expected");
  EXPECT_EQ(message("\xFF\xFE"
                    "a"),
            "csv: t.csv: is UTF-16; convert it with iconv -f UTF-16 -t UTF-8");
  EXPECT_EQ(message("a,b\r1,2\r3,4"),
            "csv: t.csv: lines end in a lone carriage return; convert it with tr '\\r' '\\n'");
}

TEST(Csv, AQuotationMarkInsideAnUnquotedCellIsACharacter) {
  const std::string text = "name,n\n5\" pipe,1\nthe \"big, one,2\n";
  EXPECT_EQ(message(text).substr(0, 16), "csv: t.csv line ");
  const Table table = read_csv("name,n\n5\" pipe,1\n6\" pipe,2\nx\"y\"z,3\n", "t.csv");
  EXPECT_EQ(texts(table.columns[0]), (Names{"5\" pipe", "6\" pipe", "x\"y\"z"}));
  EXPECT_EQ(numbers(table, 1), (Numbers{1, 2, 3}));
}

TEST(Csv, UnpairedQuotationMarksBetweenTabsAreCharacters) {
  const Table table = read_csv("text\tn\n\"so-called\" art\t1\n\"open\t2\n", "t.tsv");
  EXPECT_EQ(texts(table.columns[0]), (Names{"\"so-called\" art", "\"open"}));
  // Where they pair they quote, whatever else is wrong.
  std::string text = "\"k\"\tn\n";
  for (int i = 0; i < 30; ++i) text += fmt::format("\"{}\"\t{}\n", i, i == 7 ? "x" : "1");
  EXPECT_EQ(message(text).substr(0, 34), "csv: t.csv line 9, column \"n\": \"x\"");
}

TEST(Csv, TheChunkChangesNothing) {
  std::string text = "k,\"t\"\"x\",v,w\r\n";
  for (int i = 0; i < 300; ++i) {
    text += fmt::format("{},\"a \"\"{}\"\"\n,{}\",{}.{},{}\r\n", i, i % 7, i % 5,
                        i * 37 % 1000 - 500, i * 7919 % 100003, i % 11 == 3 ? "odd" : "12");
    if (i % 13 == 0) text += i % 2 == 0 ? "\n" : "  \r\n";
  }
  const Table whole = read_csv(text, "t.csv");
  ASSERT_EQ(whole.rows, 300u);
  for (const size_t chunk : {1, 7, 64, 100, 1000, 4096}) {
    expect_same(whole, read_csv(text, "t.csv", {}, chunk));
  }
  set_threads(1);
  expect_same(whole, read_csv(text, "t.csv", {}, 64));
  set_threads(0);
  // With an irregular quotation mark, too.
  const std::string irregular = text + "7,5\" and \"\",1,2\r\n";
  const Table other = read_csv(irregular, "t.csv");
  ASSERT_EQ(other.rows, 301u);
  for (const size_t chunk : {1, 7, 64, 1000}) {
    expect_same(other, read_csv(irregular, "t.csv", {}, chunk));
  }
}

TEST(Csv, ACellOfTenMillionCharacters) {
  const std::string cell(10'000'000, 'x'), digits(10'000'000, '7');
  const Table table = read_csv("a,b\n1," + cell + "\n2,y\n", "t.csv");
  EXPECT_EQ(table.columns[1].levels[0].size(), cell.size());
  EXPECT_EQ(
      message(mostly_numbers(cell)),
      "csv: t.csv line 43, column \"tenure\": \"" + std::string(60, 'x') +
          "…\" is not a number; take the column for text with --categorical tenure, or drop it "
          "with --drop tenure");
  EXPECT_NE(message("a,b\n1," + digits + "\n").find("is not a finite number"), std::string::npos);
  // One row without an end, a quote that never closes, and a name of that length.
  EXPECT_NE(message(cell + ",\"" + cell), "no error");
  EXPECT_EQ(read_csv(cell + ",b\n1,2\n", "t.csv").columns[0].name.size(), cell.size());
  EXPECT_NE(message(cell + ",b\n1,2\n", {.drop = {cell.substr(1)}}), "no error");
}

TEST(Csv, ManyColumnsAndManyBlankRowsCostWhatTheTextCosts) {
  std::string names, values;
  for (int c = 0; c < 200'000; ++c) {
    names += fmt::format("{}c{}", c > 0 ? "," : "", c);
    values += c > 0 ? ",1" : "1";
  }
  const Table table = read_csv(names + "\n" + std::string(200'000, '\n') + values + "\n", "t.csv");
  EXPECT_EQ(table.rows, 1u);
  EXPECT_EQ(table.columns.size(), 200'000u);
  std::string ragged = names + "\n";
  for (int i = 0; i < 200'000; ++i) ragged += "1\n";
  EXPECT_NE(message(ragged).find("line 2: found 1 cells"), std::string::npos);
}

TEST(Csv, AgreesWithPythonOnRealTables) {
  const std::filesystem::path data = THALWEG_SOURCE "/../shared/data";
  if (!std::filesystem::exists(data)) GTEST_SKIP() << "no ../shared/data here";
  const auto expected =
      nlohmann::json::parse(read_file(THALWEG_SOURCE "/tests/oracle/format/csv_counts.json"));
  for (const auto& [name, file] : expected.items()) {
    SCOPED_TRACE(name);
    if (std::any_of(file["columns"].begin(), file["columns"].end(),
                    [](const auto& column) { return column.contains("refused"); })) {
      EXPECT_THROW(read_table(data / name), Error);
      continue;
    }
    const Table table = read_table(data / name);
    EXPECT_EQ(table.rows, file["rows"].get<size_t>());
    ASSERT_EQ(table.columns.size(), file["columns"].size());
    for (size_t c = 0; c < table.columns.size(); ++c) {
      const Column& column = table.columns[c];
      const auto& wanted = file["columns"][c];
      SCOPED_TRACE(column.name);
      EXPECT_EQ(column.name, wanted["name"].get<std::string>());
      EXPECT_EQ(column.missing, wanted["missing"].get<size_t>());
      if (column.kind == Column::Kind::text) {
        ASSERT_TRUE(wanted.contains("levels"));
        EXPECT_EQ(column.levels.size(), wanted["levels"].get<size_t>());
        std::string hex;
        for (unsigned char x : column.levels[0]) hex += fmt::format("{:02x}", x);
        EXPECT_EQ(hex, wanted["first"].get<std::string>());
      } else {
        ASSERT_TRUE(wanted.contains("sum"));
        long double sum = 0;
        for (size_t row = 0; row < table.rows; ++row) {
          if (!std::isnan(column.number(row))) sum += column.number(row);
        }
        const double known = wanted["sum"].get<double>();
        EXPECT_NEAR(static_cast<double>(sum), known, 1e-14 * std::fabs(known));
        EXPECT_EQ(column.integral, wanted["integral"].get<bool>());
      }
    }
  }
}

}  // namespace
}  // namespace thalweg
