#include "mdsm/sample/draw.h"

#include <algorithm>
#include <optional>

#include "mdsm/base/error.h"
#include "mdsm/base/finite.h"
#include "mdsm/parallel/job.h"
#include "mdsm/sample/draw_shared.h"
#include "mdsm/sample/finite_chains.h"
#include "mdsm/sample/noise_schedule.h"

namespace mdsm {
namespace {

/// Energies at the recorded steps of one batch.
struct Recorded {
  int64_t step;
  double temperature;
  Tensor energy;      // (B) float64 CPU
  double mean_sigma;  // over the batch, as the next two
  double gradients;
  double acceptance;
};

/// Which of all chains are moving.
struct Batch {
  int64_t first;  ///< chains before them
  int64_t count;
  int64_t total;
  ChainNames names;
};

/// Passes the steps of one batch on to the hooks and keeps its energies.
class BatchObserver final : public Observer {
 public:
  BatchObserver(const DrawHooks& hooks, const Watch& watch, const Batch& batch, double sigma0)
      : hooks_(hooks), watch_(watch), batch_(batch), sigma0_(sigma0) {}

  bool wants_energy(int64_t step) const override {
    return records(step) || (hooks_.observer != nullptr && hooks_.observer->wants_energy(step));
  }

  Reply observe(const ChainState& state) override {
    require_finite(state, batch_.names, sigma0_);
    if (records(state.step)) {
      const Tensor sigma = believed_noise(NoiseSource::implied, 0, state.gradient * (sigma0_ * sigma0_));
      recorded_.push_back({state.step, state.temperature, state.energy.to(at::kCPU, at::kDouble, false, /*copy=*/true),
                           sigma.mean().item<double>(), state.gradients, state.acceptance});
    }
    tell(state.step, state.steps);
    if (hooks_.observer != nullptr && hooks_.observer->observe(state) == Reply::stop) reply_ = Reply::stop;
    return reply_;
  }

  void finish(const ChainEnd& end) override {
    gradients_ = end.gradients;
    acceptance_ = end.acceptance;
    refused_ = end.refused;
    require_finite(end, batch_.names);
    if (hooks_.observer != nullptr) hooks_.observer->finish(end);
  }

  double gradients() const { return gradients_; }
  double acceptance() const { return acceptance_; }
  const Tensor& refused() const { return refused_; }
  bool stopped() const { return reply_ == Reply::stop; }
  const std::vector<Recorded>& recorded() const { return recorded_; }

 private:
  void tell(int64_t step, int64_t steps) const {
    const auto& [first, count, total, names] = batch_;
    const double chains = static_cast<double>(count) * static_cast<double>(step) / static_cast<double>(steps);
    watch_.update((static_cast<double>(first) + chains) / static_cast<double>(total),
                  fmt::format("step {}/{} of samples {}-{} of {}", step, steps, first + 1, first + count, total));
  }
  bool records(int64_t step) const { return hooks_.trace != TraceDetail::none && step % hooks_.trace_every == 0; }

  const DrawHooks& hooks_;
  const Watch& watch_;
  Batch batch_;
  double sigma0_;
  double gradients_ = 0;
  double acceptance_ = 0;
  Tensor refused_;
  Reply reply_ = Reply::go_on;
  std::vector<Recorded> recorded_;
};

/// Sums over the chains of a batch.
std::vector<ChainRecord> sums_of(const std::vector<Recorded>& batch, TraceDetail detail) {
  std::vector<ChainRecord> sums;
  for (const Recorded& at : batch) {
    const auto chains = static_cast<double>(at.energy.size(0));
    sums.push_back({at.step, at.temperature, at.energy.sum().item<double>(), chains * at.mean_sigma,
                    chains * at.gradients, chains * at.acceptance});
    if (detail != TraceDetail::each) continue;
    const Tensor single = at.energy.to(at::kFloat).contiguous();
    sums.back().energies.assign(single.data_ptr<float>(), single.data_ptr<float>() + single.numel());
  }
  return sums;
}

void divide(std::vector<ChainRecord>& trace, double chains) {
  for (ChainRecord& record : trace) {
    record.mean_energy /= chains;
    record.mean_sigma /= chains;
    record.gradients /= chains;
    record.acceptance /= chains;
  }
}

void require_moves(const Drawn& drawn, int64_t chains) {
  if (chains == 0 || static_cast<int64_t>(drawn.refused.size()) < chains) return;
  fail(
      "sampling: the chains have gone nowhere (every proposal of all {} was refused, so that they are where they "
      "began). Lower sample.step_size, or let sample.warm_up adapt it.",
      chains);
}

/// One batch of samples; nothing where it was stopped.
std::optional<Tensor> moved(const Energy& energy, const Sampler& sampler, std::span<const uint64_t> seeds,
                            BatchObserver& observer, OnStop on_stop) {
  try {
    const Tensor x = sampler.run(energy, {}, RandomRows::seeds(seeds, Stream::chain_start), &observer);
    return observer.stopped() ? std::nullopt : std::optional(x);
  } catch (const Error& error) {
    if (on_stop == OnStop::leave || error.fault() != Fault::interrupted) throw;
    return std::nullopt;
  }
}

/// All batches in this process; sums instead of means.
Drawn draw_alone(const Energy& energy, const SampleOptions& options, const SampleContext& context,
                 std::span<const uint64_t> seeds, const DrawHooks& hooks, const Watch& watch) {
  const std::unique_ptr<Sampler> sampler = build_sampler(options, context);
  const auto total = static_cast<int64_t>(seeds.size());
  Drawn drawn;
  drawn.samples = at::empty(batch_shape(total, energy.datum_shape()), at::kFloat);
  drawn.gradients_per_sample = sampler->gradient_count();
  int64_t done = 0;
  while (done < total) {
    const int64_t count = std::min(options.batch, total - done);
    const std::span<const uint64_t> part = seeds.subspan(static_cast<size_t>(done), static_cast<size_t>(count));
    BatchObserver observer(hooks, watch, {done, count, total, {part, sampler_kind(options.sampler)}}, context.sigma0);
    const std::optional<Tensor> x = moved(energy, *sampler, part, observer, hooks.on_stop);
    if (!x) break;
    drawn.samples.narrow(0, done, count).copy_(*x);
    append_trace(drawn.trace, sums_of(observer.recorded(), hooks.trace));
    drawn.mean_gradients += observer.gradients() * static_cast<double>(count);
    drawn.acceptance += observer.acceptance() * static_cast<double>(count);
    for (const int64_t row : rows_where(observer.refused())) drawn.refused.push_back(part[static_cast<size_t>(row)]);
    done += count;
  }
  drawn.samples = drawn.samples.narrow(0, 0, done);
  return drawn;
}

}  // namespace

std::string about_refused(const Drawn& drawn) {
  if (drawn.refused.empty()) return "";
  return fmt::format(
      "{} of {} chains have gone nowhere: every proposal was refused, and they are where they began (seed {} is the "
      "first). Lower sample.step_size, or let sample.warm_up adapt it.",
      drawn.refused.size(), drawn.samples.size(0), drawn.refused.front());
}

Drawn draw_samples(const Energy& energy, const SampleOptions& options, const SampleContext& context,
                   std::span<const uint64_t> seeds, const DrawHooks& hooks, const Watch& watch) {
  require(options.batch >= 1, "sampling: a batch of {} (expected at least 1). Change sample.batch.", options.batch);
  require(hooks.trace_every >= 1, "sampling: a trace of every {} steps (expected at least 1).", hooks.trace_every);
  const auto part = [&](std::span<const uint64_t> some) {
    return draw_alone(energy, options, context, some, hooks, watch);
  };
  // An observer wants to see all chains.
  const bool shared = job().size() > 1 && hooks.observer == nullptr;
  Drawn drawn = shared ? draw_shared(seeds, energy.datum_shape(), part) : part(seeds);
  const int64_t done = drawn.samples.size(0);
  require_moves(drawn, done);
  divide(drawn.trace, static_cast<double>(done));
  drawn.mean_gradients /= static_cast<double>(done);
  drawn.acceptance /= static_cast<double>(done);
  return drawn;
}

}  // namespace mdsm
