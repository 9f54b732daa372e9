#include "thalweg/kernel/reduction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "thalweg/base/parallel.hpp"
#include "thalweg/kernel/strided_copy.hpp"

namespace thalweg {
namespace {

size_t round_up(size_t bytes) { return (bytes + 63) / 64 * 64; }

TileKernel make_kernel(TileReductionKind kind, TileExtent extent, DType from, DType to) {
  TileProgram program;
  // int32 is exact in double.
  const bool wide = from == DType::float64 || from == DType::int32;
  program.arithmetic = wide ? DType::float64 : DType::float32;
  program.operands = {{TileExtent::all, from}};
  program.instructions = {{.operation = TileOperation::load}};
  program.reductions = {{0, kind, extent, to}};
  return TileKernel::make(program);
}

// Neighboring axes that are treated alike, as one.
struct Group {
  size_t extent;
  bool reduced;
};

std::vector<Group> group(const Shape& shape, const std::vector<size_t>& axes) {
  std::vector<Group> out;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    const bool reduced = std::find(axes.begin(), axes.end(), axis) != axes.end();
    if (!out.empty() && out.back().reduced == reduced)
      out.back().extent *= shape[axis];
    else
      out.push_back({shape[axis], reduced});
  }
  return out;
}

}  // namespace

Reduction Reduction::make(TileReductionKind kind, DType dtype, const Shape& shape,
                          const std::vector<size_t>& axes) {
  if (!axes.empty() && axes.back() >= shape.size())
    throw std::logic_error(fmt::format("reduction: axis {} of {}", axes.back(), to_text(shape)));
  Reduction out;
  std::vector<Group> groups = group(shape, axes);
  std::erase_if(groups, [](const Group& each) { return each.extent == 1; });
  // Those that an axis of one element kept apart.
  for (size_t i = 1; i < groups.size();) {
    if (groups[i].reduced != groups[i - 1].reduced) {
      ++i;
      continue;
    }
    groups[i - 1].extent *= groups[i].extent;
    groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(i));
  }
  if (groups.empty() || (groups.size() == 1 && !groups[0].reduced)) groups.push_back({1, true});
  const auto count_before = [&](size_t end) {
    size_t count = 1;
    for (size_t i = 0; i < end; ++i) count *= groups[i].extent;
    return count;
  };
  // From the last reduced group to the first; what lies between passes is float64.
  DType from = dtype;
  while (true) {
    size_t at = groups.size();
    size_t left = 0;
    for (size_t i = 0; i < groups.size(); ++i)
      if (groups[i].reduced) at = i, ++left;
    if (left == 0) break;
    const DType to = left == 1 ? dtype : DType::float64;
    const bool last = at + 1 == groups.size();
    const size_t before = count_before(at), extent = groups[at].extent;
    const size_t inner = last ? 1 : groups[at + 1].extent;
    const TileKernel kernel =
        make_kernel(kind, last ? TileExtent::column : TileExtent::row, from, to);
    const TileSize size = last ? TileSize{before, extent} : TileSize{extent, inner};
    const size_t outer = last ? 1 : before;
    const size_t parts = std::min<size_t>(outer, 16), each = round_up(kernel.scratch(size));
    out.passes_.push_back({kernel, outer, size, size.rows * size.columns * size_of(from),
                           (last ? before : inner) * size_of(to)});
    out.pass_scratch_ = std::max(out.pass_scratch_, parts * each);
    groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(at));
    if (at > 0 && at < groups.size()) {
      groups[at - 1].extent *= groups[at].extent;
      groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(at));
    }
    from = to;
  }
  out.scratch_ = out.pass_scratch_;
  for (size_t i = 0; i + 1 < out.passes_.size(); ++i) {
    out.places_.push_back(out.scratch_);
    out.scratch_ += round_up(out.passes_[i].outer * out.passes_[i].output);
  }
  // The maximum of no boolean is false, which -infinity would not become.
  out.empty_ = dtype == DType::boolean && element_count(shape) == 0;
  return out;
}

void Reduction::run(const void* from, void* to, void* scratch) const {
  auto* const memory = static_cast<std::byte*>(scratch);
  if (empty_) {
    const Pass& last = passes_.back();
    return fill_zero(DType::boolean, last.outer * last.output, to);
  }
  const void* input = from;
  for (size_t i = 0; i < passes_.size(); ++i) {
    const Pass& pass = passes_[i];
    void* output = i + 1 == passes_.size() ? to : memory + places_[i];
    const size_t parts = std::min<size_t>(pass.outer, 16);
    struct Work {
      const Pass* pass;
      const std::byte* input;
      std::byte *output, *scratch;
      size_t parts, each;
    } const work{&pass,
                 static_cast<const std::byte*>(input),
                 static_cast<std::byte*>(output),
                 memory,
                 parts,
                 parts == 0 ? 0 : pass_scratch_ / 64 / parts * 64};
    const auto run_part = [&work](size_t part, size_t, size_t) {
      const Pass& mine = *work.pass;
      const size_t end = mine.outer * (part + 1) / work.parts;
      for (size_t k = mine.outer * part / work.parts; k < end; ++k) {
        const void* operand = work.input + k * mine.input;
        void* result = work.output + k * mine.output;
        mine.kernel.run(mine.size, &operand, &result, work.scratch + part * work.each);
      }
    };
    // One thread where the whole is small.
    if (pass.outer * pass.size.rows * pass.size.columns < 32768)
      for (size_t part = 0; part < parts; ++part) run_part(part, 0, 0);
    else
      parallel_blocks(parts, 1, run_part);
    input = output;
  }
}

}  // namespace thalweg
