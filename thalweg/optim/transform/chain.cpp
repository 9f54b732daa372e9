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

template <class Row>
const Row* find_or_null(std::span<const Row> rows, std::string_view name) {
  for (const Row& row : rows)
    if (row.name == name) return &row;
  return nullptr;
}

// The settings of the call in `text`, whose first argument may go without its name.
Settings read(std::string_view text, std::string owner, const std::vector<Option>& options) {
  Settings out(std::move(owner), options);
  for (const auto& [name, value] :
       parse_call(text, options.empty() ? "" : options[0].name).arguments)
    out.set(name, value);
  return out;
}

// The order of the members. The one that sets the learning rate.
size_t check(const Chain& chain, std::string_view text) {
  const ChainMember *last = nullptr, *given = nullptr, *initial = nullptr, *reported = nullptr;
  for (const ChainMember& member : chain.members) {
    const TransformRow& row = *member.row;
    if (last != nullptr && row.place != TransformPlace::point &&
        last->row->place != TransformPlace::direction)
      fail("chain: {} works before the step and stands after {}; put it before", row.name,
           last->row->name);
    if (row.ascends && last != nullptr)
      fail("chain: {} says where the gradient is taken; put it first", row.name);
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
  return static_cast<size_t>((given != nullptr ? given : initial) - chain.members.data());
}

}  // namespace

std::vector<Option> group_options() {
  return {Option::text("pattern", "*", "names of tensors; * stands for any text, ? for any letter"),
          Option::real("learning_rate", 1, 0, 1e6, "factor of the learning rate"),
          Option::real("weight_decay", 1, 0, 1e6, "factor of the weight decay, masked or not"),
          Option::flag("frozen", "not trained")};
}

TensorGroup Chain::group_of(std::string_view tensor) const {
  TensorGroup out;
  for (const Settings& group : groups) {
    if (!matches(group.text("pattern"), tensor)) continue;
    if (group.given("learning_rate")) out.learning_rate = group.real("learning_rate");
    if (group.given("weight_decay")) out.weight_decay = group.real("weight_decay");
    if (group.given("frozen")) out.frozen = group.flag("frozen");
  }
  return out;
}

void Chain::set_learning_rate(double rate) {
  learning_rate = rate;
  members[check(*this, "")].settings.set("learning_rate", shortest(rate));
}

std::string Chain::text() const {
  std::vector<std::string> out;
  for (const ChainMember& member : members) out.push_back(member.settings.call(member.row->name));
  if (schedule.row().name != "constant") out.push_back(schedule.text());
  for (const Settings& group : groups) {
    // A factor of 1 is a default, and yet overrides.
    std::string call = "group(" + group.text("pattern");
    for (const char* name : {"learning_rate", "weight_decay", "frozen"})
      if (group.given(name)) call += fmt::format(", {}={}", name, to_text(group.value(name)));
    out.push_back(call + ")");
  }
  return join(out, " + ");
}

Chain parse_chain(std::string_view text) {
  Chain chain;
  bool scheduled = false;
  for (std::string_view part : split_outside(text, '+')) {
    part = trim(part);
    if (part.empty())
      fail("chain \"{}\": a transform was expected, such as adamw(1e-3)", text.substr(0, 80));
    const std::string name(trim(part.substr(0, part.find('('))));
    if (name == "group") {
      chain.groups.push_back(read(part, "group", group_options()));
    } else if (const ScheduleRow* schedule = find_or_null(schedules(), name)) {
      if (scheduled) fail("chain: {} is a second schedule; leave one out", name);
      scheduled = true;
      chain.schedule = Schedule(*schedule, read(part, "schedule " + name, schedule->options));
    } else if (const TransformRow* row = find_or_null(transforms(), name)) {
      chain.members.push_back({row, read(part, "transform " + name, row->options)});
    } else {
      const std::vector<std::string> all = names(transforms()), rates = names(schedules());
      std::vector<std::string> any = all;
      any.insert(any.end(), rates.begin(), rates.end());
      fail("chain: no \"{}\"{}; there are the transforms {}, the schedules {}, and group",
           name.substr(0, 80), suggestion(name, any), join(all, ", "), join(rates, ", "));
    }
  }
  chain.learning_rate = chain.members[check(chain, text)].settings.real("learning_rate");
  if (chain.members[0].row->ascends) chain.radius = chain.members[0].settings.real("radius");
  return chain;
}

}  // namespace thalweg
