#include "mdsm/evaluate/score_table.h"

#include <functional>

#include "mdsm/base/error.h"
#include "mdsm/data/index_range.h"
#include "mdsm/evaluate/curvature/denoising_scores.h"
#include "mdsm/evaluate/finite_scores.h"
#include "mdsm/noise/corrupt.h"
#include "mdsm/parallel/job.h"
#include "mdsm/parallel/share.h"

namespace mdsm {
namespace {

/// Data of a kept chunk: a killed run loses less than this.
constexpr int64_t kChunk = 2048;

/// (4, B) float64: the columns of the table.
Tensor scores_of(const Energy& energy, const Tensor& x, double sigma0, const RandomRows& noise) {
  const ValueAndGradient at = energy.value_and_gradient(x);
  const Tensor noisy = corrupt(x, sigma0, noise, 0);
  const Tensor norm = sum_per_datum(at.gradient.to(at::kDouble).square()).sqrt();
  return at::stack({at.value.to(at::kDouble), energy.value(noisy).to(at::kDouble), norm, norm * (sigma0 * sigma0)})
      .to(at::kCPU);
}

/// (K, B) scores of a batch, of whose data `first` come before.
using BatchScores = std::function<Tensor(const Tensor& x, int64_t first)>;

/// (K, end - first) of the data first .. end - 1.
Tensor chunk_of(const Scoring& scoring, const Source& data, int64_t first, int64_t end, const BatchScores& scores,
                const Watch& watch) {
  Tensors batches;
  for (int64_t at = first; at < end; at += scoring.batch) {
    const int64_t size = std::min(scoring.batch, end - at);
    const Tensor x = data.read(index_range(at, size));
    batches.push_back(scores(x, at));
    require_finite_scores(batches.back().t(), x, data.info().name, at);
    watch.update(at + size, data.size(), data.info().name + ": scored");
  }
  return at::cat(batches, 1);
}

/// (K, N), chunk by chunk.
Tensor whole_table(const Scoring& scoring, const Source& data, const PartStore& parts, const std::string& name,
                   const BatchScores& scores, const Watch& watch) {
  require_scorable(scoring.energy, data);
  Tensors chunks;
  for (int64_t first = 0; first < data.size(); first += kChunk) {
    const int64_t end = std::min(first + kChunk, data.size());
    const auto part = parts.get(fmt::format("{}-{:06}-{:06}", name, first, end), [&]() -> std::vector<NamedArray> {
      const Tensor rows = rows_of_all(job(), end - first, [&](const Rows& own) {
        return chunk_of(scoring, data, first + own.first, first + own.first + own.count, scores, watch).t();
      });
      return {{"scores", rows.t().contiguous()}};
    });
    chunks.push_back(array_of(part, "scores"));
  }
  return at::cat(chunks, 1);
}

}  // namespace

ScoreTable score_table(const Scoring& scoring, const Source& data, const PartStore& parts, const std::string& name,
                       const Watch& watch) {
  const auto scores = [&](const Tensor& x, int64_t first) {
    const auto slot = static_cast<uint32_t>(first);
    const RandomRows noise = RandomRows::slots(scoring.seed, Stream::measurement, slot, x.size(0));
    return scores_of(scoring.energy, x, scoring.sigma0, noise);
  };
  const Tensor all = whole_table(scoring, data, parts, name, scores, watch);
  return {all[0], all[1], all[2], all[3]};
}

Tensor denoising_table(const Scoring& scoring, const Source& data, const PartStore& parts, const std::string& name,
                       const Watch& watch) {
  const auto scores = [&](const Tensor& x, int64_t /*first*/) {
    const DenoisingScores found = denoising_scores(scoring.energy, x, scoring.sigma0, scoring.seed);
    return at::stack({found.loss, found.ratio}).to(at::kCPU);
  };
  return whole_table(scoring, data, parts, name, scores, watch);
}

std::vector<NamedScore> named_scores(const ScoreTable& table, double mean_energy) {
  return {{"energy", table.energy},
          {"noisy-energy", table.noisy_energy},
          {"gradient", table.gradient},
          {"residual", table.residual},
          {"typicality", table.typicality(mean_energy)}};
}

}  // namespace mdsm
