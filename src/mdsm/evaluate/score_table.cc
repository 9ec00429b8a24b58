#include "mdsm/evaluate/score_table.h"

#include "mdsm/base/error.h"
#include "mdsm/data/index_range.h"
#include "mdsm/noise/corrupt.h"

namespace mdsm {
namespace {

/// Data of a kept chunk: a killed run loses less than this.
constexpr int64_t kChunk = 2048;

/// (4, B) float64: the columns of the table.
Tensor scores_of(const Energy& energy, const Tensor& x, double sigma0, const RandomRows& noise) {
  const ValueAndGradient at = energy.value_and_gradient(x);
  const Tensor noisy = corrupt(x, at::full({x.size(0)}, sigma0, x.options()), noise, 0);
  const Tensor norm = at.gradient.flatten(1).to(at::kDouble).norm(2, {1});
  return at::stack({at.value.to(at::kDouble), energy.value(noisy).to(at::kDouble), norm, norm * (sigma0 * sigma0)})
      .to(at::kCPU);
}

}  // namespace

ScoreTable score_table(const Energy& energy, const Source& data, int64_t count, double sigma0, uint64_t seed,
                       const PassOptions& pass, const PartStore& parts, const std::string& name) {
  require(data.info().datum_shape == energy.datum_shape(),
          "{}: the data have shape {} (the energy was trained on {}). Choose data of that shape.", data.info().name,
          to_text(data.info().datum_shape), to_text(energy.datum_shape()));
  require(count >= 1 && count <= data.size(), "{}: {} data asked for (there are {}). Lower --n.", data.info().name,
          count, data.size());
  Tensors chunks;
  for (int64_t first = 0; first < count; first += kChunk) {
    const int64_t end = std::min(first + kChunk, count);
    const auto part = parts.get(fmt::format("{}-{:06}-{:06}", name, first, end), [&]() -> std::vector<NamedArray> {
      Tensors batches;
      for (int64_t at = first; at < end; at += pass.batch) {
        const int64_t size = std::min(pass.batch, end - at);
        const RandomRows noise = RandomRows::slots(seed, Stream::measurement, static_cast<uint32_t>(at), size);
        batches.push_back(scores_of(energy, data.read(index_range(at, size)), sigma0, noise));
        if (pass.progress && !pass.progress(at + size)) {
          throw Error(fmt::format("{}: interrupted after {} of {}.", data.info().name, at + size, count),
                      Fault::interrupted);
        }
      }
      return {{"scores", at::cat(batches, 1)}};
    });
    chunks.push_back(array_of(part, "scores"));
  }
  const Tensor all = at::cat(chunks, 1);
  return {all[0], all[1], all[2], all[3]};
}

std::vector<NamedScore> named_scores(const ScoreTable& table, double mean_energy) {
  return {{"energy", table.energy},
          {"noisy-energy", table.noisy_energy},
          {"gradient", table.gradient},
          {"residual", table.residual},
          {"typicality", table.typicality(mean_energy)}};
}

}  // namespace mdsm
