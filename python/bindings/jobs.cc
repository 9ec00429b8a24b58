#include "bindings/bindings.h"
#include "bindings/handle.h"
#include "mdsm/base/error.h"
#include "mdsm/base/seeds.h"
#include "mdsm/evaluate/evaluations/evaluation.h"
#include "mdsm/jobs/restoration.h"
#include "mdsm/restore/operators.h"
#include "mdsm/sample/draw.h"
#include "mdsm/sample/settings.h"

namespace mdsm::python {
namespace {

using Operator = std::shared_ptr<const LinearOperator>;

/// \return  samples, and what is known of the way to them
std::pair<Tensor, std::map<std::string, double>> sample(const Handle& handle, const std::vector<uint64_t>& seeds,
                                                        const std::string& sampler, int64_t steps,
                                                        const nb::dict& options, nb::object report) {
  const SamplerRequest request{.sampler = sampler, .steps = steps, .options = given_options("sample", options)};
  const SampleOptions settings = sampler_settings(handle.trained.experiment.sample, request);
  const Watch watch = watch_of(std::move(report));
  const Work work;
  const Drawn drawn =
      draw_samples(handle.energy(), settings, handle.trained.sample_context(), seeds, DrawHooks{}, watch);
  return {drawn.samples,
          {{"gradients_per_sample", drawn.mean_gradients},
           {"acceptance", drawn.acceptance},
           {"refused", static_cast<double>(drawn.refused.size())}}};
}

/// \return  (K, N, C, H, W)
Tensor restore_measurements(const Handle& handle, const Operator& a, const Tensor& y, double sigma,
                            const std::string& baseline, int64_t samples, uint64_t seed, int64_t batch,
                            const nb::dict& options, nb::object report) {
  RestorationRequest request;
  request.baseline = baseline;
  request.samples = samples;
  request.batch = batch;
  request.seed = seed;
  request.solver.options = given_options("restore", options);
  const Watch watch = watch_of(std::move(report));
  const Work work;
  const Measurement measurement(a, y * a->where_measured(), sigma);
  return restore_measurement(handle.trained, measurement, request, watch);
}

/// \param told  options of every evaluation, and of this one, by name
/// \return  JSON
std::string evaluate(const Handle* handle, const std::string& kind_name, const nb::dict& told, nb::object report) {
  const EvaluationKind& kind = find_evaluation(kind_name);
  const std::unique_ptr<Evaluation> evaluation = kind.make();
  EvaluationOptions common;
  nb::dict own;
  for (const auto& [name, value] : told) {
    const auto key = nb::cast<std::string>(name);
    if (key == "images") common.images = nb::cast<std::string>(value);
    else if (key == "reference") common.reference = nb::cast<std::string>(value);
    else if (key == "n") common.n = nb::cast<int64_t>(value);
    else if (key == "seed") common.seed = nb::cast<uint64_t>(value);
    else if (key == "batch") common.batch = nb::cast<int64_t>(value);
    else if (key == "out") common.out = nb::cast<std::string>(nb::str(value));
    else own[name] = value;
  }
  assign(given_options("", own), evaluation->options());
  evaluation->options().check("evaluate " + kind_name);
  const Watch watch = watch_of(std::move(report));
  const Work work;
  auto context = handle ? EvaluationContext(handle->trained, common, watch) : EvaluationContext(common, watch);
  return evaluated(kind, *evaluation, context).to_json(-1);
}

void declare_operators(nb::module_& module) {
  nb::class_<LinearOperator>(module, "LinearOperator", "A linear measurement y = A x.")
      .def_prop_ro("name", &LinearOperator::name)
      .def_prop_ro("domain", &LinearOperator::domain)
      .def_prop_ro("range", &LinearOperator::range)
      .def("apply", &LinearOperator::apply, nb::call_guard<Work>())
      .def("adjoint", &LinearOperator::adjoint, nb::call_guard<Work>())
      .def("pseudo_inverse", &LinearOperator::pseudo_inverse, nb::call_guard<Work>());
  module.def("inpainting", [](const Tensor& mask, Shape domain) -> std::shared_ptr<LinearOperator> {
    return std::make_shared<Inpainting>(mask, std::move(domain));
  });
  module.def("blur", [](const Tensor& kernel, bool reflect, Shape domain) -> std::shared_ptr<LinearOperator> {
    return std::make_shared<Blur>(kernel, reflect ? Boundary::reflect : Boundary::circular, std::move(domain));
  });
  module.def("downsampling", [](int64_t factor, Shape domain) -> std::shared_ptr<LinearOperator> {
    return std::make_shared<Downsampling>(factor, std::move(domain));
  });
  module.def("compressed_sensing", [](double fraction, uint64_t seed, Shape domain) -> std::shared_ptr<LinearOperator> {
    return std::make_shared<CompressedSensing>(fraction, seed, std::move(domain));
  });
  module.def("decolorize", [](Shape domain) -> std::shared_ptr<LinearOperator> {
    return std::make_shared<Decolorize>(std::move(domain));
  });
  module.def("identity", [](Shape domain) -> std::shared_ptr<LinearOperator> {
    return std::make_shared<Identity>(std::move(domain));
  });
  module.def("gaussian_kernel", &gaussian_kernel);
  module.def("box_kernel", &box_kernel);
}

}  // namespace

void declare_jobs(nb::module_& module) {
  declare_operators(module);
  module.def("sample", &sample, nb::arg("energy"), nb::arg("seeds"), nb::arg("sampler"), nb::arg("steps"),
             nb::arg("options"), nb::arg("report").none());
  module.def(
      "restore",
      [](const Handle& handle, std::shared_ptr<LinearOperator> a, const Tensor& y, double sigma,
         const std::string& baseline, int64_t samples, uint64_t seed, int64_t batch, const nb::dict& options,
         nb::object report) {
        return restore_measurements(handle, a, y, sigma, baseline, samples, seed, batch, options, std::move(report));
      },
      nb::arg("energy"), nb::arg("operator"), nb::arg("y"), nb::arg("sigma"), nb::arg("baseline"), nb::arg("samples"),
      nb::arg("seed"), nb::arg("batch"), nb::arg("options"), nb::arg("report").none());
  module.def("evaluate", &evaluate, nb::arg("energy").none(), nb::arg("kind"), nb::arg("options"),
             nb::arg("report").none());
  module.def("evaluations", [] {
    std::vector<std::pair<std::string, std::string>> kinds;
    for (const EvaluationKind& kind : evaluations()) kinds.emplace_back(kind.name, kind.summary);
    return kinds;
  });
}

}  // namespace mdsm::python
