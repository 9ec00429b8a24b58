#include "mdsm/engine/graph.h"

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

std::vector<Shape> batches_of_one(const Graph& graph, const std::vector<Slot>& slots) {
  std::vector<Shape> shapes;
  for (Slot slot : slots) shapes.push_back(batch_shape(1, graph.datum_shape(slot)));
  return shapes;
}

}  // namespace

Graph::Graph(std::vector<Shape> inputs) : input_count_(inputs.size()), shapes_(std::move(inputs)) {
  require(input_count_ > 0, "Graph: no inputs (x is the first).");
}

Slot Graph::input(size_t index) const {
  require(index < input_count_, "Graph: input {} of {}.", index, input_count_);
  return {index};
}

Slot Graph::add(OpPointer op, const std::vector<Slot>& inputs, const std::vector<std::string>& parameters) {
  const size_t expected = op->parameter_shapes().size();
  require(parameters.size() == expected, "Graph: {} parameter names for '{}' (expected {}).", parameters.size(),
          op->name(), expected);
  for (Slot slot : inputs) {
    require(slot.index < shapes_.size(), "Graph: '{}' reads slot {} of {} (it is not written yet).", op->name(),
            slot.index, shapes_.size());
  }
  const Shape shape = op->output_shape(batches_of_one(*this, inputs));
  const Slot output{shapes_.size()};
  shapes_.emplace_back(shape.begin() + 1, shape.end());
  nodes_.push_back({std::move(op), inputs, parameters, output});
  return output;
}

size_t Graph::reader_count(Slot slot) const {
  size_t count = 0;
  for (const Node& node : nodes_) {
    count += static_cast<size_t>(std::count(node.inputs.begin(), node.inputs.end(), slot));
  }
  return count;
}

std::vector<std::pair<std::string, Shape>> Graph::parameters() const {
  std::vector<std::pair<std::string, Shape>> all;
  for (const Node& node : nodes_) {
    const std::vector<Shape> shapes = node.op->parameter_shapes();
    for (size_t i = 0; i < shapes.size(); ++i) {
      const auto same = [&](const auto& entry) { return entry.first == node.parameters[i]; };
      const auto found = std::find_if(all.begin(), all.end(), same);
      if (found == all.end()) all.emplace_back(node.parameters[i], shapes[i]);
      else
        require(found->second == shapes[i], "Graph: the parameter '{}' has shapes {} and {}.", found->first,
                to_text(found->second), to_text(shapes[i]));
    }
  }
  return all;
}

std::string describe(const Graph& graph) {
  std::string text;
  for (const Node& node : graph.nodes()) {
    std::string inputs;
    for (Slot slot : node.inputs) inputs += fmt::format("{}%{}", inputs.empty() ? "" : " ", slot.index);
    const double flops = node.op->flops(batches_of_one(graph, node.inputs));
    text += fmt::format("%{:<3} {:<34} {:<14} {:<14} {:8.3f} MF\n", node.output.index, node.op->name(), inputs,
                        to_text(graph.datum_shape(node.output)), flops * 1e-6);
  }
  return text;
}

}  // namespace mdsm
