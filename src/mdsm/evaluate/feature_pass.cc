#include "mdsm/evaluate/feature_pass.h"

#include "mdsm/base/error.h"
#include "mdsm/base/finite.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/npy.h"
#include "mdsm/parallel/job.h"
#include "mdsm/parallel/share.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

/// Partial results in a folder; or nowhere.
class FeatureParts {
 public:
  FeatureParts(const FeaturePass& pass, const std::string& what, const std::string& identity)
      : folder_(pass.folder), prefix_(fmt::format("{}-{}", pass.label, what)) {
    if (folder_.empty()) return;
    const fs::path note = folder_ / (prefix_ + ".txt");
    if (!fs::exists(note)) {
      write_file_atomically(note, identity);
      return;
    }
    const std::string there = read_file(note);
    require(there == identity,
            "{}: it holds other features ({}; asked for are {}). Choose another folder, or remove it.",
            folder_.string(), there, identity);
  }

  /// The part if all of its rows are there; undefined otherwise.
  Tensor find(int64_t part, int64_t rows) const {
    if (folder_.empty() || !fs::exists(file(part))) return {};
    const Tensor found = read_npy(file(part));
    const bool whole = found.dim() == 2 && found.scalar_type() == at::kFloat && found.size(0) >= rows;
    return whole ? found.narrow(0, 0, rows) : Tensor();
  }

  void keep(int64_t part, const Tensor& features) const {
    if (!folder_.empty()) write_npy(file(part), features);
  }

 private:
  fs::path file(int64_t part) const { return folder_ / fmt::format("{}-{:06}.npy", prefix_, part); }

  fs::path folder_;
  std::string prefix_;
};

Tensor features_of(const FeatureNetwork& network, FeatureOutputs wanted, const Tensor& pixels, int64_t batch) {
  Tensors results;
  for (const Tensor& some : pixels.split(batch)) {
    const FeatureBatch out = network.run(some, wanted);
    results.push_back(wanted == FeatureOutputs::features ? out.features : out.logits);
  }
  return at::cat(results);
}

}  // namespace

void run_features(const FeatureNetwork& network, FeatureOutputs wanted, const MeasuredSet& set, const FeaturePass& pass,
                  const std::function<void(const Tensor&)>& sink, const Watch& watch) {
  network.require_images(set.datum_shape);
  const std::string what = wanted == FeatureOutputs::features ? "features" : "logits";
  const FeatureParts store(
      pass, what, fmt::format("{} of {}, resized {}: {}", what, network.name(), network.resize_mode(), set.identity));
  for (int64_t first = 0; first < set.count; first += FeaturePass::kPart) {
    const int64_t rows = std::min(FeaturePass::kPart, set.count - first);
    const int64_t part = first / FeaturePass::kPart;
    const TensorList found = from_leader(job(), [&]() -> TensorList {
      const Tensor there = store.find(part, rows);
      return there.defined() ? TensorList{{"features", there}} : TensorList{};
    });
    Tensor features = found.empty() ? Tensor() : found.front().second;
    if (!features.defined()) {
      features = rows_of_all(job(), rows, [&](const Rows& own) {
        return features_of(network, wanted, set.read(first + own.first, own.count), pass.batch);
      });
      const std::vector<int64_t> bad = rows_not_finite(features);
      if (!bad.empty()) {
        fail(
            "{}: the {} of {} of {} are not finite (datum {} is the first). Look at the network's file, and at the "
            "datum.",
            network.name(), what, bad.size(), set.description, first + bad.front());
      }
      store.keep(part, features);
    }
    sink(features);
    watch.update(first + rows, set.count, set.description + ": measured");
  }
}

}  // namespace mdsm
