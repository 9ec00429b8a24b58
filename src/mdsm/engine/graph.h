#pragma once

#include <string>
#include <vector>

#include "mdsm/engine/op.h"

namespace mdsm {

/// Names a value of a graph: an input, or the output of a node.
struct Slot {
  size_t index = 0;
  bool operator==(const Slot&) const = default;
};

/// One op of a graph, with where its inputs and parameters come from.
struct Node {
  OpPointer op;
  std::vector<Slot> inputs;
  std::vector<std::string> parameters;  ///< names, in the order of Op::parameter_shapes()
  Slot output;
};

/// A network as a list of ops over value slots: an immutable description, without parameters' values.
///
/// Slots 0 .. inputs-1 are the inputs (x first; later a noise level, a class); each node writes a slot of its own, and
/// nodes stand in an order in which every slot is written before it is read. The output of the last node is E (B).
class Graph {
 public:
  /// \param inputs  shape of one datum of each input
  explicit Graph(std::vector<Shape> inputs);

  Slot input(size_t index) const;
  /// Appends `op`.
  /// \throws Error if the inputs' shapes or the number of parameters do not fit it
  Slot add(OpPointer op, const std::vector<Slot>& inputs, const std::vector<std::string>& parameters = {});

  size_t input_count() const { return input_count_; }
  size_t slot_count() const { return shapes_.size(); }
  const std::vector<Node>& nodes() const { return nodes_; }
  /// Shape of the slot's value for one datum: () for E.
  const Shape& datum_shape(Slot slot) const { return shapes_.at(slot.index); }
  /// Number of nodes that read the slot.
  size_t reader_count(Slot slot) const;

  /// Names and shapes of all parameters, in order of first use.
  std::vector<std::pair<std::string, Shape>> parameters() const;

 private:
  size_t input_count_;
  std::vector<Shape> shapes_;
  std::vector<Node> nodes_;
};

/// A table of the nodes: op, slots, output shape, million operations a datum.
std::string describe(const Graph& graph);

}  // namespace mdsm
