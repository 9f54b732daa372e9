#include "thalweg/program/program.hpp"

#include <fmt/format.h>

#include "thalweg/base/error.hpp"
#include "thalweg/base/text.hpp"
#include "thalweg/program/bfloat16.hpp"
#include "thalweg/program/lower.hpp"
#include "thalweg/program/memory_plan.hpp"
#include "thalweg/program/rewrite.hpp"

namespace thalweg {

struct Program::State {
  std::vector<ProgramTensor> inputs, outputs;
  Lowered lowered;
  Buffer<std::byte> arena;
  // For each call the addresses of its reads and writes, one call after another; those of inputs
  // and results are filled in at each run.
  std::vector<void*> addresses;
  std::vector<size_t> begins;  // of each call's
  std::vector<void*> scratch;
  struct Place {
    size_t address, index;
  };
  std::vector<Place> input_places, result_places;
};

namespace {

ProgramTensor tensor_of(const Node& node) {
  return {node.operation == Operation::input ? node.attributes.name : "", node.dtype, node.shape};
}

void set_addresses(Program::State& state, const std::vector<size_t>& scratch_offsets) {
  const auto put = [&](size_t storage) {
    const Storage& s = state.lowered.storages[storage];
    void* address = nullptr;
    if (s.home == Home::arena) address = state.arena.data() + s.offset;
    if (s.home == Home::constant) address = state.lowered.constants[s.index].data();
    if (s.home == Home::input) state.input_places.push_back({state.addresses.size(), s.index});
    if (s.home == Home::result) state.result_places.push_back({state.addresses.size(), s.index});
    state.addresses.push_back(address);
  };
  for (size_t i = 0; i < state.lowered.calls.size(); ++i) {
    const KernelCall& call = state.lowered.calls[i];
    state.begins.push_back(state.addresses.size());
    for (const size_t storage : call.reads) put(storage);
    for (const size_t storage : call.writes) put(storage);
    state.scratch.push_back(call.scratch == 0 ? nullptr : state.arena.data() + scratch_offsets[i]);
  }
}

}  // namespace

Program Program::compile(std::span<const Symbol> outputs, const CompileOptions& options) {
  for (const Symbol output : outputs)
    if (!output || &output.graph() != &outputs[0].graph())
      throw std::logic_error("compile: outputs are symbols of one graph");
  auto state = std::make_shared<State>();
  // What is asked for stays in the order in which the caller recorded it, used or not after
  // rewriting.
  std::vector<std::string> names;
  if (!outputs.empty())
    for (const NodeId id : needed(outputs))
      if (outputs[0].graph()[id].operation == Operation::input) {
        state->inputs.push_back(tensor_of(outputs[0].graph()[id]));
        names.push_back(state->inputs.back().name);
      }
  for (const Symbol output : outputs) {
    state->outputs.push_back(tensor_of(output.node()));
    state->outputs.back().name.clear();
  }
  Traced traced = simplify(outputs);
  if (options.precision == Precision::bfloat16) traced = in_bfloat16(traced.outputs);
  if (!outputs.empty()) {
    const Fusion fusion = fuse(traced.outputs);
    std::vector<NodeId> inputs(names.size(), Fusion::none);
    for (const NodeId id : fusion.nodes) {
      const Node& node = (*traced.graph)[id];
      if (node.operation != Operation::input) continue;
      for (size_t i = 0; i < names.size(); ++i)
        if (names[i] == node.attributes.name) inputs[i] = id;
    }
    state->lowered = lower(fusion, inputs, traced.outputs);
  }
  std::vector<size_t> scratch_offsets;
  state->arena = Buffer<std::byte>(plan_memory(state->lowered, scratch_offsets));
  set_addresses(*state, scratch_offsets);
  return Program(std::move(state));
}

const std::vector<ProgramTensor>& Program::inputs() const { return state_->inputs; }
const std::vector<ProgramTensor>& Program::outputs() const { return state_->outputs; }

void Program::run(std::span<const void* const> inputs, std::span<void* const> results) {
  State& state = *state_;
  if (inputs.size() != state.inputs.size() || results.size() != state.outputs.size())
    throw std::logic_error("program: run with another number of inputs or results");
  for (const State::Place& place : state.input_places)
    state.addresses[place.address] = const_cast<void*>(inputs[place.index]);
  for (const State::Place& place : state.result_places)
    state.addresses[place.address] = results[place.index];
  for (size_t i = 0; i < state.lowered.calls.size(); ++i)
    state.lowered.calls[i].run(state.addresses.data() + state.begins[i], state.scratch[i]);
}

size_t Program::memory() const { return state_->arena.size(); }
size_t Program::kernels() const { return state_->lowered.calls.size(); }

std::string Program::text() const {
  const auto name = [&](size_t storage) {
    const Storage& s = state_->lowered.storages[storage];
    switch (s.home) {
      case Home::arena:
        return fmt::format("t{}", storage);
      case Home::input:
        return state_->inputs[s.index].name;
      case Home::result:
        return fmt::format("result {}", s.index);
      case Home::constant:
        return fmt::format("constant {}", s.index);
    }
    return std::string();
  };
  std::string out;
  for (const KernelCall& call : state_->lowered.calls) {
    std::vector<std::string> reads, writes;
    for (const size_t storage : call.reads) reads.push_back(name(storage));
    for (const size_t storage : call.writes) writes.push_back(name(storage));
    out += fmt::format("{} = {}({})\n", join(writes, ", "), call.text, join(reads, ", "));
  }
  return out;
}

}  // namespace thalweg
