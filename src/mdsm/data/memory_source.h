#pragma once

#include <memory>

#include "mdsm/data/labelled.h"
#include "mdsm/data/reading.h"
#include "mdsm/data/source.h"

namespace mdsm {

/// A data set in memory: 8-bit images stay 8-bit, and become float32 in [0, 1] when they are read.
class MemorySource final : public Source {
 public:
  /// \throws Error if there are no data, or not one label a datum
  MemorySource(std::string name, Split split, LabelledData content);

  const SourceInfo& info() const override { return info_; }
  int64_t size() const override { return content_.data.size(0); }
  Tensor read(std::span<const int64_t> indices) const override;
  Tensor labels(std::span<const int64_t> indices) const override;

 private:
  Tensor checked(std::span<const int64_t> indices) const;

  SourceInfo info_;
  LabelledData content_;
};

/// A generator's images, changed as they are read: through 8 bits, as those of a file are.
class PreparedSource final : public Source {
 public:
  PreparedSource(std::shared_ptr<const Source> original, PrepareImage prepare);

  const SourceInfo& info() const override { return info_; }
  int64_t size() const override { return original_->size(); }
  Tensor read(std::span<const int64_t> indices) const override;
  Tensor labels(std::span<const int64_t> indices) const override { return original_->labels(indices); }

 private:
  std::shared_ptr<const Source> original_;
  PrepareImage prepare_;
  SourceInfo info_;
};

/// Every datum of another source but those held out, or just those.
///
/// Held out are `count` data evenly spread over the source, (2k + 1) size / (2 count) for k = 0 .. count - 1, so that a
/// set that is sorted by class gives all of them; of a source that never ends, the first `count`. This choice stays as it
/// is (not subset_of): an old training that is resumed must find the batches that it had.
class SplitSource final : public Source {
 public:
  enum class Part { kept, held_out };

  /// \param note  what must be said of this choice; empty: nothing
  /// \throws Error unless 1 <= count < size
  SplitSource(std::shared_ptr<const Source> whole, int64_t count, Part part, const std::string& note = {});

  const SourceInfo& info() const override { return info_; }
  int64_t size() const override;
  Tensor read(std::span<const int64_t> indices) const override { return whole_->read(mapped(indices)); }
  Tensor labels(std::span<const int64_t> indices) const override { return whole_->labels(mapped(indices)); }

  /// The places in the whole source of these data.
  std::vector<int64_t> mapped(std::span<const int64_t> indices) const;

 private:
  int64_t held_out_place(int64_t k) const;
  int64_t kept_place(int64_t index) const;

  std::shared_ptr<const Source> whole_;
  int64_t count_;
  Part part_;
  SourceInfo info_;
};

}  // namespace mdsm
