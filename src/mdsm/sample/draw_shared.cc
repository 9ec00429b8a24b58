#include "mdsm/sample/draw_shared.h"

#include <algorithm>

#include "mdsm/parallel/job.h"
#include "mdsm/parallel/share.h"

namespace mdsm {
namespace {

constexpr int64_t kFields = 6;  // of a record, beside the energies

Tensor records_of(const std::vector<ChainRecord>& trace) {
  const Tensor table = at::empty({static_cast<int64_t>(trace.size()), kFields}, at::kDouble);
  auto* to = table.data_ptr<double>();
  for (const ChainRecord& at : trace) {
    for (const double value :
         {static_cast<double>(at.step), at.temperature, at.mean_energy, at.mean_sigma, at.gradients, at.acceptance})
      *to++ = value;
  }
  return table;
}

/// (rows x chains), row by row.
Tensor energies_of(const std::vector<ChainRecord>& trace) {
  std::vector<float> all;
  for (const ChainRecord& at : trace) all.insert(all.end(), at.energies.begin(), at.energies.end());
  return at::tensor(all, at::kFloat);
}

std::vector<ChainRecord> trace_of(const Tensor& table, const Tensor& energies) {
  std::vector<ChainRecord> trace;
  const auto* from = table.const_data_ptr<double>();
  const auto* energy = energies.const_data_ptr<float>();
  const int64_t chains = table.size(0) == 0 ? 0 : energies.numel() / table.size(0);
  for (int64_t i = 0; i < table.size(0); ++i, from += kFields, energy += chains) {
    trace.push_back(
        {static_cast<int64_t>(from[0]), from[1], from[2], from[3], from[4], from[5], {energy, energy + chains}});
  }
  return trace;
}

/// What one rank has drawn, but for the samples.
Tensor figures_of(const Drawn& drawn) {
  return at::tensor({static_cast<double>(drawn.samples.size(0)), drawn.mean_gradients, drawn.acceptance,
                     static_cast<double>(drawn.gradients_per_sample)},
                    at::kDouble);
}

Tensor seeds_of(const std::vector<uint64_t>& seeds) {
  const Tensor all = at::empty({static_cast<int64_t>(seeds.size())}, at::kLong);
  std::copy(seeds.begin(), seeds.end(), reinterpret_cast<uint64_t*>(all.data_ptr<int64_t>()));
  return all;
}

}  // namespace

void append_trace(std::vector<ChainRecord>& sums, const std::vector<ChainRecord>& more) {
  if (more.empty()) return;
  while (sums.size() < more.size()) {
    ChainRecord row = sums.empty() ? ChainRecord() : sums.back();
    row.step = more[sums.size()].step;
    row.temperature = more[sums.size()].temperature;
    sums.push_back(std::move(row));
  }
  for (size_t i = 0; i < sums.size(); ++i) {
    const ChainRecord& at = more[std::min(i, more.size() - 1)];
    sums[i].mean_energy += at.mean_energy;
    sums[i].mean_sigma += at.mean_sigma;
    sums[i].gradients += at.gradients;
    sums[i].acceptance += at.acceptance;
    sums[i].energies.insert(sums[i].energies.end(), at.energies.begin(), at.energies.end());
  }
}

Drawn draw_shared(std::span<const uint64_t> seeds, const Shape& datum_shape, const DrawPart& draw) {
  Communicator& ranks = job();
  const auto total = static_cast<int64_t>(seeds.size());
  const Rows own = ranks.rows(total);
  Drawn part;
  {
    const Solo alone;
    part = draw(seeds.subspan(static_cast<size_t>(own.first), static_cast<size_t>(own.count)));
  }
  Drawn all;
  all.samples = at::empty(batch_shape(total, datum_shape), at::kFloat);
  const int64_t drawn = part.samples.size(0);
  all.samples.narrow(0, own.first, drawn).copy_(part.samples);
  ranks.fill_in(all.samples, {own.first, drawn});
  const Tensors figures = gathered(ranks, figures_of(part));
  const Tensors tables = gathered(ranks, records_of(part.trace));
  const Tensors energies = gathered(ranks, energies_of(part.trace));
  const Tensors refused = gathered(ranks, seeds_of(part.refused));
  int64_t done = 0;
  for (int rank = 0; rank < ranks.size() && done == total * rank / ranks.size(); ++rank) {
    const auto at = static_cast<size_t>(rank);
    const auto* figure = figures[at].const_data_ptr<double>();
    done += static_cast<int64_t>(figure[0]);
    all.mean_gradients += figure[1];
    all.acceptance += figure[2];
    all.gradients_per_sample = static_cast<int64_t>(figure[3]);
    append_trace(all.trace, trace_of(tables[at].view({-1, kFields}), energies[at]));
    const auto* seed = reinterpret_cast<const uint64_t*>(refused[at].const_data_ptr<int64_t>());
    all.refused.insert(all.refused.end(), seed, seed + refused[at].numel());
  }
  all.samples = all.samples.narrow(0, 0, done);
  return all;
}

}  // namespace mdsm
