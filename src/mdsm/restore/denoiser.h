#pragma once

#include "mdsm/restore/solver.h"

namespace mdsm {

/// The energy of a task as its solvers see it: D(x) and the gradient, counted, and an error where they end.
class Denoiser {
 public:
  /// \param task  must outlive the denoiser
  explicit Denoiser(const RestoreTask& task) : task_(task) {}

  /// D(x) = x - sigma0^2 grad E(x)
  /// \param rows  (K) int64, places of these data in the task; undefined: all of them
  /// \throws Error (failure) where x or the gradient is not finite: which image, at which gradient
  Tensor operator()(const Tensor& x, const Tensor& rows = {});
  /// grad E(x); throws as above.
  Tensor gradient(const Tensor& x, const Tensor& rows = {});

 private:
  void require_finite(const Tensor& values, const Tensor& rows, const char* what) const;

  const RestoreTask& task_;
  int64_t calls_ = 0;
};

}  // namespace mdsm
