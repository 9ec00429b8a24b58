#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// Which half of a data set; the two are never mixed.
enum class Split { train, test };

inline std::string to_text(Split split) { return split == Split::train ? "train" : "test"; }

/// What a data set is, apart from its data.
struct SourceInfo {
  std::string name;  ///< known name or path, as given
  Split split = Split::train;
  Shape datum_shape;                    ///< (C, H, W) or (D)
  std::vector<std::string> classes;     ///< names of the labels 0, 1, ...; empty if there are none
  std::string half = {};                ///< what the half is called; empty: as `split`
  std::vector<std::string> notes = {};  ///< what a user must know of how the data were read

  /// "train", "test" or, of what a training sets aside, "held-out".
  std::string half_name() const { return half.empty() ? to_text(split) : half; }
};

/// A data set, read by index. Images are float32 in [0, 1], shape (C, H, W); vectors (D) in their own unit.
class Source {
 public:
  /// size() of a generator that never ends: any index >= 0 may be read.
  static constexpr int64_t kEndless = std::numeric_limits<int64_t>::max();

  virtual ~Source() = default;
  virtual const SourceInfo& info() const = 0;
  virtual int64_t size() const = 0;
  /// (B, datum_shape...) float32. A datum depends on its index alone.
  /// \throws Error for an index outside 0..size()-1
  virtual Tensor read(std::span<const int64_t> indices) const = 0;
  /// (B) int64 class numbers, -1 where unknown.
  virtual Tensor labels(std::span<const int64_t> indices) const = 0;
  /// These will be read next: what must come from a disk may be fetched in the background. Decides nothing but time.
  virtual void will_read(std::span<const int64_t> indices) const { static_cast<void>(indices); }
  /// Memory that the data hold as long as the source is there; 0 for what is made when it is asked for.
  virtual int64_t held_bytes() const { return 0; }
};

}  // namespace mdsm
