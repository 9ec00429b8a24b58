#include "mdsm/energy/rewrite.h"

#include "mdsm/energy/ops/cast.h"
#include "mdsm/energy/ops/conv.h"
#include "mdsm/energy/ops/resample.h"

namespace mdsm {
namespace {

Graph empty_like(const Graph& graph) {
  std::vector<Shape> inputs;
  for (size_t i = 0; i < graph.input_count(); ++i) inputs.push_back(graph.datum_shape(graph.input(i)));
  return Graph(std::move(inputs));
}

template <class Kind> bool is(const Node& node) { return dynamic_cast<const Kind*>(node.op.get()) != nullptr; }

bool is_conv3x3(const Node& node) {
  const auto* conv = dynamic_cast<const Conv*>(node.op.get());
  return conv && conv->fold() == Fold::none && conv->sizes().kernel == 3 && conv->sizes().stride == 1 &&
         conv->sizes().padding == 1 && conv->sizes().kind == ConvKind::plain;
}

/// The node that reads the slot, if there is exactly one.
const Node* sole_reader(const Graph& graph, Slot slot) {
  if (graph.reader_count(slot) != 1) return nullptr;
  for (const Node& node : graph.nodes()) {
    if (std::find(node.inputs.begin(), node.inputs.end(), slot) != node.inputs.end()) return &node;
  }
  return nullptr;
}

OpPointer folded(const Node& node, Fold fold) {
  const auto& conv = dynamic_cast<const Conv&>(*node.op);
  const auto sizes = fold == Fold::mean_pool ? conv4x4_down : conv4x4_up;
  return std::make_shared<Conv>(sizes(conv.sizes().in, conv.sizes().out), conv.bias(), fold);
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

Graph with_folds(const Graph& graph) {
  Graph result = empty_like(graph);
  std::vector<Slot> moved(graph.slot_count());
  for (size_t i = 0; i < graph.input_count(); ++i) moved[i] = result.input(i);
  std::vector<const Node*> writers(graph.slot_count(), nullptr);
  for (const Node& node : graph.nodes()) writers[node.output.index] = &node;

  for (const Node& node : graph.nodes()) {
    const Node* before = node.inputs.size() == 1 ? writers[node.inputs[0].index] : nullptr;
    const Node* after = sole_reader(graph, node.output);
    if (is_conv3x3(node) && after && is<MeanPool>(*after)) continue;  // runs where the pool stands
    if (is<Upsample>(node) && after && is_conv3x3(*after)) continue;  // runs where the convolution stands
    const Node* conv = nullptr;
    Fold fold = Fold::none;
    if (is<MeanPool>(node) && before && is_conv3x3(*before) && graph.reader_count(before->output) == 1) {
      conv = before;
      fold = Fold::mean_pool;
    } else if (is_conv3x3(node) && before && is<Upsample>(*before) && graph.reader_count(before->output) == 1) {
      conv = &node;
      fold = Fold::upsample;
    }
    if (conv) {
      const Slot x = fold == Fold::mean_pool ? conv->inputs[0] : before->inputs[0];
      moved[node.output.index] = result.add(folded(*conv, fold), {moved[x.index]}, conv->parameters);
    } else {
      std::vector<Slot> inputs;
      for (Slot slot : node.inputs) inputs.push_back(moved[slot.index]);
      moved[node.output.index] = result.add(node.op, inputs, node.parameters);
    }
  }
  return result;
}

}  // namespace mdsm
