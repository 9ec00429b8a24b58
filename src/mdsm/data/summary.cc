#include "mdsm/data/summary.h"

#include <algorithm>

#include "mdsm/data/subset.h"

namespace mdsm {

DataSummary summarise(const Source& source, int64_t most) {
  constexpr size_t kMostClasses = 100;
  const std::vector<int64_t> indices = subset_of(source, std::min(source.size(), most));
  const Tensor x = source.read(indices);
  const Tensor labels = source.labels(indices);
  DataSummary summary{.inspected = static_cast<int64_t>(indices.size()),
                      .min = x.min().item<float>(),
                      .max = x.max().item<float>(),
                      .mean = x.mean().item<float>(),
                      .deviation = x.numel() > 1 ? x.std().item<float>() : 0,
                      .classes = {}};
  const std::vector<std::string>& names = source.info().classes;
  for (size_t c = 0; c < std::min(names.size(), kMostClasses); ++c) {
    summary.classes.emplace_back(names[c], (labels == static_cast<int64_t>(c)).sum().item<int64_t>());
  }
  return summary;
}

}  // namespace mdsm
