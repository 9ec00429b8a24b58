#include "bindings/bindings.h"
#include "bindings/handle.h"
#include "bindings/own_energy.h"
#include "mdsm/energy/build.h"
#include "mdsm/sample/denoise.h"

namespace mdsm::python {
namespace {

/// A linearization, the energy that it needs, and how many parameters that has.
struct Point {
  std::shared_ptr<Energy> energy;
  std::unique_ptr<Linearization> at;

  /// Flat gradients of all parameters, in their order.
  template <class Pass> Tensor pulled(const Pass& pass) const {
    Gradients out = Gradients::zeros_like(energy->parameters());
    pass(out);
    return out.flat();
  }
};

Handle load(const std::string& run, const std::string& weights, const std::string& precision) {
  const size_t which = index_of_name(weights, {"average", "raw"}, "weights");
  return {load_trained_energy(run, which == 0 ? Weights::average : Weights::raw, precision_from_name(precision))};
}

Handle own(nb::object object, Shape shape, const NamedTensors& theta, double sigma0, double sigma_min,
           double sigma_max) {
  return own_handle(std::make_shared<OwnEnergy>(std::move(object), std::move(shape), parameters_of(theta)),
                    {sigma0, sigma_min, sigma_max});
}

/// The network of an experiment's table [energy], with first weights.
Handle built(const nb::dict& energy, Shape shape, int64_t seed) {
  Experiment experiment;
  assign(given_options("energy", energy), experiment.options());
  experiment.options().check("energy");
  const nb::gil_scoped_release released;
  Handle handle;
  handle.trained.energy =
      build_energy(experiment.energy, shape, static_cast<uint64_t>(seed), {.sigma0 = experiment.objective.sigma0});
  handle.trained.experiment = experiment;
  return handle;
}

void declare_point(nb::module_& module) {
  nb::class_<Point>(module, "Point", "An energy at one batch, kept for second passes.")
      .def_prop_ro("value", [](const Point& p) { return p.at->value(); })
      .def_prop_ro("gradient", [](const Point& p) { return p.at->gradient(); })
      .def(
          "pull_back",
          [](const Point& p, const Tensor& v) { return p.pulled([&](Gradients& out) { p.at->pull_back(v, out); }); },
          nb::call_guard<Work>())
      .def(
          "pull_back_value",
          [](const Point& p, const Tensor& w) {
            return p.pulled([&](Gradients& out) { p.at->pull_back_value(w, out); });
          },
          nb::call_guard<Work>())
      .def(
          "hessian_vector", [](const Point& p, const Tensor& v) { return p.at->hessian_vector(v); },
          nb::call_guard<Work>());
}

}  // namespace

NamedTensors named_tensors(const Parameters& parameters) {
  NamedTensors named;
  for (size_t i = 0; i < parameters.size(); ++i) named.emplace_back(parameters.name(i), parameters[i]);
  return named;
}

Parameters parameters_of(const NamedTensors& tensors) {
  Parameters parameters;
  for (const auto& [name, tensor] : tensors) parameters.add(name, tensor);
  return parameters;
}

Handle own_handle(std::shared_ptr<Energy> energy, const OwnScales& scales) {
  Handle handle;
  handle.trained.energy = std::move(energy);
  handle.trained.file = "an energy of one's own";
  Experiment& experiment = handle.trained.experiment;
  experiment.objective.sigma0 = scales.sigma0;
  experiment.noise.sigma_min = scales.sigma_min;
  experiment.noise.sigma_max = scales.sigma_max;
  experiment.sample.start = "noise";  // no data, no moments
  experiment.options().check("energy");
  return handle;
}

void declare_energies(nb::module_& module) {
  declare_point(module);
  nb::class_<Handle>(module, "Energy", "An energy of the library.")
      .def_prop_ro("datum_shape", [](const Handle& h) { return h.energy().datum_shape(); })
      .def_prop_ro("sigma0", [](const Handle& h) { return h.trained.sigma0(); })
      .def_prop_ro("step", [](const Handle& h) { return h.trained.step; })
      .def_prop_ro("file", [](const Handle& h) { return h.trained.file.string(); })
      .def_prop_ro("experiment", [](const Handle& h) { return to_json(h.trained.experiment); })
      .def("parameters", [](const Handle& h) { return named_tensors(h.energy().parameters()); })
      .def(
          "value", [](const Handle& h, const Tensor& x) { return h.energy().value(x); }, nb::call_guard<Work>())
      .def(
          "gradient", [](const Handle& h, const Tensor& x) { return h.energy().gradient(x); }, nb::call_guard<Work>())
      .def(
          "value_and_gradient",
          [](const Handle& h, const Tensor& x) {
            const ValueAndGradient at = h.energy().value_and_gradient(x);
            return std::pair(at.value, at.gradient);
          },
          nb::call_guard<Work>())
      .def(
          "linearize",
          [](const Handle& h, const Tensor& x) {
            return Point{h.trained.energy, h.energy().linearize(x)};
          },
          nb::call_guard<Work>())
      .def(
          "denoise",
          [](const Handle& h, const Tensor& x, int64_t steps, double keep) {
            const Denoised found = denoise(h.energy(), x, h.trained.sigma0(), {.steps = steps, .keep = keep});
            return std::pair(found.x, found.sigma);
          },
          nb::arg("x"), nb::arg("steps") = 1, nb::arg("keep") = 0.5, nb::call_guard<Work>());
  module.def("load", &load, nb::arg("run"), nb::arg("weights"), nb::arg("precision"), nb::call_guard<Work>());
  module.def("own_energy", &own);
  module.def("build_energy", &built);
}

}  // namespace mdsm::python
