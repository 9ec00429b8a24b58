#include "mdsm/engine/op.h"

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

void require_shape(const Op& op, const char* pass, const char* what, const Tensor& tensor, const Shape& expected) {
  require(tensor.defined() && tensor.sizes() == at::IntArrayRef(expected),
          "{}: {} has shape {} in {} (expected {}). Pass tensors that match the op's inputs and output.", op.name(),
          what, tensor.defined() ? to_text(tensor.sizes()) : "none", pass, to_text(expected));
}

void require_shapes(const Op& op, const char* pass, const char* what, const Tensors& tensors,
                    const std::vector<Shape>& expected) {
  require(tensors.size() == expected.size(), "{}: {} tensors for {} in {} (expected {}, one an input).", op.name(),
          tensors.size(), what, pass, expected.size());
  for (size_t i = 0; i < tensors.size(); ++i) require_shape(op, pass, what, tensors[i], expected[i]);
}

void require_onto(const Op& op, const char* pass, const InputAdjoints& inputs, const std::vector<Shape>& expected) {
  if (!inputs.onto.defined()) return;
  require(op.adds_onto(), "{}: {} was given a sum to add to, which this op does not take.", op.name(), pass);
  require_shape(op, pass, "the sum to add to", inputs.onto, expected.at(0));
}

}  // namespace

double Op::flops(const std::vector<Shape>& x) const { return static_cast<double>(element_count(output_shape(x))); }

Tensors Op::prepare(const Tensors& theta, at::ScalarType /*compute*/) const { return theta; }

Tensor Op::forward(Point& at) const {
  at.shapes.clear();
  for (const Tensor& x : at.x) at.shapes.emplace_back(x.sizes().begin(), x.sizes().end());
  output_shape(at.shapes);
  at.kept.clear();
  Tensor y = run_forward(at);
  const Reads reads = at.keep == Keep::nothing ? Reads::nothing : this->reads(at.keep);
  if (reads != Reads::inputs) at.x.clear();
  if (reads == Reads::output) at.y = y;
  if (at.keep == Keep::nothing) at.kept.clear();
  return y;
}

Tensors Op::backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const {
  require_shape(*this, "backward", "y_bar", y_bar, output_shape(at.shapes));
  require_onto(*this, "backward", inputs, at.shapes);
  return run_backward(at, y_bar, inputs, grads);
}

Tensor Op::tangent_forward(const Point& at, const Tensors& x_dot) const {
  require_shapes(*this, "tangent_forward", "x_dot", x_dot, at.shapes);
  return run_tangent_forward(at, x_dot);
}

Tensors Op::tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                             const InputAdjoints& inputs, Grads* grads) const {
  const Shape shape = output_shape(at.shapes);
  const Reads reads = this->reads(Keep::linearization);
  if (reads == Reads::inputs) require_shapes(*this, "tangent_backward", "x_dot", dot.x, at.shapes);
  if (reads == Reads::output) require_shape(*this, "tangent_backward", "y_dot", dot.y, shape);
  if (reads != Reads::nothing) require_shape(*this, "tangent_backward", "y_bar", y_bar, shape);
  require_shape(*this, "tangent_backward", "y_bar_dot", y_bar_dot, shape);
  require_onto(*this, "tangent_backward", inputs, at.shapes);
  return run_tangent_backward(at, dot, y_bar, y_bar_dot, inputs, grads);
}

}  // namespace mdsm
