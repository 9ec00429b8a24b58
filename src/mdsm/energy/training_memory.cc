#include "mdsm/energy/training_memory.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/ops/cast.h"
#include "mdsm/engine/rewrite.h"

namespace mdsm {
namespace {

/// Bytes of one number of each slot: 2 behind a cast and behind ops that read such values alone.
std::vector<int64_t> widths(const Graph& graph) {
  std::vector<int64_t> bytes(graph.slot_count(), sizeof(float));
  for (const Node& node : graph.nodes()) {
    int64_t widest = 0;
    for (Slot slot : node.inputs) widest = std::max(widest, bytes[slot.index]);
    const bool narrows = dynamic_cast<const Cast*>(node.op.get()) != nullptr;
    bytes[node.output.index] = narrows ? 2 : widest;
  }
  return bytes;
}

}  // namespace

int64_t kept_bytes(const Graph& graph) {
  const std::vector<int64_t> width = widths(graph);
  const auto bytes_of = [&](size_t slot) { return width[slot] * element_count(graph.datum_shape({slot})); };
  std::vector<bool> is_kept(graph.slot_count(), false);
  int64_t total = 0;
  for (const Node& node : graph.nodes()) {
    const Reads reads = node.op->reads(Keep::linearization);
    if (reads == Reads::nothing) continue;
    total += bytes_of(node.output.index);  // y_bar
    if (reads == Reads::output) is_kept[node.output.index] = true;
    else
      for (Slot slot : node.inputs) is_kept[slot.index] = true;
  }
  for (size_t slot = 0; slot < is_kept.size(); ++slot) {
    if (is_kept[slot]) total += 2 * bytes_of(slot);  // value and tangent
  }
  return total;
}

int64_t estimate_training_memory(const EnergyOptions& options, const Shape& datum_shape, int64_t batch,
                                 Precision precision) {
  require(batch >= 1, "estimate_training_memory: the batch is {} (expected at least 1).", batch);
  // Code and workspaces of the convolution library, touched at the first step.
  constexpr double kFixedBytes = 36 * 1024.0 * 1024.0;
  // Weights, gradient, two moments, moving average; and, within a step, gradients before they are added, weights in the
  // convolution's own layout, a temporary of the update. Not all of these at once.
  constexpr double kCopiesOfWeights = 7;
  // Temporaries of the passes and buffers that do not fit the next request, beside what is kept.
  constexpr double kPerKeptByte = 1.18;
  const at::ScalarType type = arithmetic_type(resolved_precision(precision, options));
  const Graph graph = with_arithmetic(with_folds(energy_graph(options, datum_shape)), at::kFloat, type);
  const auto weights = static_cast<double>(energy_parameter_count(options, datum_shape));
  const auto kept = static_cast<double>(kept_bytes(graph)) * static_cast<double>(batch);
  return static_cast<int64_t>(kFixedBytes + sizeof(float) * kCopiesOfWeights * weights + kPerKeptByte * kept);
}

}  // namespace mdsm
