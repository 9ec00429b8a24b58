#include "mdsm/evaluate/probe_source.h"

#include "mdsm/base/error.h"
#include "mdsm/base/rng.h"

namespace mdsm {
namespace {

class ProbeSource final : public Source {
 public:
  ProbeSource(ProbeKind kind, const Shape& datum_shape)
      : kind_(kind), info_{kind == ProbeKind::noise ? "noise" : "constant", Split::test, datum_shape, {}} {}

  const SourceInfo& info() const override { return info_; }
  int64_t size() const override { return kEndless; }

  Tensor read(std::span<const int64_t> indices) const override {
    Tensors rows;
    for (const int64_t index : indices) {
      require(index >= 0 && index < (int64_t{1} << 32), "{}: there is no datum {}.", info_.name, index);
      const RandomRows row = RandomRows::slots(0, Stream::data, static_cast<uint32_t>(index), 1);
      const auto step = static_cast<uint32_t>(kind_);
      if (kind_ == ProbeKind::noise) rows.push_back(row.uniform(step, info_.datum_shape));
      else rows.push_back(at::full(batch_shape(1, info_.datum_shape), row.uniform(step, {1}).item<float>()));
    }
    require(!rows.empty(), "{}: no index to read.", info_.name);
    return at::cat(rows);
  }

  Tensor labels(std::span<const int64_t> indices) const override {
    return at::full({static_cast<int64_t>(indices.size())}, -1, at::kLong);
  }

 private:
  ProbeKind kind_;
  SourceInfo info_;
};

}  // namespace

std::optional<ProbeKind> probe_kind(std::string_view name) {
  if (name == "noise") return ProbeKind::noise;
  if (name == "constant") return ProbeKind::constant;
  return {};
}

std::shared_ptr<const Source> probe_source(ProbeKind kind, const Shape& datum_shape) {
  return std::make_shared<ProbeSource>(kind, datum_shape);
}

}  // namespace mdsm
