#include "mdsm/engine/ops/aten_call.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/ops/shapes.h"
#include "mdsm/engine/recording.h"

namespace mdsm {
namespace {

c10::OperatorHandle found_operator(const std::string& op, const std::string& overload) {
  const auto handle = c10::Dispatcher::singleton().findSchema({op, overload});
  require(handle.has_value(), "AtenCall: LibTorch has no operator {}{}{}.", op, overload.empty() ? "" : ".", overload);
  return *handle;
}

c10::IValue picked(const AtenArgument& argument, const Tensors& from) {
  if (!argument.is_list) return from.at(argument.indices.at(0));
  c10::List<Tensor> list;
  for (size_t index : argument.indices) list.push_back(from.at(index));
  return list;
}

Tensors joined(Tensors first, const Tensors& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

/// Runs what differentiates; where LibTorch cannot, its first line says why.
template <class Work> auto named_errors(const std::string& name, const Work& work) {
  try {
    return work();
  } catch (const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    fail("{}: {}", name, text.substr(0, text.find('\n')));
  }
}

}  // namespace

AtenCall::AtenCall(const std::string& op, const std::string& overload, std::vector<AtenArgument> arguments,
                   std::vector<Shape> inputs, std::vector<Shape> parameters, AtenKind kind)
    : name_(overload.empty() ? op : op + "." + overload),
      operator_(found_operator(op, overload)),
      arguments_(std::move(arguments)),
      inputs_(std::move(inputs)),
      parameters_(std::move(parameters)),
      kind_(kind) {
  require(kind_ == AtenKind::smooth || parameters_.empty(), "{}: a linear operator with parameters.", name_);
  require(!inputs_.empty(), "{}: no inputs.", name_);
  const c10::NoGradGuard no_graph;
  Tensors x, theta;
  for (const Shape& shape : inputs_) x.push_back(at::ones(batch_shape(2, shape)));
  for (const Shape& shape : parameters_) theta.push_back(at::ones(shape));
  const Tensor y = named_errors(name_, [&] { return call(x, theta); });
  require(y.dim() >= 1 && y.size(0) == 2, "{}: gives shape {} for a batch of 2 (its first axis must be the batch).",
          name_, to_text(y.sizes()));
  output_.assign(y.sizes().begin() + 1, y.sizes().end());
}

Shape AtenCall::output_shape(const std::vector<Shape>& x) const {
  require_arity(name_, x, inputs_.size());
  for (size_t i = 0; i < x.size(); ++i) {
    require(x[i] == batch_shape(x[0][0], inputs_[i]), "{}: input {} has shape {} (expected a batch of data of {}).",
            name_, i, to_text(x[i]), to_text(inputs_[i]));
  }
  return batch_shape(x[0][0], output_);
}

Tensor AtenCall::call(const Tensors& x, const Tensors& theta) const {
  torch::jit::Stack stack;
  const auto& formal = operator_.schema().arguments();
  for (size_t i = 0; i < formal.size(); ++i) {
    if (i >= arguments_.size()) {
      require(formal[i].default_value().has_value(), "{}: the argument '{}' is missing.", name_, formal[i].name());
      stack.emplace_back(*formal[i].default_value());
    } else if (arguments_[i].from == AtenArgument::From::constant) {
      stack.push_back(arguments_[i].constant);
    } else {
      stack.push_back(picked(arguments_[i], arguments_[i].from == AtenArgument::From::input ? x : theta));
    }
  }
  operator_.callBoxed(stack);
  require(stack.size() == 1 && stack[0].isTensor(), "{}: gives {} values (expected one tensor).", name_, stack.size());
  return stack[0].toTensor();
}

Tensors AtenCall::leaves_at(const Point& at, const Tensor& like) const {
  Tensors leaves;
  if (kind_ == AtenKind::smooth) {
    for (const Tensor& x : at.x) leaves.push_back(as_leaf(x));
  } else {
    for (const Shape& shape : at.shapes) leaves.push_back(as_leaf(at::zeros({}, like.options()).expand(shape)));
  }
  return leaves;
}

Tensors AtenCall::sorted(Tensors found, size_t inputs, Grads* grads) const {
  for (size_t i = inputs; i < found.size(); ++i) grads->add(i - inputs, found[i]);
  found.resize(inputs);
  return inputs == 0 ? Tensors(inputs_.size()) : found;
}

struct AtenCall::Recorded {
  Tensors x;
  Tensor y;
  Tensors wanted;  // inputs, where their adjoints are, then parameters
};

AtenCall::Recorded AtenCall::recorded(const Point& at, const Tensor& like, const InputAdjoints& inputs,
                                      const Grads* grads) const {
  const Tensors x = leaves_at(at, like);
  Tensors theta;
  for (const Tensor& value : at.theta) theta.push_back(grads ? as_leaf(value) : value);
  return {x, call(x, theta), joined(inputs.skipped() ? Tensors() : x, grads ? theta : Tensors())};
}

Tensors AtenCall::run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const {
  return named_errors(name_, [&] {
    const RecordingScope recording;
    const auto [x, y, wanted] = recorded(at, y_bar, inputs, grads);
    if (wanted.empty()) return Tensors(inputs_.size());
    Tensors found = differentiated({y}, {as_constant_direction(y_bar)}, wanted);
    return sorted(std::move(found), inputs.skipped() ? 0 : x.size(), grads);
  });
}

// By the adjoint of the adjoint, which is linear in y_bar: only reverse derivatives are asked of the operator.
Tensor AtenCall::run_tangent_forward(const Point& at, const Tensors& x_dot) const {
  if (kind_ == AtenKind::linear) return call(x_dot, {});
  return named_errors(name_, [&] {
    const RecordingScope recording;
    const Tensors x = leaves_at(at, x_dot[0]);
    const Tensor y = call(x, at.theta);
    const Tensor u = as_leaf(at::zeros_like(y));
    const Tensors x_bar = differentiated({y}, {u}, x, Again::outputs_and_results);
    Tensors along;
    for (const Tensor& dot : x_dot) along.push_back(as_constant_direction(dot));
    return differentiated(x_bar, along, {u})[0];
  });
}

// d/d(x, theta) of <y_bar_dot, f> + <y_bar, f_x x_dot>
Tensors AtenCall::run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar,
                                       const Tensor& y_bar_dot, const InputAdjoints& inputs, Grads* grads) const {
  if (kind_ == AtenKind::linear) return run_backward(at, y_bar_dot, inputs, grads);
  return named_errors(name_, [&] {
    const RecordingScope recording;
    const auto [x, y, wanted] = recorded(at, y_bar, inputs, grads);
    if (wanted.empty()) return Tensors(inputs_.size());
    const Tensors x_bar = differentiated({y}, {as_constant_direction(y_bar)}, x, Again::outputs_and_results);
    Tensors along{as_constant_direction(y_bar_dot)};
    for (const Tensor& x_dot : dot.x) along.push_back(as_constant_direction(x_dot));
    Tensors found = differentiated(joined({y}, x_bar), along, wanted);
    return sorted(std::move(found), inputs.skipped() ? 0 : x.size(), grads);
  });
}

}  // namespace mdsm
