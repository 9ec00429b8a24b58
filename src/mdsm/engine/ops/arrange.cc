#include "mdsm/engine/ops/arrange.h"

#include <ATen/ExpandUtils.h>

#include "mdsm/base/error.h"
#include "mdsm/engine/ops/shapes.h"

namespace mdsm {
namespace {

void require_datum(const std::string& op, const std::vector<Shape>& x, const Shape& datum) {
  require_arity(op, x, 1);
  require(x[0] == batch_shape(x[0][0], datum), "{}: the input has shape {} (expected a batch of data of {}).", op,
          to_text(x[0]), to_text(datum));
}

}  // namespace

Reshape::Reshape(Shape from, Shape to) : from_(std::move(from)), to_(std::move(to)) {
  require(element_count(from_) == element_count(to_), "reshape: {} has {} entries a datum and {} has {}.",
          to_text(from_), element_count(from_), to_text(to_), element_count(to_));
}

std::string Reshape::name() const { return fmt::format("reshape to {}", to_text(to_)); }

Shape Reshape::output_shape(const std::vector<Shape>& x) const {
  require_datum(name(), x, from_);
  return batch_shape(x[0][0], to_);
}

Expand::Expand(Shape from, Shape to) : from_(std::move(from)), to_(std::move(to)) {
  bool fits = from_.size() == to_.size();
  for (size_t i = 0; fits && i < from_.size(); ++i) fits = from_[i] == to_[i] || from_[i] == 1;
  require(fits, "expand: {} does not expand to {} (as many axes, each equal or 1).", to_text(from_), to_text(to_));
}

std::string Expand::name() const { return fmt::format("expand to {}", to_text(to_)); }

Shape Expand::output_shape(const std::vector<Shape>& x) const {
  require_datum(name(), x, from_);
  return batch_shape(x[0][0], to_);
}

Tensors Expand::adjoint(const Tensor& y_bar, const std::vector<Shape>& x) const { return {at::sum_to(y_bar, x[0])}; }

SumAxes::SumAxes(Shape datum, std::vector<int64_t> axes, double factor)
    : datum_(std::move(datum)), axes_(std::move(axes)), factor_(factor) {
  require(!axes_.empty(), "sum over axes: none was given.");
  for (int64_t& axis : axes_) {
    require(axis >= 0 && axis < static_cast<int64_t>(datum_.size()), "sum over axes: {} of a datum of {}.", axis,
            to_text(datum_));
    ++axis;
  }
}

std::string SumAxes::name() const { return fmt::format("sum over axes {}", fmt::join(axes_, ", ")); }

Shape SumAxes::output_shape(const std::vector<Shape>& x) const {
  require_datum(name(), x, datum_);
  Shape y;
  for (size_t i = 0; i < x[0].size(); ++i) {
    if (std::find(axes_.begin(), axes_.end(), static_cast<int64_t>(i)) == axes_.end()) y.push_back(x[0][i]);
  }
  return y;
}

Tensor SumAxes::apply(const Tensors& x) const {
  Tensor y = x[0].sum(axes_);
  return factor_ == 1 ? y : y.mul_(factor_);
}

Tensors SumAxes::adjoint(const Tensor& y_bar, const std::vector<Shape>& x) const {
  Shape kept = x[0];
  for (int64_t axis : axes_) kept[static_cast<size_t>(axis)] = 1;
  const Tensor scaled = factor_ == 1 ? y_bar : y_bar * factor_;
  return {scaled.reshape(kept).expand(x[0])};
}

Shift::Shift(Shape datum, Tensor c) : datum_(std::move(datum)), c_(std::move(c)) {
  const bool fits = at::is_expandable_to(c_.sizes(), datum_);
  require(fits, "add a constant: one of shape {} to a datum of {} (it must broadcast).", to_text(c_.sizes()),
          to_text(datum_));
}

Shape Shift::output_shape(const std::vector<Shape>& x) const {
  require_datum(name(), x, datum_);
  return x[0];
}

std::string Broadcast::name() const { return fmt::format("parameter {}", to_text(shape_)); }

Shape Broadcast::output_shape(const std::vector<Shape>& x) const {
  require_datum(name(), x, datum_);
  return batch_shape(x[0][0], shape_);
}

Tensor Broadcast::run_forward(Point& at) const {
  return at.theta.at(0).unsqueeze(0).expand(batch_shape(at.shapes[0][0], shape_));
}

Tensors Broadcast::run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const {
  if (grads) grads->add(0, y_bar.sum(0));
  if (inputs.skipped()) return {Tensor()};
  return {at::zeros({}, y_bar.options()).expand(at.shapes[0])};
}

Tensor Broadcast::run_tangent_forward(const Point& at, const Tensors& x_dot) const {
  return at::zeros({}, x_dot[0].options()).expand(batch_shape(at.shapes[0][0], shape_));
}

}  // namespace mdsm
