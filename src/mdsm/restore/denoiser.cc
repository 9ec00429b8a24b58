#include "mdsm/restore/denoiser.h"

#include "mdsm/base/error.h"
#include "mdsm/base/finite.h"

namespace mdsm {

Tensor Denoiser::operator()(const Tensor& x, const Tensor& rows) {
  return x - gradient(x, rows) * (task_.sigma0 * task_.sigma0);
}

Tensor Denoiser::gradient(const Tensor& x, const Tensor& rows) {
  ++calls_;
  require_finite(x, rows, "the restoration itself");
  const Tensor gradient = task_.energy.gradient(x);
  require_finite(gradient, rows, "the energy's gradient");
  return gradient;
}

void Denoiser::require_finite(const Tensor& values, const Tensor& rows, const char* what) const {
  const std::vector<int64_t> bad = rows_not_finite(values);
  if (bad.empty()) return;
  const int64_t row = rows.defined() ? rows[bad.front()].item<int64_t>() : bad.front();
  fail(
      "restore: image {} has left the finite numbers at gradient {}: {} ({} of {} images at once). Take another "
      "restore.solver or fewer steps, or look at the training's loss.",
      task_.first + row + 1, calls_, what, bad.size(), values.size(0));
}

}  // namespace mdsm
