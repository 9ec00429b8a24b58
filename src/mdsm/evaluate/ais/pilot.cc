#include "mdsm/evaluate/ais/pilot.h"

#include <cmath>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

constexpr double kGain = 0.5;           // of the step size's logarithm, per unit of acceptance
constexpr int64_t kFirstMoves = 60;     // at beta = 0, where the step size is found from nothing
constexpr double kLargestStep = 0.125;  // of beta: at least nine points a curve

void require_options(const PilotOptions& options) {
  require(options.chains >= 2 && options.moves >= 4,
          "pilot run: {} chains and {} moves (expected at least 2 and 4: spreads are measured).", options.chains,
          options.moves);
  require(options.target_acceptance > 0 && options.target_acceptance < 1,
          "pilot run: a target acceptance of {} (expected between 0 and 1).", options.target_acceptance);
  require(options.increment > 0, "pilot run: an increment of {} (expected a positive one).", options.increment);
}

/// What one temperature tells.
struct Stop {
  double log_step_size = 0;  ///< mean over the second half of the moves
  double spread = 0;         ///< standard deviation of E0 - E1 over chains and the second half of the moves
};

class PilotRun {
 public:
  PilotRun(const Bridge& bridge, const PilotOptions& options, const RandomRows& rows)
      : bridge_(bridge), options_(options), rows_(rows), point_(bridge.start(rows)) {
    const auto width = static_cast<double>(element_count(bridge.model().datum_shape()));
    const double scale = point_.x.to(at::kDouble).std(0).mean().item<double>();
    log_step_size_ = std::log(std::max(scale, 1e-6) * std::pow(width, -0.25));
  }

  Stop stop_at(double beta, int64_t moves) {
    Stop stop;
    Tensors differences;
    const int64_t settled = moves - moves / 2;
    for (int64_t i = 0; i < moves; ++i) {
      HmcSettings settings{.step_size = std::exp(log_step_size_), .leapfrogs = options_.leapfrogs};
      settings.leapfrog = options_.leapfrog;
      Bridge::Test test;
      point_ = bridge_.hamiltonian_move(point_, beta, settings, rows_, step_++, test);
      log_step_size_ += kGain * (test.probability.mean().item<double>() - options_.target_acceptance);
      if (i < settled) continue;
      stop.log_step_size += log_step_size_ / static_cast<double>(moves - settled);
      differences.push_back(point_.difference());
    }
    stop.spread = at::cat(differences).std().item<double>();
    if (!std::isfinite(stop.spread)) {
      fail(
          "pilot run: energies of the model are not finite at beta = {:.3g} (the chains are far from the data there). "
          "Look at the training's loss, or use a narrower reference.",
          beta);
    }
    return stop;
  }

  int64_t gradients() const { return 1 + static_cast<int64_t>(step_) * options_.leapfrogs; }

 private:
  const Bridge& bridge_;
  const PilotOptions& options_;
  RandomRows rows_;
  BridgePoint point_;
  double log_step_size_ = 0;
  uint32_t step_ = 0;
};

}  // namespace

Pilot run_pilot(const Bridge& bridge, const PilotOptions& options, const RandomRows& rows, const Watch& watch) {
  require_options(options);
  require(rows.count() == options.chains, "pilot run: {} keys for {} chains.", rows.count(), options.chains);
  PilotRun run(bridge, options, rows);
  std::vector<double> betas{0}, log_steps, lengths{0};
  Stop stop = run.stop_at(0, kFirstMoves);
  log_steps.push_back(stop.log_step_size);
  while (betas.back() < 1) {
    if (static_cast<int64_t>(betas.size()) > options.most_temperatures) {
      fail(
          "pilot run: {} temperatures did not suffice, beta = {:.3g} is reached (the reference is too far from the "
          "model). Fit the reference to data like those the model was trained on.",
          betas.size(), betas.back());
    }
    const double step = std::min(kLargestStep, options.increment / std::max(stop.spread, 1e-12));
    const double beta = 1 - betas.back() < 1.2 * step ? 1 : betas.back() + step;
    const double before = stop.spread;
    stop = run.stop_at(beta, options.moves);
    lengths.push_back(lengths.back() + (beta - betas.back()) * 0.5 * (before + stop.spread));
    betas.push_back(beta);
    log_steps.push_back(stop.log_step_size);
    watch.update(beta, fmt::format("pilot run, beta {:.4f}", beta));
  }
  return {Curve(betas, log_steps), Curve(betas, lengths), run.gradients()};
}

}  // namespace mdsm
