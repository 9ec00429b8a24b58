#include <optional>

#include "mdsm/engine/ops/cast.h"
#include "mdsm/engine/rewrite.h"

namespace mdsm {
namespace {

Graph empty_like(const Graph& graph) {
  std::vector<Shape> inputs;
  for (size_t i = 0; i < graph.input_count(); ++i) inputs.push_back(graph.datum_shape(graph.input(i)));
  return Graph(std::move(inputs));
}

/// The new graph, and where each value of the old one stands in it: in either type or both.
class Caster {
 public:
  Caster(const Graph& old, at::ScalarType wide, at::ScalarType narrow)
      : graph_(empty_like(old)), wide_(wide), narrow_(narrow), values_(old.slot_count()) {
    for (size_t i = 0; i < old.input_count(); ++i) values_[i].wide = graph_.input(i);
  }

  void add(const Node& node) {
    bool any_wide = false;
    for (Slot slot : node.inputs) any_wide = any_wide || !values_[slot.index].first_narrow;
    std::vector<Slot> inputs;
    for (Slot slot : node.inputs) inputs.push_back(taken(slot, node.op->arithmetic(), any_wide));
    const Slot output = graph_.add(node.op, inputs, node.parameters);
    Value& value = values_[node.output.index];
    const Arithmetic arithmetic = node.op->arithmetic();
    value.first_narrow = arithmetic == Arithmetic::reduced || (arithmetic != Arithmetic::wide && !any_wide);
    (value.first_narrow ? value.narrow : value.wide) = output;
  }
  Graph take() { return std::move(graph_); }

 private:
  struct Value {
    bool first_narrow = false;  ///< how it was made
    std::optional<Slot> wide = {};
    std::optional<Slot> narrow = {};
  };

  Slot taken(Slot old, Arithmetic arithmetic, bool any_wide) {
    const Value& value = values_[old.index];
    if (arithmetic == Arithmetic::reduced) return narrowed(old);
    if (arithmetic == Arithmetic::wide || (arithmetic == Arithmetic::common && any_wide)) return widened(old);
    return value.first_narrow ? *value.narrow : *value.wide;
  }
  Slot narrowed(Slot old) {
    Value& value = values_[old.index];
    if (!value.narrow) value.narrow = graph_.add(std::make_shared<Cast>(wide_, narrow_), {*value.wide});
    return *value.narrow;
  }
  Slot widened(Slot old) {
    Value& value = values_[old.index];
    if (!value.wide) value.wide = graph_.add(std::make_shared<Cast>(narrow_, wide_), {*value.narrow});
    return *value.wide;
  }

  Graph graph_;
  at::ScalarType wide_;
  at::ScalarType narrow_;
  std::vector<Value> values_;
};

}  // namespace

Graph with_arithmetic(const Graph& graph, at::ScalarType from, at::ScalarType type) {
  if (from == type) return graph;
  Caster caster(graph, from, type);
  for (const Node& node : graph.nodes()) caster.add(node);
  return caster.take();
}

}  // namespace mdsm
