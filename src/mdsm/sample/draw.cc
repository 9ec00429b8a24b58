#include "mdsm/sample/draw.h"

#include <algorithm>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

/// Energies at the recorded steps of one batch.
struct Recorded {
  int64_t step;
  double temperature;
  Tensor energy;  // (B) float64 CPU
};

/// Passes the steps of one batch on to the hooks and keeps its energies.
class BatchObserver final : public Observer {
 public:
  BatchObserver(const DrawHooks& hooks, DrawProgress progress) : hooks_(hooks), progress_(progress) {}

  bool wants_energy(int64_t step) const override {
    return records(step) || (hooks_.observer != nullptr && hooks_.observer->wants_energy(step));
  }

  Reply observe(const ChainState& state) override {
    progress_.step = state.step;
    progress_.steps = state.steps;
    if (records(state.step)) {
      recorded_.push_back({state.step, state.temperature, state.energy.to(at::kCPU, at::kDouble)});
    }
    if (hooks_.progress && hooks_.progress(progress_) == Reply::stop) reply_ = Reply::stop;
    if (hooks_.observer != nullptr && hooks_.observer->observe(state) == Reply::stop) reply_ = Reply::stop;
    return reply_;
  }

  bool stopped() const { return reply_ == Reply::stop; }
  const std::vector<Recorded>& recorded() const { return recorded_; }

 private:
  bool records(int64_t step) const { return hooks_.trace != TraceDetail::none && step % hooks_.trace_every == 0; }

  const DrawHooks& hooks_;
  DrawProgress progress_;
  Reply reply_ = Reply::go_on;
  std::vector<Recorded> recorded_;
};

/// Adds a batch to the trace; mean_energy holds the sum until all batches are in.
void add_batch(std::vector<ChainRecord>& trace, const std::vector<Recorded>& batch, TraceDetail detail) {
  if (trace.empty()) {
    for (const Recorded& at : batch) trace.push_back({at.step, at.temperature, 0, {}});
  }
  for (size_t i = 0; i < batch.size(); ++i) {
    const Tensor& energy = batch[i].energy;
    trace[i].mean_energy += energy.sum().item<double>();
    if (detail != TraceDetail::each) continue;
    const Tensor single = energy.to(at::kFloat).contiguous();
    trace[i].energies.insert(trace[i].energies.end(), single.data_ptr<float>(),
                             single.data_ptr<float>() + single.numel());
  }
}

void require_finite(const Tensor& samples, std::span<const uint64_t> seeds) {
  const Tensor bad = samples.flatten(1).isfinite().all(1).logical_not_();
  if (!bad.any().item<bool>()) return;
  const auto first = bad.to(at::kInt).argmax().item<int64_t>();
  fail(
      "sampling: {} of {} chains left the finite numbers (seed {} is the first; steps too large for the energy's "
      "curvature "
      "diverge). Lower sample.step_size, or look at the training's loss.",
      bad.sum().item<int64_t>(), samples.size(0), seeds[static_cast<size_t>(first)]);
}

}  // namespace

double DrawProgress::fraction() const {
  const double current = steps > 0 ? static_cast<double>(step) / static_cast<double>(steps) : 0;
  return total > 0 ? (static_cast<double>(finished) + static_cast<double>(batch) * current) / static_cast<double>(total)
                   : 0;
}

Drawn draw_samples(const Energy& energy, const SampleOptions& options, double sigma0, std::span<const uint64_t> seeds,
                   const DrawHooks& hooks) {
  require(options.batch >= 1, "sampling: a batch of {} (expected at least 1). Change sample.batch.", options.batch);
  require(hooks.trace_every >= 1, "sampling: a trace of every {} steps (expected at least 1).", hooks.trace_every);
  const std::unique_ptr<Sampler> sampler = build_sampler(options, sigma0);
  const auto total = static_cast<int64_t>(seeds.size());
  Drawn drawn;
  drawn.samples = at::empty(batch_shape(total, energy.datum_shape()), at::kFloat);
  drawn.gradients_per_sample = sampler->gradient_count();
  int64_t done = 0;
  while (done < total) {
    const int64_t count = std::min(options.batch, total - done);
    const std::span<const uint64_t> part = seeds.subspan(static_cast<size_t>(done), static_cast<size_t>(count));
    BatchObserver observer(hooks, {.finished = done, .batch = count, .total = total});
    const Tensor x = sampler->run(energy, {}, RandomRows::seeds(part, Stream::chain_start), &observer);
    if (observer.stopped()) break;
    require_finite(x, part);
    drawn.samples.narrow(0, done, count).copy_(x);
    add_batch(drawn.trace, observer.recorded(), hooks.trace);
    done += count;
  }
  drawn.samples = drawn.samples.narrow(0, 0, done);
  for (ChainRecord& record : drawn.trace) record.mean_energy /= static_cast<double>(done);
  return drawn;
}

}  // namespace mdsm
