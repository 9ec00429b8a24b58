#include "mdsm/evaluate/ais/anneal.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "mdsm/base/named.h"

namespace mdsm {
namespace {

void require_annealing(const Annealing& annealing) {
  const std::vector<double>& betas = annealing.betas;
  require(betas.size() >= 2 && betas.front() == 0 && betas.back() == 1 &&
              std::ranges::adjacent_find(betas, std::greater_equal<>()) == betas.end(),
          "annealing: the inverse temperatures must rise from exactly 0 to exactly 1.");
}

/// Sum of probabilities in steps of 2^-40: the same number in whatever order, and by however many ranks, it is added up.
double exact_sum(const Tensor& probability) {
  constexpr double kSteps = 0x1p40;
  return (probability.to(at::kDouble) * kSteps).round_().sum().item<double>() / kSteps;
}

/// The state that both directions share.
class Chains {
 public:
  Chains(const Bridge& bridge, const Annealing& annealing, const RandomRows& rows, BridgePoint start,
         const Watch& watch)
      : bridge_(bridge), annealing_(annealing), rows_(rows), point_(std::move(start)), watch_(watch) {
    run_.log_weights = at::zeros_like(point_.model_value);
    run_.acceptance = at::zeros({static_cast<int64_t>(annealing.betas.size())}, at::kDouble);
    run_.gradients = 1;
  }

  void weigh(size_t from, size_t to) {
    run_.log_weights.add_(point_.difference(), annealing_.betas[to] - annealing_.betas[from]);
  }

  void move(size_t k) {
    const double beta = annealing_.betas[k];
    const double step_size = std::exp(annealing_.log_step_size.at(beta));
    if (annealing_.transition == Transition::langevin) {
      point_ = bridge_.langevin_move(point_, beta, step_size, rows_, static_cast<uint32_t>(k));
      run_.gradients += 1;
      return;
    }
    HmcSettings settings{.step_size = step_size, .leapfrogs = annealing_.leapfrogs};
    settings.leapfrog = annealing_.leapfrog;
    Bridge::Test test;
    point_ = bridge_.hamiltonian_move(point_, beta, settings, rows_, static_cast<uint32_t>(k), test);
    run_.acceptance[static_cast<int64_t>(k)] = exact_sum(test.probability);
    moved_ = moved_.defined() ? moved_.logical_or(test.accepted) : test.accepted;
    run_.gradients += annealing_.leapfrogs;
  }

  void tell(size_t done) const {
    watch_.update(static_cast<int64_t>(done), static_cast<int64_t>(annealing_.betas.size()) - 1, "temperature");
  }

  Annealed finish() {
    run_.log_weights = run_.log_weights.to(at::kCPU);
    const int64_t lost = run_.log_weights.isfinite().logical_not().sum().item<int64_t>();
    if (lost > 0) {
      fail(
          "annealed importance sampling: {} of {} chains have a weight that is not finite (energies overflow, or the "
          "step size is too large for unadjusted Langevin steps). Lower it, or look at the training's loss.",
          lost, run_.log_weights.size(0));
    }
    run_.refused = moved_.defined() ? moved_.logical_not().sum().item<int64_t>() : 0;
    return run_;
  }

 private:
  const Bridge& bridge_;
  const Annealing& annealing_;
  RandomRows rows_;
  BridgePoint point_;
  const Watch& watch_;
  Tensor moved_;  // (B) bool: chains of which a proposal was accepted; undefined where there are no tests
  Annealed run_;
};

}  // namespace

const std::vector<std::string>& transition_names() {
  static const std::vector<std::string> names{"hmc", "langevin"};
  return names;
}

Transition transition_kind(const std::string& name) {
  return static_cast<Transition>(index_of_name(name, transition_names(), "transition"));
}

Annealed anneal_forward(const Bridge& bridge, const Annealing& annealing, const RandomRows& rows, const Watch& watch) {
  require_annealing(annealing);
  Chains chains(bridge, annealing, rows, bridge.start(rows), watch);
  const size_t last = annealing.betas.size() - 1;
  for (size_t k = 1; k <= last; ++k) {
    chains.weigh(k - 1, k);
    if (k < last) chains.move(k);  // a move at beta = 1 would come after the last weight
    chains.tell(k);
  }
  return chains.finish();
}

Annealed anneal_reverse(const Bridge& bridge, const Annealing& annealing, const Tensor& x, const RandomRows& rows,
                        const Watch& watch) {
  require_annealing(annealing);
  require(x.dim() >= 1 && x.size(0) == rows.count(), "reverse annealing: {} keys for data of shape {}.", rows.count(),
          to_text(x.sizes()));
  Chains chains(bridge, annealing, rows, bridge.evaluate(x), watch);
  const size_t last = annealing.betas.size() - 1;
  for (size_t k = last; k >= 1; --k) {
    chains.move(k);
    chains.weigh(k, k - 1);
    chains.tell(last - k + 1);
  }
  return chains.finish();
}

}  // namespace mdsm
