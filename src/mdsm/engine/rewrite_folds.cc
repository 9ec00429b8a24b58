#include <algorithm>

#include "mdsm/engine/layers.h"
#include "mdsm/engine/ops/concat.h"
#include "mdsm/engine/ops/pointwise.h"
#include "mdsm/engine/ops/resample.h"
#include "mdsm/engine/ops/sum.h"
#include "mdsm/engine/rewrite.h"

namespace mdsm {
namespace {

template <class Kind> const Kind* as(const Node& node) { return dynamic_cast<const Kind*>(node.op.get()); }

enum class Scale { as_it_is, doubled };

/// A value that is not made yet: some channels, perhaps to be up-sampled.
struct Part {
  Slot slot;
  Scale scale = Scale::as_it_is;
};

/// A value of the old graph in terms of the new one: its parts, side by side along the channels.
using Value = std::vector<Part>;

/// Builds the new graph node by node. Concatenations and up-samplings are put off: pointwise functions move through
/// both, and convolutions take them as they are. What else reads such a value has it made, once.
class Folder {
 public:
  explicit Folder(const Graph& old) : old_(old), graph_(shapes_of_inputs(old)), values_(old.slot_count()) {
    for (size_t i = 0; i < old.input_count(); ++i) values_[i] = {{graph_.input(i)}};
    writers_.resize(old.slot_count(), nullptr);
    for (const Node& node : old.nodes()) writers_[node.output.index] = &node;
  }

  Graph run() {
    for (const Node& node : old_.nodes()) {
      if (!waits_for_its_pool(node)) values_[node.output.index] = value_of(node);
    }
    return std::move(graph_);
  }

 private:
  static std::vector<Shape> shapes_of_inputs(const Graph& graph) {
    std::vector<Shape> shapes;
    for (size_t i = 0; i < graph.input_count(); ++i) shapes.push_back(graph.datum_shape(graph.input(i)));
    return shapes;
  }

  Value value_of(const Node& node) {
    if (as<Concat>(node)) return concatenated(node);
    if (as<Upsample>(node) && is_plain(values_[node.inputs[0].index]))
      return {{values_[node.inputs[0].index][0].slot, Scale::doubled}};
    if (as<Pointwise>(node)) return pointwise(node);
    if (const auto* conv = as<Conv>(node); conv && is_network_conv(*conv)) return convolved(node, *conv);
    const Node* before = node.inputs.empty() ? nullptr : writers_[node.inputs[0].index];  // null for the graph's inputs
    if (as<MeanPool>(node) && before && waits_for_its_pool(*before)) return pooled(node);
    std::vector<Slot> inputs;
    for (Slot slot : node.inputs) inputs.push_back(made(slot));
    return {{graph_.add(node.op, inputs, node.parameters)}};
  }

  Value concatenated(const Node& node) const {
    Value whole;
    for (Slot slot : node.inputs) {
      const Value& value = values_[slot.index];
      whole.insert(whole.end(), value.begin(), value.end());
    }
    return whole;
  }

  Value pointwise(const Node& node) {
    Value result;
    for (const Part& part : values_[node.inputs[0].index])
      result.push_back({graph_.add(node.op, {part.slot}), part.scale});
    return result;
  }

  /// The sum of the convolutions of the parts; the last one, which is never up-sampled first, has the bias.
  Value convolved(const Node& node, const Conv& conv) {
    const Value& x = values_[node.inputs[0].index];
    if (is_plain(x)) return {{graph_.add(node.op, {x[0].slot}, node.parameters)}};
    std::vector<Slot> terms;
    InputSlice slice{0, conv.sizes().in};
    for (size_t i = 0; i < x.size(); ++i) {
      const bool last = i + 1 == x.size();
      terms.push_back(convolved_part(node, conv, x[i], slice, last ? conv.bias() : Bias::none));
      slice.first += graph_.datum_shape(x[i].slot)[0];
    }
    if (terms.size() == 1) return {{terms[0]}};
    return {{graph_.add(std::make_shared<Sum>(terms.size()), terms)}};
  }

  Slot convolved_part(const Node& node, const Conv& conv, const Part& part, const InputSlice& slice, Bias bias) {
    const int64_t in = graph_.datum_shape(part.slot)[0], out = conv.sizes().out;
    std::vector<std::string> names{node.parameters[0]};
    if (bias == Bias::learned) names.push_back(node.parameters[1]);
    const bool up = part.scale == Scale::doubled, wide = conv.sizes().kernel == 3;
    const ConvSizes sizes = up && wide ? conv4x4_up(in, out) : wide ? conv3x3(in, out) : conv1x1(in, out);
    const Fold fold = up && wide ? Fold::upsample : Fold::none;
    const Slot y = graph_.add(std::make_shared<Conv>(sizes, bias, fold, slice), {part.slot}, names);
    return up && !wide ? add_upsample(graph_, y) : y;
  }

  /// A 3x3 convolution and the mean pool that alone reads it.
  Value pooled(const Node& pool) {
    const Node& node = *writers_[pool.inputs[0].index];
    const auto& conv = *as<Conv>(node);
    const ConvSizes sizes = conv4x4_down(conv.sizes().in, conv.sizes().out);
    return {{graph_.add(std::make_shared<Conv>(sizes, conv.bias(), Fold::mean_pool),
                        {values_[node.inputs[0].index][0].slot}, node.parameters)}};
  }

  bool waits_for_its_pool(const Node& node) const {
    const auto* conv = as<Conv>(node);
    if (!conv || !is_network_conv(*conv) || conv->sizes().kernel != 3) return false;
    if (!is_plain(values_[node.inputs[0].index]) || old_.reader_count(node.output) != 1) return false;
    const auto reads_it = [&](const Node& other) { return other.inputs[0] == node.output && as<MeanPool>(other); };
    return std::any_of(old_.nodes().begin(), old_.nodes().end(), reads_it);
  }

  /// 3x3 or 1x1, stride 1, not yet folded.
  static bool is_network_conv(const Conv& conv) {
    const ConvSizes& s = conv.sizes();
    return conv.fold() == Fold::none && s.kind == ConvKind::plain && s.stride == 1 &&
           ((s.kernel == 3 && s.padding == 1) || (s.kernel == 1 && s.padding == 0));
  }
  static bool is_plain(const Value& value) { return value.size() == 1 && value[0].scale == Scale::as_it_is; }

  /// The value as one tensor.
  Slot made(Slot old) {
    Value& value = values_[old.index];
    std::vector<Slot> slots;
    for (const Part& part : value)
      slots.push_back(part.scale == Scale::doubled ? add_upsample(graph_, part.slot) : part.slot);
    if (!is_plain(value)) {
      value = {{slots.size() == 1 ? slots[0] : graph_.add(std::make_shared<Concat>(slots.size()), slots)}};
    }
    return value[0].slot;
  }

  const Graph& old_;
  Graph graph_;
  std::vector<Value> values_;
  std::vector<const Node*> writers_;
};

}  // namespace

Graph with_folds(const Graph& graph) { return Folder(graph).run(); }

}  // namespace mdsm
