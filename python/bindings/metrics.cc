#include "bindings/bindings.h"
#include "mdsm/evaluate/detection.h"
#include "mdsm/evaluate/frechet.h"
#include "mdsm/evaluate/inception_score.h"
#include "mdsm/evaluate/kernel_distance.h"
#include "mdsm/evaluate/quality.h"

namespace mdsm::python {

void declare_metrics(nb::module_& module) {
  module.def(
      "frechet_distance",
      [](const Tensor& a, const Tensor& b) { return frechet_distance(moments_of(a), moments_of(b)).distance; },
      nb::call_guard<Work>());
  module.def(
      "kernel_distance",
      [](const Tensor& a, const Tensor& b, int64_t subsets, int64_t subset_size, int64_t seed) {
        const KernelDistance found =
            kernel_distance(a, b, {.subsets = subsets, .subset_size = subset_size, .subset_seed = seed});
        return std::pair(found.mean, found.deviation);
      },
      nb::call_guard<Work>());
  module.def(
      "inception_score",
      [](const Tensor& logits, int64_t splits, int64_t seed) {
        const InceptionScore found = inception_score(logits, {.splits = splits, .shuffle_seed = seed});
        return std::pair(found.mean, found.deviation);
      },
      nb::call_guard<Work>());
  module.def(
      "detection",
      [](const Tensor& inside, const Tensor& outside) {
        const Detection found = detection(inside, outside);
        return std::pair(found.auroc, found.fpr_at_95_tpr);
      },
      nb::call_guard<Work>());
  module.def("psnr", &psnr, nb::call_guard<Work>());
  module.def("ssim", &ssim, nb::call_guard<Work>());
}

}  // namespace mdsm::python
