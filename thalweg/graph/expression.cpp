#include "thalweg/graph/expression.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/graph/arctangent.hpp"

namespace thalweg {
namespace {

constexpr size_t most_characters = 100'000;
constexpr int deepest = 200;

struct Function {
  const char* name;
  Symbol (*apply)(Symbol);
};
constexpr Function functions[] = {{"exp", exp},
                                  {"log", log},
                                  {"ln", log},
                                  {"log10", [](Symbol x) { return log(x) / std::numbers::ln10; }},
                                  {"sqrt", sqrt},
                                  {"abs", absolute},
                                  {"sin", sin},
                                  {"cos", cos},
                                  {"tan", [](Symbol x) { return sin(x) / cos(x); }},
                                  {"atan", arctan},
                                  {"arctan", arctan},
                                  {"tanh", tanh},
                                  {"erf", erf}};

// x^n by products, which round less than a power.
Symbol whole_power(Symbol x, int n) {
  if (n == 1) return x;
  const Symbol half = whole_power(x, n / 2), square = half * half;
  return n % 2 == 0 ? square : square * x;
}

}  // namespace

class ExpressionParser {
 public:
  explicit ExpressionParser(std::string_view text) : text_(text) {}

  Expression whole() {
    if (text_.size() > most_characters)
      fail("formula: {} characters are too many; {} are allowed", text_.size(), most_characters);
    sum();
    if (at_ < text_.size()) expected("an operator");
    return std::move(out_);
  }

 private:
  using Kind = Expression::Kind;

  [[noreturn]] void expected(std::string_view what) const {
    const std::string_view rest = text_.substr(at_);
    if (rest.empty()) fail("formula: it ends where {} is expected", what);
    fail("formula: found \"{}\" at character {}; expected {}", rest.substr(0, 20), at_ + 1, what);
  }

  void skip() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
  }
  bool take(std::string_view token) {
    skip();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  void put(Kind kind, double number = 0, size_t index = 0) {
    out_.steps_.push_back({kind, number, index});
  }

  void sum() {
    product();
    for (;;) {
      const bool plus = take("+");
      if (!plus && !take("-")) return;
      product();
      put(plus ? Kind::add : Kind::subtract);
    }
  }
  void product() {
    sign();
    for (;;) {
      skip();
      if (text_.substr(at_).starts_with("**")) return;
      const bool times = take("*");
      if (!times && !take("/")) return;
      sign();
      put(times ? Kind::multiply : Kind::divide);
    }
  }
  void sign() {
    bool negative = false;
    for (;;) {
      if (take("-"))
        negative = !negative;
      else if (!take("+"))
        break;
    }
    power();
    if (negative) put(Kind::negate);
  }
  void power() {
    atom();
    if (!take("^") && !take("**")) return;
    Deeper guard(*this);
    sign();
    put(Kind::power);
  }

  void atom() {
    skip();
    const Deeper guard(*this);
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    if (c == '(' || c == '[') return within_brackets();
    if ((c >= '0' && c <= '9') || c == '.') return number();
    const std::string name = this->name();
    skip();
    const bool called = !quoted_ && at_ < text_.size() && (text_[at_] == '(' || text_[at_] == '[');
    if (!called) {
      if (name == "pi" && !quoted_) return put(Kind::number, std::numbers::pi);
      const auto found = std::find(out_.names_.begin(), out_.names_.end(), name);
      put(Kind::name, 0, static_cast<size_t>(found - out_.names_.begin()));
      if (found == out_.names_.end()) out_.names_.push_back(name);
      return;
    }
    std::vector<std::string> known;
    for (const Function& function : functions) known.emplace_back(function.name);
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end())
      fail("formula: no function \"{}\"{}; there are {}", name.substr(0, 40),
           suggestion(name, known), join(known, ", "));
    within_brackets();
    put(Kind::function, 0, static_cast<size_t>(found - known.begin()));
  }

  void within_brackets() {
    const char close = text_[at_++] == '(' ? ')' : ']';
    sum();
    if (!take(std::string_view(&close, 1))) expected(fmt::format("an operator or \"{}\"", close));
  }

  void number() {
    double value = 0;
    const auto [end, error] =
        std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc()) expected("a number");
    at_ = static_cast<size_t>(end - text_.data());
    put(Kind::number, value);
  }

  std::string name() {
    quoted_ = at_ < text_.size() && text_[at_] == '`';
    if (quoted_) {
      const size_t end = text_.find('`', at_ + 1);
      if (end == std::string_view::npos || end == at_ + 1) expected("a name in backticks");
      const std::string out(text_.substr(at_ + 1, end - at_ - 1));
      at_ = end + 1;
      return out;
    }
    const auto letter = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
    };
    size_t end = at_;
    while (end < text_.size() &&
           (letter(text_[end]) ||
            (end > at_ && ((text_[end] >= '0' && text_[end] <= '9') || text_[end] == '.'))))
      ++end;
    if (end == at_) expected("a number, a name or a bracket");
    const std::string out(text_.substr(at_, end - at_));
    at_ = end;
    return out;
  }

  struct Deeper {
    explicit Deeper(ExpressionParser& of) : parser(of) {
      if (++parser.depth_ > deepest)
        fail("formula: brackets and powers are nested deeper than {}", deepest);
    }
    ~Deeper() { --parser.depth_; }
    ExpressionParser& parser;
  };

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
  bool quoted_ = false;  // the last name was in backticks
  Expression out_;
};

Expression Expression::parse(std::string_view text) { return ExpressionParser(text).whole(); }

Symbol Expression::trace(Graph& graph, DType dtype,
                         const std::function<Symbol(size_t name)>& of) const {
  std::vector<Symbol> stack;
  const auto pop = [&] {
    const Symbol out = stack.back();
    stack.pop_back();
    return out;
  };
  for (size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    if (step.kind == Kind::number) {
      stack.push_back(graph.constant(step.number, dtype));
      continue;
    }
    if (step.kind == Kind::name) {
      stack.push_back(of(step.index));
      continue;
    }
    const Symbol last = pop();
    if (step.kind == Kind::negate) {
      stack.push_back(-last);
      continue;
    }
    if (step.kind == Kind::function) {
      stack.push_back(functions[step.index].apply(last));
      continue;
    }
    const Symbol first = pop();
    // A whole number written as the exponent.
    const Step& before = steps_[i - 1];
    const bool whole = step.kind == Kind::power && before.kind == Kind::number &&
                       before.number >= 1 && before.number <= 64 &&
                       before.number == std::floor(before.number);
    stack.push_back(whole                    ? whole_power(first, static_cast<int>(before.number))
                    : step.kind == Kind::add ? first + last
                    : step.kind == Kind::subtract ? first - last
                    : step.kind == Kind::multiply ? first * last
                    : step.kind == Kind::divide   ? first / last
                                                  : power(first, last));
  }
  return stack.back();
}

}  // namespace thalweg
