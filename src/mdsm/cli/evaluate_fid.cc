// mdsm evaluate ... fid: Frechet distance of features.

#include "mdsm/base/error.h"
#include "mdsm/base/npy.h"
#include "mdsm/cli/evaluation.h"
#include "mdsm/evaluate/frechet.h"

namespace mdsm::cli {
namespace {

Moments moments_at(const std::string& path) {
  if (path.ends_with(".npz")) return read_moments(path);
  require(path.ends_with(".npy"), "{}: expected statistics (.npz with mu, sigma) or features (.npy).", path);
  return moments_of(read_npy(path));
}

Results measure(EvaluationContext& context) {
  const FrechetDistance found =
      frechet_distance(moments_at(context.options.images), moments_at(context.options.reference));
  return {{"frechet_inception_distance", found.distance}};
}

std::function<Results(EvaluationContext&)> declare(CLI::App& /*app*/) { return measure; }

}  // namespace

const Evaluation kEvaluateFid{"fid", "Frechet distance of the features of two sets.",
                              "--images a.npy --reference statistics.npz fid", nullptr, declare};

}  // namespace mdsm::cli
