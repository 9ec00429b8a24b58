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
  int64_t held_bytes() const override;

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
  int64_t held_bytes() const override { return original_->held_bytes(); }

 private:
  std::shared_ptr<const Source> original_;
  PrepareImage prepare_;
  SourceInfo info_;
};

/// Every datum of another source but those held out, or just those. Held out are `count` data, the first of a source
/// that never ends.
class SplitSource final : public Source {
 public:
  enum class Part { kept, held_out };
  /// Which are held out.
  enum class Choice {
    random,  ///< those that stand for the source (data/subset.h), always the same
    /// (2k + 1) size / (2 count): what trainings took before, which must find again the data that they had. In a set
    /// whose classes take turns these may all be of one class.
    even,
  };

  /// \param note  what must be said of this choice; empty: nothing
  /// \throws Error unless 1 <= count < size
  SplitSource(std::shared_ptr<const Source> whole, int64_t count, Part part, Choice choice = Choice::random,
              const std::string& note = {});

  const SourceInfo& info() const override { return info_; }
  int64_t size() const override;
  Tensor read(std::span<const int64_t> indices) const override { return whole_->read(mapped(indices)); }
  Tensor labels(std::span<const int64_t> indices) const override { return whole_->labels(mapped(indices)); }
  int64_t held_bytes() const override { return whole_->held_bytes(); }

  /// The places in the whole source of these data.
  std::vector<int64_t> mapped(std::span<const int64_t> indices) const;

 private:
  int64_t kept_place(int64_t index) const;

  std::shared_ptr<const Source> whole_;
  std::vector<int64_t> held_out_;  // places, rising
  Part part_;
  SourceInfo info_;
};

}  // namespace mdsm
