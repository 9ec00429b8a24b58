#include "mdsm/train/agreement.h"

#include "mdsm/base/error.h"
#include "mdsm/data/index_range.h"
#include "mdsm/data/subset.h"
#include "mdsm/formats/sha256.h"
#include "mdsm/parallel/job.h"

namespace mdsm {
namespace {

constexpr int64_t kLookedAt = 256;

std::string bytes_of(const Tensor& x) {
  const Tensor dense = x.contiguous();
  return {static_cast<const char*>(dense.data_ptr()), dense.nbytes()};
}

std::string hash_of(const Source* data) {
  if (data == nullptr) return "none";
  const bool endless = data->size() == Source::kEndless;
  const int64_t count = std::min(kLookedAt, data->size());
  const Tensor some = data->read(endless ? index_range(0, count) : subset_of(*data, count));
  return fmt::format("{} x {}, {}", data->size(), to_text(data->info().datum_shape), sha256_of(bytes_of(some)));
}

/// The first rank whose text is not rank 0's; nothing where all are.
std::optional<int> first_other(const std::string& mine) {
  const std::vector<std::string> all = job().gather(mine);
  for (size_t rank = 1; rank < all.size(); ++rank) {
    if (all[rank] != all[0]) return static_cast<int>(rank);
  }
  return {};
}

void require_same(const std::string& mine, const char* what, const char* advice) {
  if (const std::optional<int> other = first_other(mine))
    reject("{} and {} have other {}. {}", job().who(0), job().who(*other), what, advice);
}

}  // namespace

void require_agreement(const Experiment& experiment, const TrainingData& data, Precision precision) {
  if (job().size() == 1) return;
  require(experiment.train.batch >= job().size(), "train.batch = {} cannot be shared by {} ranks. Start fewer.",
          experiment.train.batch, job().size());
  require_same(to_toml(experiment), "experiments", "Give every machine the same file and the same options.");
  require_same(precision_name(precision), "precisions", "Name one: fp32 or bf16.");
  require_same(hash_of(data.train.get()) + hash_of(data.held_out.get()), "data", "Copy one set to every machine.");
}

void require_same_weights(const TrainState& state) {
  if (job().size() == 1) return;
  const Tensor sum = at::stack({state.theta.weights.view(at::kInt).sum(), state.theta.average.view(at::kInt).sum()});
  if (const std::optional<int> other = first_other(bytes_of(sum))) {
    fail(
        "{} and {} hold other weights after {} updates (their processors round otherwise). Use machines of one kind; "
        "the last save is whole.",
        job().who(0), job().who(*other), state.step);
  }
}

}  // namespace mdsm
