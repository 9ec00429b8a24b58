#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "mdsm/energy/energy.h"
#include "mdsm/engine/trace.h"

namespace mdsm {

/// Some rows of a batch that are computed together, as `size` rows: what is missing is filled up.
struct Part {
  int64_t first = 0;
  int64_t count = 0;
  int64_t size = 0;
  bool operator==(const Part&) const = default;
};

/// Cuts `count` rows into shares, one a thread, and each into parts of the given sizes.
/// \param sizes  powers of two, rising
std::vector<std::vector<Part>> shares_of(int64_t count, const std::vector<int64_t>& sizes, int64_t threads);

/// Evaluates a program so that the energy and the gradient of a datum are the same bits in every batch, beside every
/// neighbour and on any number of threads.
///
/// Kernels round a datum differently by the shape of the batch and by the number of threads. So a batch is computed in
/// parts of a few fixed sizes, each on one thread. The largest size follows from the network alone; a smaller one is
/// used only where a test on random weights and data, made once a machine and remembered beside the methods of
/// convolutions, gave the same bits as the largest. What no size fits is filled up with copies of its last row. Should a
/// row's bits depend on its place in a part, every datum is computed alone.
class Parts {
 public:
  explicit Parts(const Program& program);

  /// E (B), and grad E where `keep` is Keep::gradient.
  /// \param x  (B, ...), checked
  ValueAndGradient evaluate(const Program& program, const Parameters& parameters, const Tensor& x, Keep keep) const;

  /// The sizes in use, rising; tested now where nobody did so before.
  const std::vector<int64_t>& sizes(const Program& program, const Parameters& like) const;
  int64_t largest() const { return largest_; }

 private:
  struct Tested;
  int64_t largest_;
  std::shared_ptr<Tested> tested_;
};

}  // namespace mdsm
