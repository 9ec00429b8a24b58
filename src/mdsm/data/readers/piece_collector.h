#pragma once

#include <string>

#include "mdsm/data/reading.h"

namespace mdsm {

/// Gathers a set whose number of data is known into one tensor, piece by piece, its images changed as the
/// set's options say: memory is that of the set and of one piece.
class PieceCollector {
 public:
  /// \param origin   path of the set, for error texts
  /// \param prepare  may be empty
  PieceCollector(std::string origin, int64_t count, PrepareImage prepare);

  /// The next data (n, ...): images uint8 or float32, or vectors float32.
  /// \throws Error if the set does not fit into the memory, or these are vectors and are to be changed
  void add(const Tensor& piece) { put(done_, piece); }
  /// The data `first` to first + n - 1, where they do not come in order.
  void put(int64_t first, const Tensor& piece);
  /// All of them; once only.
  Tensor finish();

 private:
  std::string origin_;
  int64_t count_;
  PrepareImage prepare_;
  Tensor data_;  // from the first piece on
  int64_t done_ = 0;
};

}  // namespace mdsm
