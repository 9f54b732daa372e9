#include "thalweg/optim/transform/optimizer.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "thalweg/base/parallel.hpp"

namespace thalweg {
namespace {

// 2 KiB of direction: the transforms behind the first work in first-level cache while the hardware
// still fetches the next tile's state (AdamW on 10 million floats, one core: 5.1 ms, the speed of a
// bare sweep; 5.5 with tiles of 4 KiB, 7.2 of 8 KiB; fetching ahead by hand was slower).
template <class T>
constexpr size_t tile_size = 2048 / sizeof(T);
// At least so many tiles are a block, and a thread gets about eight: long runs through memory are
// faster (10 million floats, two threads: SGD 1.45 ms, in blocks of 64 tiles 1.72; AdamW 3.1 and 3.3).
// No number depends on where blocks end.
constexpr size_t least_tiles = 64, blocks_a_thread = 8;

size_t tiles_a_block(size_t tiles) {
  return std::max(least_tiles, tiles / (blocks_a_thread * static_cast<size_t>(threads())));
}

// The plain step at the end of a chain that has no other.
const TransformRow& descend_row() {
  static const TransformRow row = {
      .name = "descend",
      .place = TransformPlace::step,
      .body = TransformBody::Descend,
      .per_tensor = true,
      .scalars = [](const TransformStep& at, double* s) { s[0] = at.learning_rate; }};
  return row;
}

template <class T>
auto work_of(const TransformRow& row) {
  if constexpr (sizeof(T) == sizeof(float))
    return row.work_float;
  else
    return row.work_double;
}

std::vector<ChainMember> with_step(const Chain& chain) {
  std::vector<ChainMember> out = chain.members;
  size_t at = 0;
  for (const ChainMember& member : out) {
    if (member.row->place == TransformPlace::step) return out;
    if (member.row->place == TransformPlace::direction) ++at;
  }
  out.insert(out.begin() + static_cast<long>(at), {&descend_row(), Settings("descend", {})});
  return out;
}

}  // namespace

template <class T>
Optimizer<T>::Optimizer(const Chain& chain, const Layout& layout) : layout_(layout) {
  const std::vector<TensorPlace>& tensors = layout_.tensors();
  for (size_t k = 0; k < tensors.size(); ++k) {
    groups_.push_back(chain.group_of(tensors[k].name));
    if (groups_[k].frozen || !tensors[k].trained || tensors[k].size == 0) continue;
    trained_.push_back(k);
    trained_count_ += tensors[k].size;
    for (size_t i = 0; i < tensors[k].size; i += tile_size<T>)
      parts_.push_back({k, tensors[k].offset + i, std::min(tile_size<T>, tensors[k].size - i)});
  }
  const std::vector<ChainMember> all = with_step(chain);
  reporter_ = all.size();
  bool stored = false, turned = false;
  size_t first = 0;
  for (size_t i = 0; i < all.size(); ++i) {
    const TransformRow& row = *all[i].row;
    Member member{all[i], nullptr, arrays_.size(), {}, memory_, 0, {}, {}};
    if (row.memory != nullptr) member.memory = row.memory(all[i].settings).size();
    memory_ += member.memory;
    for (const TransformState& state : row.states) {
      size_t size = 0;
      std::vector<size_t>& begins = member.begins.emplace_back();
      for (const TensorPlace& tensor : tensors) {
        begins.push_back(size);
        size += state.size == nullptr ? tensor.size : state.size(tensor, all[i].settings);
      }
      arrays_.push_back({fmt::format("{}.{}.{}", i, row.name, state.name), size});
    }
    if (row.body != TransformBody::none) {
      const TransformKernels<T>& kernels = transform_kernels<T>(row.body);
      if (row.states.size() != kernels.states)
        throw std::logic_error("transform " + row.name + ": its row and body differ in state");
      member.kernels = &kernels;
      member.scalars = Buffer<double>(kernels.scalars * (row.per_tensor ? tensors.size() : 1), 0.0);
      member.sums.resize(kernels.sums * tensors.size());
      if (kernels.reports) reporter_ = i;
    }
    const bool works = work_of<T>(row) != nullptr;
    if (works || (member.kernels != nullptr && member.kernels->sums > 0)) {
      passes_.push_back({first, i, i});
      first = works ? i + 1 : i;
      stored = stored || works || turned || member.kernels->measure_turns;
    }
    turned = turned || works || (member.kernels != nullptr && member.kernels->turns);
    members_.push_back(std::move(member));
  }
  passes_.push_back({first, members_.size(), members_.size()});
  if (stored) direction_ = Buffer<T>(layout_.size());
  partial_.resize(parts_.size() * most_transform_sums);
}

template <class T>
void Optimizer<T>::start(std::span<const T> x, const OptimizerState<T>& state) const {
  std::fill(state.memory.begin(), state.memory.end(), 0.0);
  for (const Member& member : members_) {
    const TransformRow& row = *member.in.row;
    for (size_t k = 0; k < row.states.size(); ++k) {
      const std::span<T> array = state.arrays[member.first_array + k];
      const TransformState& wanted = row.states[k];
      if (wanted.from_point)
        std::copy(x.begin(), x.end(), array.begin());
      else
        std::fill(
            array.begin(), array.end(),
            wanted.start == nullptr ? T{0} : static_cast<T>(wanted.start(member.in.settings)));
    }
    if (row.memory == nullptr) continue;
    const std::vector<double> memory = row.memory(member.in.settings);
    std::copy(memory.begin(), memory.end(), state.memory.begin() + member.first_memory);
  }
}

template <class T>
TransformStep Optimizer<T>::about(const Member& member, size_t tensor, double learning_rate,
                                  const OptimizerState<T>& state) const {
  const TensorPlace& place = layout_.tensors()[tensor];
  const TensorGroup& group = groups_[tensor];
  const Settings& options = member.in.settings;
  const bool spared =
      options.has("mask") && options.text("mask") == "matrices" && place.shape.size() < 2;
  return {options,
          place,
          static_cast<long long>(state.memory[0]),
          learning_rate * group.learning_rate,
          group.weight_decay >= 0 ? group.weight_decay
          : spared                ? 0.0
                                  : 1.0,
          trained_count_,
          state.memory.subspan(member.first_memory, member.memory),
          {}};
}

template <class T>
void Optimizer<T>::set_scalars(const Member& member, double learning_rate, bool measured,
                               const OptimizerState<T>& state, double* scalars) const {
  const TransformRow& row = *member.in.row;
  const size_t sums = measured ? member.kernels->sums : 0;
  std::vector<double> total(sums, 0.0);
  for (const size_t tensor : trained_)
    for (size_t k = 0; k < sums; ++k) total[k] += member.sums[tensor * sums + k];
  TransformStep whole = about(member, trained_[0], learning_rate, state);
  whole.learning_rate = learning_rate;
  whole.sums = total;
  if (row.remember != nullptr &&
      measured == (member.kernels != nullptr && member.kernels->sums > 0))
    row.remember(whole);
  if (row.scalars == nullptr) return;
  if (!row.per_tensor) return row.scalars(whole, scalars);
  for (const size_t tensor : trained_) {
    TransformStep at = about(member, tensor, learning_rate, state);
    at.sums = std::span(member.sums).subspan(tensor * sums, sums);
    row.scalars(at, scalars + tensor * member.kernels->scalars);
  }
}

template <class T>
Tile<T> Optimizer<T>::tile(const Member& member, const Part& part, T* x, const double* scalars,
                           const OptimizerState<T>& state) const {
  Tile<T> out{};
  out.count = part.count;
  out.x = x + part.begin;
  for (size_t k = 0; k < member.kernels->states; ++k)
    out.state[k] = state.arrays[member.first_array + k].data() + part.begin;
  out.scalars = scalars + (member.in.row->per_tensor ? part.tensor * member.kernels->scalars : 0);
  return out;
}

template <class T>
const T* Optimizer<T>::run(const Pass& pass, const T* from, T* x, const OptimizerState<T>& state) {
  const Member* measured = pass.then < members_.size() && members_[pass.then].kernels != nullptr
                               ? &members_[pass.then]
                               : nullptr;
  const bool last = pass.then == members_.size();
  bool turns = measured != nullptr && measured->kernels->measure_turns;
  for (size_t i = pass.first; i < pass.last; ++i)
    turns = turns || (members_[i].kernels != nullptr && members_[i].kernels->turns);
  if (pass.first == pass.last && measured == nullptr) return from;
  parallel_blocks(parts_.size(), tiles_a_block(parts_.size()),
                  [&](size_t, size_t begin, size_t end) {
                    alignas(64) T kept[tile_size<T>];
                    for (size_t p = begin; p < end; ++p) {
                      const Part& part = parts_[p];
                      const T* u = from + part.begin;
                      T* to = last ? kept : direction_.data() + part.begin;
                      for (size_t i = pass.first; i < pass.last; ++i) {
                        const Member& member = members_[i];
                        if (member.kernels == nullptr) continue;
                        Tile<T> now = tile(member, part, x, member.scalars.data(), state);
                        now.from = u, now.to = to;
                        member.kernels->update(now);
                        if (member.kernels->turns) u = to;
                      }
                      if (measured == nullptr) continue;
                      Tile<T> now = tile(*measured, part, x, measured->scalars.data(), state);
                      now.from = u, now.to = to;
                      double* sums = partial_.data() + p * most_transform_sums;
                      std::fill(sums, sums + most_transform_sums, 0.0);
                      measured->kernels->measure(now, sums);
                    }
                  });
  return turns && !last ? direction_.data() : from;
}

template <class T>
void Optimizer<T>::work(const Member& member, const T* from, std::span<const T> x,
                        double learning_rate, const OptimizerState<T>& state) {
  const TransformRow& row = *member.in.row;
  parallel_blocks(trained_.size(), 1, [&](size_t, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const TensorPlace& place = layout_.tensors()[trained_[i]];
      const std::span<T> u(direction_.data() + place.offset, place.size);
      if (from != direction_.data())
        std::copy(from + place.offset, from + place.offset + place.size, u.begin());
      std::vector<std::span<T>> arrays;
      for (size_t k = 0; k < row.states.size(); ++k) {
        const size_t size = row.states[k].size == nullptr
                                ? place.size
                                : row.states[k].size(place, member.in.settings);
        arrays.push_back(
            state.arrays[member.first_array + k].subspan(member.begins[k][trained_[i]], size));
      }
      const TransformStep at = about(member, trained_[i], learning_rate, state);
      work_of<T>(row)({at, u, x.subspan(place.offset, place.size), arrays});
    }
  });
}

template <class T>
void Optimizer<T>::step(std::span<T> x, std::span<const T> gradient, double learning_rate,
                        const OptimizerState<T>& state) {
  if (x.size() != layout_.size() || gradient.size() != layout_.size() ||
      state.arrays.size() != arrays_.size() || state.memory.size() != memory_)
    throw std::logic_error("optimizer: a size differs from the layout's");
  state.memory[0] += 1;
  if (trained_.empty()) return;
  for (Member& member : members_)
    set_scalars(member, learning_rate, false, state, member.scalars.data());
  const T* from = gradient.data();
  for (const Pass& pass : passes_) {
    from = run(pass, from, x.data(), state);
    if (pass.then == members_.size()) return;
    Member& member = members_[pass.then];
    if (member.kernels == nullptr) {
      work(member, from, x, learning_rate, state);
      from = direction_.data();
      continue;
    }
    const size_t sums = member.kernels->sums;
    std::fill(member.sums.begin(), member.sums.end(), 0.0);
    for (size_t p = 0; p < parts_.size(); ++p)
      for (size_t k = 0; k < sums; ++k)
        member.sums[parts_[p].tensor * sums + k] += partial_[p * most_transform_sums + k];
    set_scalars(member, learning_rate, true, state, member.scalars.data());
  }
}

template <class T>
void Optimizer<T>::ascend(std::span<const T> x, std::span<const T> gradient, double radius,
                          std::span<T> out) {
  parallel_blocks(parts_.size(), tiles_a_block(parts_.size()),
                  [&](size_t, size_t begin, size_t end) {
                    for (size_t p = begin; p < end; ++p) {
                      partial_[p] = 0;
                      for (const T g : gradient.subspan(parts_[p].begin, parts_[p].count))
                        partial_[p] += static_cast<double>(g) * static_cast<double>(g);
                    }
                  });
  double square = 0;
  for (size_t p = 0; p < parts_.size(); ++p) square += partial_[p];
  std::copy(x.begin(), x.end(), out.begin());
  if (!(square > 0)) return;
  const double scale = radius / std::sqrt(square);
  parallel_blocks(parts_.size(), tiles_a_block(parts_.size()),
                  [&](size_t, size_t begin, size_t end) {
                    for (size_t p = begin; p < end; ++p)
                      for (size_t i = parts_[p].begin; i < parts_[p].begin + parts_[p].count; ++i)
                        out[i] += static_cast<T>(scale * static_cast<double>(gradient[i]));
                  });
}

template <class T>
void Optimizer<T>::report(std::span<const T> x, std::span<T> out,
                          const OptimizerState<T>& state) const {
  std::copy(x.begin(), x.end(), out.begin());
  if (!reports() || trained_.empty() || state.memory[0] == 0) return;
  const Member& member = members_[reporter_];
  const TransformRow& row = *member.in.row;
  std::vector<double> scalars(member.scalars.size());
  for (const size_t tensor : trained_)
    if (row.scalars != nullptr)
      row.scalars(about(member, tensor, 0, state),
                  scalars.data() + (row.per_tensor ? tensor * member.kernels->scalars : 0));
  parallel_blocks(parts_.size(), tiles_a_block(parts_.size()),
                  [&](size_t, size_t begin, size_t end) {
                    for (size_t p = begin; p < end; ++p) {
                      Tile<T> now = tile(member, parts_[p], out.data(), scalars.data(), state);
                      now.from = now.x, now.to = now.x;
                      member.kernels->report(now);
                    }
                  });
}

template class Optimizer<float>;
template class Optimizer<double>;

}  // namespace thalweg
