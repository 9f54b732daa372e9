// The record of a computation: operations in the order in which they were traced. A gradient is more
// of the same, so that it can be differentiated again; program/ compiles it.
//
// Invariants: a node's inputs stand before it; dtype and shape of a node have passed the shape rule
// of its operation (operation.hpp); nodes are never changed or removed, and their addresses stay.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "thalweg/tensor/dtype.hpp"
#include "thalweg/tensor/shape.hpp"

namespace thalweg {

class Symbol;
struct CustomOperation;
enum class Operation : uint8_t;

using NodeId = uint32_t;

// What an operation needs besides its inputs, dtype and shape. Each says which operations read it;
// the others leave it as it is here.
struct Attributes {
  std::string name;                     // input
  std::vector<double> values;           // constant: row-major, one for each element
  std::vector<size_t> axes;             // reduce_sum, reduce_max, reverse: ascending;
                                        // iota, argmax, concatenate: one; transpose: output axis i
                                        // is input axis axes[i]
  std::vector<size_t> low, high, step;  // slice: start, stop, stride; pad: zeros before and after,
                                        // zeros between neighbors
  bool transpose_a = false, transpose_b = false;  // matmul: the last two axes change places
  std::vector<size_t> window;                     // pooling: extents, a spatial axis each
  std::vector<size_t> stride;                     // convolution, pooling
  std::vector<size_t> padding_low, padding_high;  // convolution, pooling
  std::vector<size_t> dilation;                   // convolution: 1 is dense
  size_t groups = 1;                              // convolution
  uint32_t stream = 0;                            // random_uniform: separates uses of one key
  std::shared_ptr<const CustomOperation> custom;  // custom

  bool operator==(const Attributes&) const = default;
};

struct Node {
  Operation operation;
  std::vector<NodeId> inputs;
  Attributes attributes;
  DType dtype = DType::float32;
  Shape shape = {};
};

// dtype and shape, `float32[4, 3]`.
std::string describe(const Node& node);

class Graph {
 public:
  Graph() = default;
  Graph(const Graph&) = delete;  // Symbols point here
  Graph& operator=(const Graph&) = delete;

  // A tensor given at each run. Throws Error where the name is empty or taken.
  Symbol input(std::string name, DType dtype, Shape shape);
  // One number, or one for each element of `shape`.
  Symbol constant(double value, DType dtype);
  Symbol constant(std::vector<double> values, DType dtype, Shape shape);
  // The index along `axis`.
  Symbol iota(DType dtype, Shape shape, size_t axis);

  // Appends a node. `proposed` carries operation, inputs and attributes, and dtype or shape where
  // the operation does not follow from its inputs (cast, reshape, broadcast_to, ...); the shape rule
  // fills in the rest. Throws Error in one line where the rule is broken.
  Symbol record(Node proposed);

  const Node& operator[](NodeId id) const { return nodes_[id]; }
  NodeId size() const { return static_cast<NodeId>(nodes_.size()); }
  // The node of the input called `name`. Throws Error that names all inputs where there is none.
  NodeId input(std::string_view name) const;
  std::vector<NodeId> inputs() const;

  // Nodes [begin, end) are recomputed in the backward pass (checkpoint in differentiate.hpp); regions
  // nest, an inner one stands before the one around it.
  struct Region {
    NodeId begin, end;
  };
  const std::vector<Region>& regions() const { return regions_; }
  void add_region(Region region) { regions_.push_back(region); }

 private:
  std::deque<Node> nodes_;
  std::vector<Region> regions_;
};

// One node a line, in recorded order: `%4 = reduce_sum(%3; axes=[1]) float32[128]`. Without `keep`
// all nodes, with it those that the kept ones need.
std::string to_text(const Graph& graph);
std::string to_text(std::span<const Symbol> kept);

// A node by its graph and place; a value, cheap to copy. Its operators and functions are in
// symbol.hpp.
class Symbol {
 public:
  Symbol() = default;  // no node
  Symbol(Graph& graph, NodeId id) : graph_(&graph), id_(id) {}

  explicit operator bool() const { return graph_ != nullptr; }
  Graph& graph() const { return *graph_; }
  NodeId id() const { return id_; }
  const Node& node() const { return (*graph_)[id_]; }
  DType dtype() const { return node().dtype; }
  const Shape& shape() const { return node().shape; }
  size_t extent(size_t axis) const { return node().shape[axis]; }
  size_t rank() const { return node().shape.size(); }

 private:
  Graph* graph_ = nullptr;
  NodeId id_ = 0;
};

}  // namespace thalweg
