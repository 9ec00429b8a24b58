#include "mdsm/engine/rewrite.h"

#include "mdsm/engine/ops/cast.h"

namespace mdsm {
namespace {

Graph empty_like(const Graph& graph) {
  std::vector<Shape> inputs;
  for (size_t i = 0; i < graph.input_count(); ++i) inputs.push_back(graph.datum_shape(graph.input(i)));
  return Graph(std::move(inputs));
}

}  // namespace

Graph with_arithmetic(const Graph& graph, at::ScalarType from, at::ScalarType type) {
  if (from == type) return graph;
  Graph result = empty_like(graph);
  std::vector<Slot> wide(graph.slot_count());  // where the value stands in the new graph
  std::vector<Slot> cast(graph.slot_count());  // its cast, if there is one
  std::vector<bool> is_wide(graph.slot_count(), false);
  std::vector<bool> is_cast(graph.slot_count(), false);
  for (size_t i = 0; i < graph.input_count(); ++i) {
    wide[i] = result.input(i);
    is_wide[i] = true;
  }
  for (const Node& node : graph.nodes()) {
    const bool reduced = node.op->arithmetic() == Arithmetic::reduced;
    std::vector<Slot> inputs;
    bool wide_output = false;
    for (Slot slot : node.inputs) {
      if (reduced && is_wide[slot.index]) {
        if (!is_cast[slot.index]) cast[slot.index] = result.add(std::make_shared<Cast>(from, type), {wide[slot.index]});
        is_cast[slot.index] = true;
        inputs.push_back(cast[slot.index]);
      } else {
        inputs.push_back(wide[slot.index]);
        wide_output = wide_output || is_wide[slot.index];
      }
    }
    wide[node.output.index] = result.add(node.op, inputs, node.parameters);
    is_wide[node.output.index] = wide_output;
  }
  return result;
}

}  // namespace mdsm
