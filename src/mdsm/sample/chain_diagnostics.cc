#include "mdsm/sample/chain_diagnostics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

constexpr int64_t kFewest = 8;
constexpr int64_t kFewestRecords = 16;  // half of them are left out

/// Normal scores of the ranks, ties sharing their mean rank: Phi^-1((rank - 3/8) / (n + 1/4)).
Tensor rank_normalised(const Tensor& values) {
  const Tensor flat = values.flatten().contiguous();
  const int64_t n = flat.numel();
  const double* at = flat.data_ptr<double>();
  std::vector<int64_t> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), int64_t{0});
  std::stable_sort(order.begin(), order.end(), [at](int64_t a, int64_t b) { return at[a] < at[b]; });
  const Tensor ranks = at::empty({n}, at::kDouble);
  double* rank = ranks.data_ptr<double>();
  for (int64_t first = 0, last = 0; first < n; first = last) {
    while (last < n && at[order[static_cast<size_t>(last)]] == at[order[static_cast<size_t>(first)]]) ++last;
    const double mean = 0.5 * static_cast<double>(first + 1 + last);
    for (int64_t i = first; i < last; ++i) rank[order[static_cast<size_t>(i)]] = mean;
  }
  return at::special_ndtri((ranks - 0.375) / (static_cast<double>(n) + 0.25)).view(values.sizes());
}

/// Variance within chains, and the estimate of the whole variance from within and between them.
struct Variances {
  double within;
  double whole;
};

Variances variances_of(const Tensor& chains) {
  const auto n = static_cast<double>(chains.size(1));
  const double within = chains.var(1, /*unbiased=*/true).mean().item<double>();
  const double between = n * chains.mean(1).var(0, /*unbiased=*/true).item<double>();
  return {within, (n - 1) / n * within + between / n};
}

double r_hat_of(const Tensor& chains) {
  const auto [within, whole] = variances_of(chains);
  return std::sqrt(whole / within);
}

/// Autocovariances at lags 0 .. n - 1, sums over n divided by n, means over chains.
std::vector<double> autocovariances(const Tensor& chains) {
  const int64_t n = chains.size(1);
  const Tensor centred = chains - chains.mean(1, /*keepdim=*/true);
  std::vector<double> found;
  for (int64_t lag = 0; lag < n; ++lag) {
    const Tensor products = centred.narrow(1, 0, n - lag) * centred.narrow(1, lag, n - lag);
    found.push_back(products.sum(1).mean().item<double>() / static_cast<double>(n));
  }
  return found;
}

/// Sums of neighbouring autocorrelations are positive and fall in a reversible chain: the sum ends at the first that is not
/// positive, and none counts more than the one before.
double effective_size(const Tensor& chains) {
  const auto [within, whole] = variances_of(chains);
  const std::vector<double> gamma = autocovariances(chains);
  const auto n = static_cast<double>(chains.size(1));
  const double draws = n * static_cast<double>(chains.size(0));
  const auto correlation = [&, w = within, v = whole](size_t lag) { return 1 - (w - gamma[lag] * n / (n - 1)) / v; };
  double sum = 0;
  double least = std::numeric_limits<double>::infinity();
  for (size_t lag = 0; lag + 1 < gamma.size(); lag += 2) {
    const double pair = (lag == 0 ? 1 : correlation(lag)) + correlation(lag + 1);
    if (!(pair > 0)) break;
    least = std::min(least, pair);
    sum += least;
  }
  const double time =
      std::max(2 * sum - 1, 1 / std::log10(draws));  // chains may beat independence, but not without limit
  return draws / time;
}

}  // namespace

ChainDiagnostics chain_diagnostics(const Tensor& values) {
  require(values.dim() == 2 && values.size(0) >= 1 && values.size(1) >= kFewest,
          "chain diagnostics: values of shape {} (expected (chains, draws) with at least {} draws).",
          to_text(values.sizes()), kFewest);
  const Tensor all = values.to(at::kDouble);
  require(all.isfinite().all().item<bool>(), "chain diagnostics: some values are not finite.");
  const int64_t half = all.size(1) / 2;
  const Tensor kept = all.narrow(1, all.size(1) - 2 * half, 2 * half);
  const Tensor halves = kept.reshape({2 * kept.size(0), half});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  ChainDiagnostics found{.chains = all.size(0), .draws = all.size(1), .r_hat = nan, .effective = nan};
  if ((halves == halves[0][0]).all().item<bool>()) return found;
  const Tensor ranks = rank_normalised(halves);
  found.r_hat = std::max(r_hat_of(ranks), r_hat_of(rank_normalised((halves - halves.median()).abs())));
  found.effective = effective_size(ranks);
  return found;
}

std::optional<ChainDiagnostics> energy_diagnostics(const std::vector<ChainRecord>& trace) {
  auto end = trace.end();
  while (end != trace.begin() && !(std::prev(end)->temperature > 0)) --end;  // a jump, or steps at 0
  auto begin = end;
  while (begin != trace.begin() && std::prev(begin)->temperature == std::prev(end)->temperature) --begin;
  if (end - begin < kFewestRecords || begin->energies.empty()) return {};
  begin += (end - begin) / 2;
  Tensors columns;
  for (auto at = begin; at != end; ++at) columns.push_back(at::tensor(at->energies));
  return chain_diagnostics(at::stack(columns, 1));
}

std::string to_text(const ChainDiagnostics& at) {
  return fmt::format("energies of the last {} steps of {} chains: R-hat {:.4g}, effective sample size {:.0f} of {}",
                     at.draws, at.chains, at.r_hat, at.effective, at.chains * at.draws);
}

}  // namespace mdsm
