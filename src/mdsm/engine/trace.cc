#include "mdsm/engine/trace.h"

#include <optional>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

size_t place_of(const std::string& name, const Parameters& parameters) {
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (parameters.name(i) == name) return i;
  }
  parameters.at(name);  // throws, naming the nearest
  return 0;
}

/// Number of reads still to come of every slot in a forward sweep.
std::vector<size_t> count_reads(const Graph& graph) {
  std::vector<size_t> reads(graph.slot_count(), 0);
  for (const Node& node : graph.nodes()) {
    for (Slot slot : node.inputs) ++reads[slot.index];
  }
  return reads;
}

/// The values of a forward sweep, each dropped after its last read.
class Sweep {
 public:
  Sweep(const Graph& graph, const Tensors& inputs) : reads_(count_reads(graph)), values_(graph.slot_count()) {
    std::copy(inputs.begin(), inputs.end(), values_.begin());
  }
  Tensors take(const std::vector<Slot>& slots) {
    Tensors taken;
    for (Slot slot : slots) taken.push_back(values_[slot.index]);
    for (Slot slot : slots) {
      if (--reads_[slot.index] == 0) values_[slot.index].reset();
    }
    return taken;
  }
  void put(Slot slot, Tensor value) { values_[slot.index] = std::move(value); }

 private:
  std::vector<size_t> reads_;
  Tensors values_;
};

/// The adjoints of a backward sweep: sums over the readers of each slot.
class Adjoints {
 public:
  explicit Adjoints(const Graph& graph) : values_(graph.slot_count()) {}
  void add(Slot slot, const Tensor& adjoint) {
    Tensor& sum = values_[slot.index];
    if (!adjoint.defined()) return;
    sum = sum.defined() ? sum + adjoint : adjoint;
  }
  void add(const std::vector<Slot>& slots, const Tensors& adjoints) {
    for (size_t i = 0; i < slots.size(); ++i) add(slots[i], adjoints[i]);
  }
  /// What to ask of a node: its inputs' adjoints, on top of the sum so far where the op can add.
  InputAdjoints request(const Node& node, Route route) {
    if (route != Route::through) return InputAdjoints::unwanted;
    return {InputAdjoints::wanted, node.op->adds_onto() ? take(node.inputs[0]) : Tensor()};
  }
  Tensor take(Slot slot) { return std::exchange(values_[slot.index], Tensor()); }
  /// What reached the inputs, which are the first slots; zeros where nothing did.
  Tensors of_inputs(const Tensors& inputs) {
    Tensors result;
    for (size_t i = 0; i < inputs.size(); ++i) {
      const Tensor x_bar = take(Slot{i});
      result.push_back(x_bar.defined() ? x_bar : at::zeros_like(inputs[i]));
    }
    return result;
  }

 private:
  Tensors values_;
};

}  // namespace

Program::Program(Graph graph, const Parameters& parameters, at::ScalarType compute,
                 std::shared_ptr<ConvChoice> conv_choice)
    : graph_(std::move(graph)), compute_(compute), conv_choice_(std::move(conv_choice)) {
  std::vector<bool> reached(graph_.slot_count(), false);
  for (const Node& node : graph_.nodes()) {
    const std::vector<Shape> shapes = node.op->parameter_shapes();
    std::vector<size_t> places;
    for (size_t i = 0; i < shapes.size(); ++i) {
      const size_t place = place_of(node.parameters[i], parameters);
      require(parameters[place].sizes() == at::IntArrayRef(shapes[i]), "the parameter '{}' has shape {} ({} wants {}).",
              node.parameters[i], to_text(parameters[place].sizes()), node.op->name(), to_text(shapes[i]));
      places.push_back(place);
    }
    bool below = false;
    for (Slot slot : node.inputs) below = below || reached[slot.index];
    routes_.push_back(below ? Route::through : places.empty() ? Route::idle : Route::ends);
    reached[node.output.index] = routes_.back() != Route::idle;
    places_.push_back(std::move(places));
  }
}

double Program::forward_flops() const {
  double total = 0;
  for (const Node& node : graph_.nodes()) {
    std::vector<Shape> shapes;
    for (Slot slot : node.inputs) shapes.push_back(batch_shape(1, graph_.datum_shape(slot)));
    total += node.op->flops(shapes);
  }
  return total;
}

double Program::step_flops(int64_t batch) const {
  double total = 0;
  for (size_t i = 0; i < graph_.nodes().size(); ++i) {
    const Node& node = graph_.nodes()[i];
    std::vector<Shape> shapes;
    for (Slot slot : node.inputs) shapes.push_back(batch_shape(batch, graph_.datum_shape(slot)));
    // Four passes, the last without input adjoints where nothing below wants them, and a gradient over two batches.
    const int passes = 3 + (routes_[i] == Route::through ? 1 : 0) + (places_[i].empty() ? 0 : 2);
    total += passes * node.op->flops(shapes);
  }
  return total;
}

std::vector<Tensors> Program::prepare(const Parameters& parameters) const {
  std::vector<Tensors> prepared;
  for (size_t i = 0; i < places_.size(); ++i) {
    Tensors theta;
    for (size_t place : places_[i]) theta.push_back(parameters[place]);
    prepared.push_back(graph_.nodes()[i].op->prepare(theta, compute_));
  }
  return prepared;
}

Trace::Trace(const Program& program, const Parameters& parameters, const Tensors& inputs, Keep keep, Profile* profile)
    : Trace(program, program.prepare(parameters), inputs, keep, program.conv_choice(), profile) {}

Trace::Trace(const Program& program, const std::vector<Tensors>& theta, const Tensors& inputs, Keep keep,
             ConvChoice* conv_choice, Profile* profile)
    : program_(program), keep_(keep), profile_(profile), inputs_(inputs) {
  const Graph& graph = program.graph();
  Sweep values(graph, inputs);
  for (size_t i = 0; i < graph.nodes().size(); ++i) {
    const Node& node = graph.nodes()[i];
    const Timed timed(profile_, i, Pass::forward);
    Point at;
    at.keep = keep;
    at.x = values.take(node.inputs);
    at.theta = theta[i];
    at.conv_choice = conv_choice;
    value_ = node.op->forward(at);
    values.put(node.output, value_);
    if (keep != Keep::nothing) points_.push_back(std::move(at));
  }
  y_bars_.resize(points_.size());
}

Tensors Trace::backward() {
  const Graph& graph = program_.graph();
  Adjoints adjoints(graph);
  adjoints.add(graph.nodes().back().output, at::ones_like(value_));
  for (size_t i = graph.nodes().size(); i-- > 0;) {
    const Node& node = graph.nodes()[i];
    const Tensor y_bar = adjoints.take(node.output);
    if (!y_bar.defined()) continue;  // nothing reads this node
    const Timed timed(profile_, i, Pass::backward);
    adjoints.add(node.inputs, node.op->backward(points_.at(i), y_bar, adjoints.request(node, Route::through), nullptr));
    if (keep_ == Keep::gradient) points_[i] = Point();
    else if (node.op->reads(Keep::linearization) != Reads::nothing) y_bars_[i] = y_bar;
  }
  return adjoints.of_inputs(inputs_);
}

std::vector<Tangent> Trace::tangent_forward(const Tensors& v) const {
  const Graph& graph = program_.graph();
  Sweep tangents(graph, v);
  std::vector<Tangent> dots(graph.nodes().size());
  for (size_t i = 0; i < graph.nodes().size(); ++i) {
    const Node& node = graph.nodes()[i];
    const Timed timed(profile_, i, Pass::tangent_forward);
    Tensors x_dot = tangents.take(node.inputs);
    Tensor y_dot = node.op->tangent_forward(points_[i], x_dot);
    const Reads reads = node.op->reads(Keep::linearization);
    if (reads == Reads::inputs) dots[i].x = std::move(x_dot);
    if (reads == Reads::output) dots[i].y = y_dot;
    tangents.put(node.output, std::move(y_dot));
  }
  return dots;
}

void Trace::pull_back_value(const Tensor& weights, Gradients& out) const {
  require(keep_ == Keep::linearization,
          "Trace::pull_back_value: the trace was not kept for it. Pass Keep::linearization.");
  const Graph& graph = program_.graph();
  Adjoints adjoints(graph);
  adjoints.add(graph.nodes().back().output, weights);
  for (size_t i = graph.nodes().size(); i-- > 0;) {
    const Node& node = graph.nodes()[i];
    const Tensor y_bar = adjoints.take(node.output);
    const Route route = program_.route(i);
    if (!y_bar.defined() || route == Route::idle) continue;
    Grads grads(out, program_.places(i));
    adjoints.add(node.inputs, node.op->backward(points_[i], y_bar, adjoints.request(node, route), &grads));
  }
}

Tensors Trace::tangent_backward(const Tensors& v, Gradients* out) const {
  const Graph& graph = program_.graph();
  std::vector<Tangent> dots = tangent_forward(v);
  Adjoints adjoints(graph);
  adjoints.add(graph.nodes().back().output, at::zeros_like(value_));  // E_bar = 1 does not move
  for (size_t i = graph.nodes().size(); i-- > 0;) {
    const Node& node = graph.nodes()[i];
    const Tensor y_bar_dot = adjoints.take(node.output);
    const Route route = out ? program_.route(i) : Route::through;
    if (!y_bar_dot.defined() || route == Route::idle) continue;
    const Timed timed(profile_, i, Pass::tangent_backward);
    std::optional<Grads> grads;
    if (out) grads.emplace(*out, program_.places(i));
    adjoints.add(node.inputs, node.op->tangent_backward(points_[i], dots[i], y_bars_[i], y_bar_dot,
                                                        adjoints.request(node, route), grads ? &*grads : nullptr));
    dots[i] = Tangent();
  }
  return out ? Tensors() : adjoints.of_inputs(inputs_);
}

void Trace::pull_back(const Tensors& v, Gradients& out) const {
  require(keep_ == Keep::linearization, "Trace::pull_back: the trace was not kept for it. Pass Keep::linearization.");
  tangent_backward(v, &out);
}

Tensors Trace::hessian_vector(const Tensors& v) const {
  require(keep_ == Keep::linearization,
          "Trace::hessian_vector: the trace was not kept for it. Pass Keep::linearization.");
  return tangent_backward(v, nullptr);
}

}  // namespace mdsm
