#include "mdsm/evaluate/ais/bracket.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "mdsm/base/error.h"
#include "mdsm/energy/composed/ranked_energy.h"
#include "mdsm/parallel/job.h"
#include "mdsm/parallel/share.h"

namespace mdsm {
namespace {

// Rows of random numbers that no two runs share.
constexpr uint32_t kForwardSlot = 0;
constexpr uint32_t kReverseSlot = 1U << 30;
constexpr uint32_t kPilotSlot = 1U << 31;
constexpr size_t kBands = 10;

RandomRows keys(uint64_t seed, uint32_t first, int64_t count) {
  return RandomRows::slots(seed, Stream::chain_step, first, count);
}

Tensor tensor_of(const std::vector<double>& values) { return at::tensor(values, at::kDouble); }

std::vector<double> vector_of(const Tensor& values) {
  const Tensor dense = values.contiguous();
  return {dense.const_data_ptr<double>(), dense.const_data_ptr<double>() + dense.numel()};
}

Pilot pilot_of(const Bridge& bridge, const BracketOptions& options, uint64_t seed, const PartStore& parts,
               const Watch& watch) {
  const PilotOptions pilot{
      .chains = options.pilot_chains, .leapfrogs = options.leapfrogs, .target_acceptance = options.target_acceptance};
  const auto made = parts.get("pilot", [&]() -> std::vector<NamedArray> {
    const Pilot found = run_pilot(bridge, pilot, keys(seed, kPilotSlot, options.pilot_chains), watch);
    return {{"beta", tensor_of(found.length.x())},
            {"log_step_size", tensor_of(found.log_step_size.y())},
            {"length", tensor_of(found.length.y())},
            {"gradients", at::tensor({found.gradients}, at::kLong)}};
  });
  const std::vector<double> beta = vector_of(array_of(made, "beta"));
  return {Curve(beta, vector_of(array_of(made, "log_step_size"))), Curve(beta, vector_of(array_of(made, "length"))),
          array_of(made, "gradients").item<int64_t>()};
}

Annealing annealing_of(const Pilot& pilot, const BracketOptions& options) {
  const Transition transition = transition_kind(options.transition);
  const Curve steps = transition == Transition::hmc
                          ? pilot.log_step_size
                          : Curve({0, 1}, {std::log(options.step_size), std::log(options.step_size)});
  std::vector<double> betas;
  switch (beta_spacing(options.spacing)) {
    case BetaSpacing::adaptive:
      betas = adaptive_betas(pilot.length, options.temperatures);
      break;
    case BetaSpacing::linear:
      betas = linear_betas(options.temperatures);
      break;
    case BetaSpacing::exponential:
      betas = exponential_betas(options.temperatures);
      break;
  }
  return {std::move(betas), steps, options.leapfrogs, transition};
}

/// The watch of the chains first .. first + count - 1 of one direction.
Watch batch_watch(const Watch& all, const std::string& name, int64_t first, int64_t count, int64_t chains) {
  const auto part = [chains](int64_t done) { return static_cast<double>(done) / static_cast<double>(chains); };
  const std::string who = fmt::format("{}, chains {}-{} of {}", name, first + 1, first + count, chains);
  const auto report = [&all, who](double fraction, std::string_view text) {
    all.update(fraction, fmt::format("{}, {}", who, text));
  };
  return Watch(report).part(part(first), part(first + count));
}

/// One batch of chains, which the ranks of a job share.
/// \param anneal  the chains first .. first + count - 1 of the batch
/// \param betas   of the annealing, the first included
Annealed annealed(int64_t count, int64_t betas, const std::function<Annealed(int64_t first, int64_t count)>& anneal) {
  if (job().size() == 1) return anneal(0, count);
  const Rows own = job().rows(count);
  Annealed part{at::empty({0}, at::kDouble), at::zeros({betas}, at::kDouble)};
  if (own.count > 0) {
    const Solo alone;
    part = anneal(own.first, own.count);
  }
  Annealed all{at::empty({count}, at::kDouble), part.acceptance};
  all.log_weights.narrow(0, own.first, own.count).copy_(part.log_weights);
  job().fill_in(all.log_weights, own);
  job().sum(all.acceptance);
  for (const Tensor& counts : gathered(job(), at::tensor({part.gradients, part.refused}, at::kLong))) {
    all.gradients = std::max(all.gradients, counts[0].item<int64_t>());
    all.refused += counts[1].item<int64_t>();
  }
  return all;
}

/// Runs the chains of one direction, batch by batch. `run(first, count, watch)` anneals one batch.
template <class Run>
AisDirection all_batches(const std::string& name, const BracketOptions& options, const PartStore& parts,
                         const Watch& watch, int64_t betas, Run run) {
  AisDirection all;
  Tensors weights;
  for (int64_t first = 0; first < options.chains; first += options.batch) {
    const int64_t count = std::min(options.batch, options.chains - first);
    const Watch batch_watched = batch_watch(watch, name, first, count, options.chains);
    const std::vector<NamedArray> part =
        parts.get(fmt::format("{}-{:06}-{}", name, first, count), [&]() -> std::vector<NamedArray> {
          const Annealed batch = annealed(
              count, betas, [&](int64_t skipped, int64_t some) { return run(first + skipped, some, batch_watched); });
          return {{"log_weights", batch.log_weights},
                  {"acceptance", batch.acceptance},
                  {"gradients", at::tensor({batch.gradients}, at::kLong)},
                  {"refused", at::tensor({batch.refused}, at::kLong)}};
        });
    weights.push_back(array_of(part, "log_weights"));
    const Tensor& acceptance = array_of(part, "acceptance");
    all.acceptance = all.acceptance.defined() ? all.acceptance + acceptance : acceptance;
    all.gradients = array_of(part, "gradients").item<int64_t>();
    all.refused += array_of(part, "refused").item<int64_t>();
  }
  if (all.refused == options.chains) {
    fail(
        "likelihood: the {} chains have gone nowhere (every proposal of all {} was refused at every temperature). Take "
        "a larger target_acceptance (shorter steps), or look at the training's loss.",
        name, options.chains);
  }
  all.log_weights = at::cat(weights);
  all.acceptance = all.acceptance / static_cast<double>(options.chains);
  return all;
}

/// Tenths of the temperatures, by number. The move at beta_K is of the reverse direction alone.
std::vector<AcceptanceBand> bands_of(const std::vector<double>& betas, const NormaliserBracket& bracket) {
  std::vector<AcceptanceBand> bands;
  const size_t moves = betas.size() - 2;  // 1 .. K - 1
  const size_t count = std::min(kBands, moves);
  const Tensor mean = (bracket.forward.acceptance + bracket.reverse.acceptance) * 0.5;
  for (size_t band = 0; band < count; ++band) {
    const size_t first = 1 + band * moves / count;
    const size_t last = (band + 1) * moves / count;
    const auto length = static_cast<int64_t>(last - first + 1);
    bands.push_back(
        {betas[first], betas[last], mean.narrow(0, static_cast<int64_t>(first), length).mean().item<double>()});
  }
  return bands;
}

void sum_up(NormaliserBracket& bracket, double base, uint64_t seed) {
  const Tensor& forward = bracket.forward.log_weights;
  const Tensor& reverse = bracket.reverse.log_weights;
  bracket.reference_log_normaliser = base;
  const BootstrapEstimate from_forward = bootstrap_log_mean_exp(forward, seed);
  const BootstrapEstimate from_reverse = bootstrap_log_mean_exp(reverse, seed);
  const BootstrapEstimate both = bennett_acceptance_ratio(forward, reverse, seed);
  bracket.lower = {base + from_forward.value, base + from_forward.low, base + from_forward.high};
  bracket.upper = {base - from_reverse.value, base - from_reverse.high, base - from_reverse.low};
  bracket.bennett = {base + both.value, base + both.low, base + both.high};
  bracket.mean_log_lower = base + forward.mean().item<double>();
  bracket.mean_log_upper = base - reverse.mean().item<double>();
  bracket.forward_sample_size = effective_sample_size(forward);
  bracket.reverse_sample_size = effective_sample_size(reverse);
}

}  // namespace

NormaliserBracket bracket_normaliser(const AnalyticEnergy& reference, const Energy& model, const Tensor& x,
                                     const BracketOptions& options, uint64_t seed, const PartStore& parts,
                                     const Watch& watch) {
  require(options.chains >= 2 && options.temperatures >= 2 && options.batch >= 1,
          "likelihood: {} chains, {} temperatures, batch {} (expected at least 2, 2 and 1).", options.chains,
          options.temperatures, options.batch);
  require(x.dim() >= 2 && x.size(0) == options.chains, "likelihood: {} starting points for {} reverse chains.",
          x.dim() >= 1 ? x.size(0) : 0, options.chains);
  const Bridge bridge(reference, model);
  const RankedEnergy shared(model);
  const Pilot pilot = pilot_of(Bridge(reference, shared), options, seed, parts, watch.part(0, 0));
  const Annealing annealing = annealing_of(pilot, options);
  const auto betas = static_cast<int64_t>(annealing.betas.size());
  NormaliserBracket bracket;
  bracket.length = pilot.length.y().back();
  bracket.pilot_gradients = pilot.gradients;
  const auto forward = [&](int64_t first, int64_t count, const Watch& batch) {
    return anneal_forward(bridge, annealing, keys(seed, kForwardSlot + static_cast<uint32_t>(first), count), batch);
  };
  bracket.forward = all_batches("forward", options, parts, watch.part(0, 0.5), betas, forward);
  const auto reverse = [&](int64_t first, int64_t count, const Watch& batch) {
    const Tensor start = x.narrow(0, first, count).to(bridge.type());
    const RandomRows rows = keys(seed, kReverseSlot + static_cast<uint32_t>(first), count);
    return anneal_reverse(bridge, annealing, start, rows, batch);
  };
  bracket.reverse = all_batches("reverse", options, parts, watch.part(0.5, 1), betas, reverse);
  sum_up(bracket, reference.log_normaliser(), seed);
  if (annealing.transition == Transition::hmc) bracket.acceptance = bands_of(annealing.betas, bracket);
  return bracket;
}

}  // namespace mdsm
