#pragma once

#include <memory>

#include "mdsm/data/labelled.h"
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

/// The data first .. first + count - 1 of another source, as a source of their own; all from `first` on of one that never
/// ends, if `count` is Source::kEndless.
class SubsetSource final : public Source {
 public:
  /// \throws Error unless the range lies in the source and is not empty
  SubsetSource(std::shared_ptr<const Source> whole, int64_t first, int64_t count);

  const SourceInfo& info() const override { return whole_->info(); }
  int64_t size() const override { return count_; }
  Tensor read(std::span<const int64_t> indices) const override { return whole_->read(shifted(indices)); }
  Tensor labels(std::span<const int64_t> indices) const override { return whole_->labels(shifted(indices)); }

 private:
  std::vector<int64_t> shifted(std::span<const int64_t> indices) const;

  std::shared_ptr<const Source> whole_;
  int64_t first_;
  int64_t count_;
};

}  // namespace mdsm
