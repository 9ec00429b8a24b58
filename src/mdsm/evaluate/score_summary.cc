#include "mdsm/evaluate/score_summary.h"

#include <fmt/format.h>

#include "mdsm/data/index_range.h"
#include "mdsm/evaluate/distribution.h"

namespace mdsm {

std::string scores_csv(const Source& data, const std::vector<int64_t>& places, const Tensor& values,
                       const std::string& score) {
  const Tensor labels = data.labels(index_range(0, values.size(0)));
  std::string text = fmt::format("index,label,{}\n", score);
  for (int64_t i = 0; i < values.size(0); ++i)
    text += fmt::format("{},{},{:.9g}\n", places[static_cast<size_t>(i)], labels[i].item<int64_t>(),
                        values[i].item<float>());
  return text;
}

Results score_summary(const std::string& score, const Tensor& values) {
  const Distribution d = distribution_of(values);
  return {{"by", score},  {"n", d.count},       {"mean", d.mean}, {"std", d.deviation},
          {"q05", d.q05}, {"median", d.median}, {"q95", d.q95}};
}

}  // namespace mdsm
