#include "thalweg/optim/transform/optimizer.hpp"

#include <algorithm>
#include <array>
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

// Tensors of so many numbers go one after another where their products take all threads.
constexpr size_t alone_size = 1 << 14;

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

// What the mask of weight decay spares.
bool is_vector(const TensorPlace& tensor) { return tensor.shape.size() < 2; }

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
  alike_.resize(tensors.size());
  for (const size_t k : trained_)
    alike_[k] = *std::find_if(trained_.begin(), trained_.end(), [&](size_t other) {
      return other == k || (groups_[other].learning_rate == groups_[k].learning_rate &&
                            groups_[other].weight_decay == groups_[k].weight_decay &&
                            is_vector(tensors[other]) == is_vector(tensors[k]));
    });
  const std::vector<ChainMember> all = with_step(chain);
  reporter_ = all.size();
  bool stored = false, turned = false;
  size_t first = 0;
  for (size_t i = 0; i < all.size(); ++i) {
    const TransformRow& row = *all[i].row;
    Member member{all[i], nullptr, arrays_.size(), {}, memory_, 0, {}, {}, {}};
    const Settings& options = all[i].settings;
    const bool spares = options.has("mask") && options.text("mask") == "matrices";
    for (size_t k = 0; k < tensors.size(); ++k)
      member.decay.push_back(groups_[k].weight_decay >= 0      ? groups_[k].weight_decay
                             : spares && is_vector(tensors[k]) ? 0.0
                                                               : 1.0);
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
      passes_.push_back({stages(first, i), i});
      first = works ? i + 1 : i;
      stored = stored || works || turned || member.kernels->measure_turns;
    }
    turned = turned || works || (member.kernels != nullptr && member.kernels->turns);
    members_.push_back(std::move(member));
  }
  passes_.push_back({stages(first, members_.size()), members_.size()});
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
  return {member.in.settings,
          layout_.tensors()[tensor],
          static_cast<long long>(state.memory[0]),
          learning_rate * groups_[tensor].learning_rate,
          member.decay[tensor],
          trained_count_,
          state.memory.subspan(member.first_memory, member.memory),
          {}};
}

template <class T>
TransformStep Optimizer<T>::about(const Member& member, double learning_rate,
                                  const OptimizerState<T>& state) const {
  TransformStep out = about(member, trained_[0], learning_rate, state);
  out.learning_rate = learning_rate;
  return out;
}

// Once for all tensors that are alike: with a thousand of them 0.01 ms instead of 0.3.
template <class T>
void Optimizer<T>::set_scalars(const Member& member, double learning_rate,
                               const OptimizerState<T>& state, double* scalars) const {
  const TransformRow& row = *member.in.row;
  if (row.scalars == nullptr) return;
  if (!row.per_tensor) return row.scalars(about(member, learning_rate, state), scalars);
  const size_t count = member.kernels->scalars;
  for (const size_t tensor : trained_) {
    if (const size_t first = alike_[tensor]; first != tensor)
      std::copy_n(scalars + first * count, count, scalars + tensor * count);
    else
      row.scalars(about(member, tensor, learning_rate, state), scalars + tensor * count);
  }
}

template <class T>
void Optimizer<T>::set_measured(Member& member, double learning_rate,
                                const OptimizerState<T>& state) {
  const TransformRow& row = *member.in.row;
  const size_t sums = member.kernels->sums;
  // The sums of each tensor, in order, and those of all.
  std::array<double, most_transform_sums> total{};
  for (size_t p = 0; p < parts_.size();) {
    const size_t tensor = parts_[p].tensor;
    std::array<double, most_transform_sums> sum{};
    for (; p < parts_.size() && parts_[p].tensor == tensor; ++p)
      for (size_t k = 0; k < sums; ++k) sum[k] += partial_[p * most_transform_sums + k];
    std::copy_n(sum.begin(), sums, member.sums.begin() + tensor * sums);
    for (size_t k = 0; k < sums; ++k) total[k] += sum[k];
  }
  TransformStep whole = about(member, learning_rate, state);
  whole.sums = std::span(total).first(sums);
  if (row.remember != nullptr) row.remember(whole);
  if (row.measured == nullptr)
    return set_scalars(member, learning_rate, state, member.scalars.data());
  if (!row.per_tensor) return row.measured(whole, member.scalars.data());
  for (const size_t tensor : trained_) {
    TransformStep at = about(member, tensor, learning_rate, state);
    at.sums = std::span(member.sums).subspan(tensor * sums, sums);
    row.measured(at, member.scalars.data() + tensor * member.kernels->scalars);
  }
}

// The longest sequence that fits, again and again, else a single body.
template <class T>
std::vector<typename Optimizer<T>::Stage> Optimizer<T>::stages(size_t first, size_t last) const {
  std::vector<size_t> left;
  for (size_t i = first; i < last; ++i)
    if (members_[i].kernels != nullptr) left.push_back(i);
  std::vector<Stage> out;
  for (size_t i = 0; i < left.size(); i += out.back().members.size()) {
    const TransformKernels<T>& single = *members_[left[i]].kernels;
    Stage stage{{left[i]}, single.update, single.turns};
    for (const TransformSequence<T>& row : transform_sequences<T>()) {
      if (row.count <= stage.members.size() || row.count > left.size() - i) continue;
      size_t k = 0;
      while (k < row.count && members_[left[i + k]].in.row->body == row.bodies[k]) ++k;
      if (k < row.count) continue;
      const auto begin = left.begin() + static_cast<long>(i);
      stage = {{begin, begin + static_cast<long>(k)}, row.update, false};
    }
    out.push_back(std::move(stage));
  }
  return out;
}

template <class T>
Tile<T> Optimizer<T>::tile(std::span<const size_t> members, const Part& part, const T* from, T* to,
                           T* x, const OptimizerState<T>& state) const {
  Tile<T> out{part.count, from, to, x + part.begin, {}, {}};
  size_t states = 0;
  for (size_t i = 0; i < members.size(); ++i) {
    const Member& member = members_[members[i]];
    for (size_t k = 0; k < member.kernels->states; ++k)
      out.state[states++] = state.arrays[member.first_array + k].data() + part.begin;
    out.scalars[i] = member.scalars.data() +
                     (member.in.row->per_tensor ? part.tensor * member.kernels->scalars : 0);
  }
  return out;
}

template <class T>
const T* Optimizer<T>::run(const Pass& pass, const T* from, T* x, const OptimizerState<T>& state) {
  const bool last = pass.then == members_.size();
  const bool measures = !last && members_[pass.then].kernels != nullptr;
  if (pass.stages.empty() && !measures) return from;
  bool turns = measures && members_[pass.then].kernels->measure_turns;
  for (const Stage& stage : pass.stages) turns = turns || stage.turns;
  // A single stage that leaves no direction needs no tiles: SGD 1.44 ms instead of 1.50.
  const bool alone = pass.stages.size() == 1 && !measures && !turns;
  parallel_blocks(parts_.size(), tiles_a_block(parts_.size()),
                  [&](size_t, size_t begin, size_t end) {
                    alignas(64) T kept[tile_size<T>];
                    for (size_t p = begin; p < end; ++p) {
                      Part part = parts_[p];
                      if (alone)
                        for (; p + 1 < end && parts_[p + 1].tensor == part.tensor; ++p)
                          part.count += parts_[p + 1].count;
                      const T* u = from + part.begin;
                      T* to = last ? kept : direction_.data() + part.begin;
                      for (const Stage& stage : pass.stages) {
                        stage.update(tile(stage.members, part, u, to, x, state));
                        if (stage.turns) u = to;
                      }
                      if (!measures) continue;
                      double* sums = partial_.data() + p * most_transform_sums;
                      std::fill(sums, sums + most_transform_sums, 0.0);
                      members_[pass.then].kernels->measure(
                          tile(std::span(&pass.then, 1), part, u, to, x, state), sums);
                    }
                  });
  return turns && !last ? direction_.data() : from;
}

template <class T>
void Optimizer<T>::work(const Member& member, const T* from, std::span<const T> x,
                        double learning_rate, const OptimizerState<T>& state) {
  const TransformRow& row = *member.in.row;
  const auto alone = [&](size_t i) {
    return row.multiplies && layout_.tensors()[trained_[i]].size >= alone_size;
  };
  const auto on = [&](size_t i) {
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
  };
  for (size_t i = 0; i < trained_.size(); ++i)
    if (alone(i)) on(i);
  parallel_blocks(trained_.size(), 1, [&](size_t i, size_t, size_t) {
    if (!alone(i)) on(i);
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
  for (Member& member : members_) {
    const TransformRow& row = *member.in.row;
    const bool measures = member.kernels != nullptr && member.kernels->sums > 0;
    if (row.remember != nullptr && !measures) row.remember(about(member, learning_rate, state));
    set_scalars(member, learning_rate, state, member.scalars.data());
  }
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
    set_measured(member, learning_rate, state);
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
  std::vector<double> scalars(member.scalars.size());
  set_scalars(member, 0, state, scalars.data());
  parallel_blocks(
      parts_.size(), tiles_a_block(parts_.size()), [&](size_t, size_t begin, size_t end) {
        for (size_t p = begin; p < end; ++p) {
          T* at = out.data() + parts_[p].begin;
          Tile<T> now = tile(std::span(&reporter_, 1), parts_[p], at, at, out.data(), state);
          now.scalars[0] = scalars.data() + (now.scalars[0] - member.scalars.data());
          member.kernels->report(now);
        }
      });
}

template class Optimizer<float>;
template class Optimizer<double>;

}  // namespace thalweg
