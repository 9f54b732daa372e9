#include "thalweg/optim/transform/chain.hpp"

#include <algorithm>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/optim/transform/kernels.hpp"

namespace thalweg {
namespace {

// * stands for any text, ? for any letter. After a mismatch the last * takes one letter more.
bool matches(std::string_view pattern, std::string_view name) {
  size_t p = 0, n = 0, star = std::string_view::npos, taken = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++, taken = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p, ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1, n = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool reports(const TransformRow& row) {
  return row.body != TransformBody::none && transform_kernels<double>(row.body).reports;
}

// At `separator` outside parentheses.
std::vector<std::string_view> split_outside(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  size_t depth = 0, begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && depth > 0) --depth;
    if (text[i] == separator && depth == 0) {
      out.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  out.push_back(text.substr(begin));
  return out;
}

// The call with its first argument named, where it is not.
Call parse_member(std::string_view text) {
  const size_t open = text.find('(');
  const TransformRow& row = find(transforms(), "transform", trim(text.substr(0, open)));
  std::string whole(text);
  if (open != std::string_view::npos && !row.options.empty()) {
    const std::string_view first = text.substr(open + 1, text.find_first_of(",)", open) - open - 1);
    if (!trim(first).empty() && first.find('=') == std::string_view::npos)
      whole.insert(open + 1, row.options[0].name + "=");
  }
  return parse_call(whole);
}

}  // namespace

TensorGroup group_of(const std::vector<TensorGroup>& groups, std::string_view tensor) {
  TensorGroup out;
  for (const TensorGroup& group : groups) {
    if (!matches(group.pattern, tensor)) continue;
    if (group.learning_rate >= 0) out.learning_rate = group.learning_rate;
    if (group.weight_decay >= 0) out.weight_decay = group.weight_decay;
    out.frozen = out.frozen || group.frozen;
  }
  return out;
}

std::vector<TensorGroup> parse_groups(std::string_view text) {
  static const std::vector<Option> options = {
      Option::real("learning_rate", 1, 0, 1e6, "factor of the learning rate"),
      Option::real("weight_decay", 1, 0, 1e6, "factor of the weight decay"),
      Option::flag("frozen", "not trained")};
  std::vector<TensorGroup> out;
  if (trim(text).empty()) return out;
  for (std::string_view part : split(text, ';')) {
    const size_t colon = part.rfind(':');
    if (colon == std::string_view::npos || trim(part.substr(0, colon)).empty())
      fail("groups: \"{}\" is not of the form pattern: option=value", trim(part));
    Settings settings("groups", options);
    for (std::string_view word : split(part.substr(colon + 1), ',')) {
      const size_t equals = word.find('=');
      settings.set(trim(word.substr(0, equals)),
                   equals == std::string_view::npos ? "true" : trim(word.substr(equals + 1)));
    }
    TensorGroup group;
    group.pattern = trim(part.substr(0, colon));
    if (settings.given("learning_rate")) group.learning_rate = settings.real("learning_rate");
    if (settings.given("weight_decay")) group.weight_decay = settings.real("weight_decay");
    group.frozen = settings.flag("frozen");
    out.push_back(std::move(group));
  }
  return out;
}

std::string Chain::text() const {
  std::vector<std::string> out;
  for (const ChainMember& member : members) out.push_back(member.settings.call(member.row->name));
  return join(out, " + ");
}

Chain parse_chain(std::string_view text) {
  Chain chain;
  for (std::string_view part : split_outside(text, '+')) {
    if (trim(part).empty())
      fail("chain \"{}\": a transform was expected, such as adamw(1e-3)", text.substr(0, 80));
    const Call call = parse_member(trim(part));
    const TransformRow& row = find(transforms(), "transform", call.name);
    chain.members.push_back({&row, settings(row, "transform", call)});
  }
  const ChainMember *last = nullptr, *given = nullptr, *initial = nullptr, *reported = nullptr;
  for (const ChainMember& member : chain.members) {
    const TransformRow& row = *member.row;
    if (last != nullptr && row.place != TransformPlace::point &&
        last->row->place != TransformPlace::direction)
      fail("chain: {} works before the step and stands after {}; put it before", row.name,
           last->row->name);
    last = &member;
    if (reports(row)) {
      if (reported != nullptr)
        fail("chain: {} and {} both report another point than the last; leave one out",
             reported->row->name, row.name);
      reported = &member;
    }
    if (!member.settings.has("learning_rate")) continue;
    if (initial == nullptr) initial = &member;
    if (!member.settings.given("learning_rate")) continue;
    if (given != nullptr)
      fail("chain: {} and {} both set the learning rate; set it once", given->row->name, row.name);
    given = &member;
  }
  if (initial == nullptr)
    fail("chain \"{}\": nothing says how long a step is; add sgd(0.1), adamw(1e-3) or another",
         text.substr(0, 80));
  chain.learning_rate = (given != nullptr ? given : initial)->settings.real("learning_rate");
  return chain;
}

}  // namespace thalweg
