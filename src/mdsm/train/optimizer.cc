#include "mdsm/train/optimizer.h"

#include "mdsm/base/named.h"
#include "mdsm/train/muon.h"

namespace mdsm {
namespace {

struct Kind {
  std::string name;
  std::unique_ptr<Optimizer> (*build)(const AdamOptions&, const Parameters&);
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> kinds{
      {"adam",
       [](const AdamOptions& options, const Parameters& parameters) -> std::unique_ptr<Optimizer> {
         return std::make_unique<Adam>(options, parameters);
       }},
      {"muon",
       [](const AdamOptions& options, const Parameters& parameters) -> std::unique_ptr<Optimizer> {
         return std::make_unique<Muon>(options, parameters);
       }},
  };
  return kinds;
}

}  // namespace

const std::vector<std::string>& optimizer_names() {
  static const std::vector<std::string> names = names_of(kinds());
  return names;
}

std::unique_ptr<Optimizer> build_optimizer(const TrainOptions& options, const Parameters& parameters) {
  return find_named(kinds(), options.optimizer, "train.optimizer")
      .build({.beta1 = options.beta1, .beta2 = options.beta2, .epsilon = options.epsilon}, parameters);
}

}  // namespace mdsm
