#include "bindings/bindings.h"
#include "bindings/handle.h"
#include "mdsm/base/error.h"
#include "mdsm/base/named.h"
#include "mdsm/energy/graph_energy.h"
#include "mdsm/energy/precision.h"
#include "mdsm/engine/layers.h"
#include "mdsm/engine/ops/arrange.h"
#include "mdsm/engine/ops/aten_call.h"
#include "mdsm/engine/ops/concat.h"
#include "mdsm/engine/ops/linear.h"
#include "mdsm/engine/ops/multiply.h"
#include "mdsm/engine/ops/product.h"

namespace mdsm::python {
namespace {

using Names = std::vector<std::string>;

/// A graph that Python writes, op by op; slots are their numbers.
struct Builder {
  explicit Builder(Shape datum_shape) : graph({std::move(datum_shape)}) {}
  Graph graph;

  const Shape& shape(size_t slot) const { return graph.datum_shape(Slot{slot}); }
  size_t add(OpPointer op, const std::vector<size_t>& inputs, const Names& parameters = {}) {
    std::vector<Slot> slots;
    for (size_t input : inputs) slots.push_back(Slot{input});
    return graph.add(std::move(op), slots, parameters).index;
  }
  Bias bias(const Names& parameters) const { return parameters.size() > 1 ? Bias::learned : Bias::none; }

  size_t conv(size_t x, const Names& names, const Shape& weight, int64_t stride, int64_t padding, bool transposed) {
    ConvSizes sizes{
        .in = weight.at(1), .out = weight.at(0), .kernel = weight.at(2), .stride = stride, .padding = padding};
    if (transposed) {
      std::swap(sizes.in, sizes.out);
      sizes.kind = ConvKind::transposed;
    }
    return add(std::make_shared<Conv>(sizes, bias(names)), {x}, names);
  }
  size_t linear(size_t x, const Names& names, const Shape& weight) {
    const Arithmetic arithmetic = weight.at(0) == 1 ? Arithmetic::wide : Arithmetic::reduced;
    return add(std::make_shared<Linear>(weight.at(1), weight.at(0), bias(names), arithmetic), {x}, names);
  }
};

c10::IValue optional_tensors(const nb::list& values) {
  c10::List<std::optional<Tensor>> list;
  for (nb::handle value : values) {
    list.push_back(value.is_none() ? std::nullopt : std::optional<Tensor>(nb::cast<Tensor>(value)));
  }
  return list;
}

/// An argument as Python tells it: ("input", [slots]), ("parameter", [numbers]), each with whether it is a list; or
/// ("constant", value).
AtenArgument argument_of(const nb::tuple& told) {
  const auto kind = nb::cast<std::string>(told[0]);
  AtenArgument argument;
  if (kind != "constant") {
    argument.from = kind == "input" ? AtenArgument::From::input : AtenArgument::From::parameter;
    argument.indices = nb::cast<std::vector<size_t>>(told[1]);
    argument.is_list = nb::cast<bool>(told[2]);
    return argument;
  }
  const nb::handle value = told[1];
  if (value.is_none()) argument.constant = c10::IValue();
  else if (nb::isinstance<nb::bool_>(value)) argument.constant = nb::cast<bool>(value);
  else if (nb::isinstance<nb::int_>(value)) argument.constant = nb::cast<int64_t>(value);
  else if (nb::isinstance<nb::float_>(value)) argument.constant = nb::cast<double>(value);
  else if (nb::isinstance<nb::str>(value)) argument.constant = nb::cast<std::string>(value);
  else if (nb::hasattr(value, "__dlpack__")) argument.constant = tensor_from(value);
  else if (nb::cast<std::string>(told[2]) == "optional tensors")
    argument.constant = optional_tensors(nb::cast<nb::list>(value));
  else if (nb::cast<std::string>(told[2]) == "floats") argument.constant = nb::cast<std::vector<double>>(value);
  else argument.constant = nb::cast<std::vector<int64_t>>(value);
  return argument;
}

size_t aten(Builder& builder, const std::string& op, const std::string& overload, const nb::list& arguments,
            const std::vector<size_t>& inputs, const Names& parameters, const std::vector<Shape>& parameter_shapes,
            bool linear) {
  std::vector<AtenArgument> told;
  for (nb::handle argument : arguments) told.push_back(argument_of(nb::cast<nb::tuple>(argument)));
  std::vector<Shape> shapes;
  for (size_t slot : inputs) shapes.push_back(builder.shape(slot));
  const AtenKind kind = linear ? AtenKind::linear : AtenKind::smooth;
  return builder.add(std::make_shared<AtenCall>(op, overload, std::move(told), shapes, parameter_shapes, kind), inputs,
                     parameters);
}

Handle energy_of(const Builder& builder, const NamedTensors& theta, const std::string& precision, double sigma0,
                 double sigma_min, double sigma_max) {
  const Parameters parameters = parameters_of(theta);
  const at::ScalarType own = parameters.empty() ? at::kFloat : parameters[0].scalar_type();
  const size_t which = index_of_name(precision, {"fp32", "bf16"}, "precision");
  const GraphOptions options{.arithmetic = which == 1 ? at::kBFloat16 : own, .conv_choice = machine_conv_choice()};
  return own_handle(std::make_shared<GraphEnergy>(builder.graph, parameters, options), {sigma0, sigma_min, sigma_max});
}

}  // namespace

void declare_graphs(nb::module_& module) {
  nb::class_<Builder>(module, "GraphBuilder", "A graph of ops, written op by op.")
      .def(nb::init<Shape>())
      .def("shape", &Builder::shape)
      .def("describe", [](const Builder& b) { return describe(b.graph); })
      .def("conv", &Builder::conv)
      .def("linear", &Builder::linear)
      .def("pointwise", [](Builder& b, size_t x,
                           const std::string& function) { return add_pointwise(b.graph, Slot{x}, function).index; })
      .def("sum", [](Builder& b, size_t a, size_t c) { return add_sum(b.graph, Slot{a}, Slot{c}).index; })
      .def("product",
           [](Builder& b, size_t a, size_t c) {
             return b.add(std::make_shared<Product>(), {a, c});
           })
      .def("square", [](Builder& b, size_t x) { return b.add(std::make_shared<Square>(), {x}); })
      .def("scale", [](Builder& b, size_t x, double c) { return b.add(std::make_shared<Multiply>(c), {x}); })
      .def("shift", [](Builder& b, size_t x,
                       const Tensor& c) { return b.add(std::make_shared<Shift>(b.shape(x), c.clone()), {x}); })
      .def("concat",
           [](Builder& b, const std::vector<size_t>& x) { return b.add(std::make_shared<Concat>(x.size()), x); })
      .def("parameter",
           [](Builder& b, const std::string& name, Shape shape) {
             return b.add(std::make_shared<Broadcast>(b.shape(0), std::move(shape)), {0}, {name});
           })
      .def("mean_pool", [](Builder& b, size_t x) { return add_mean_pool(b.graph, Slot{x}).index; })
      .def("upsample", [](Builder& b, size_t x) { return add_upsample(b.graph, Slot{x}).index; })
      .def("reshape", [](Builder& b, size_t x,
                         Shape to) { return b.add(std::make_shared<Reshape>(b.shape(x), std::move(to)), {x}); })
      .def("expand", [](Builder& b, size_t x,
                        Shape to) { return b.add(std::make_shared<Expand>(b.shape(x), std::move(to)), {x}); })
      .def("sum_axes",
           [](Builder& b, size_t x, std::vector<int64_t> axes, double factor) {
             return b.add(std::make_shared<SumAxes>(b.shape(x), std::move(axes), factor), {x});
           })
      .def("aten", &aten)
      .def("energy", &energy_of);
  module.def("pointwise_functions", [] { return names_of(pointwise_functions()); });
}

}  // namespace mdsm::python
