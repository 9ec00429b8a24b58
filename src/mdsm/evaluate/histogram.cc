#include "mdsm/evaluate/histogram.h"

#include <algorithm>

#include "mdsm/base/error.h"

namespace mdsm {

std::string Histogram::csv() const {
  std::string text = "low,high";
  for (const std::string& name : names) text += "," + name;
  text += '\n';
  for (int64_t bin = 0; bin < counts.size(1); ++bin) {
    text += fmt::format("{:.9g},{:.9g}", edges[bin].item<double>(), edges[bin + 1].item<double>());
    for (int64_t sample = 0; sample < counts.size(0); ++sample) {
      text += fmt::format(",{}", counts[sample][bin].item<int64_t>());
    }
    text += '\n';
  }
  return text;
}

Histogram shared_histogram(const std::vector<NamedValues>& samples, int64_t bins) {
  require(!samples.empty() && bins >= 1, "histogram: {} samples in {} bins (expected at least one of each).",
          samples.size(), bins);
  Tensors all;
  for (const NamedValues& sample : samples) {
    require(sample.values.dim() == 1 && sample.values.size(0) >= 1 && sample.values.isfinite().all().item<bool>(),
            "histogram: '{}' has shape {} (expected (N) finite values).", sample.name, to_text(sample.values.sizes()));
    all.push_back(sample.values.to(at::kDouble));
  }
  const Tensor together = at::cat(all);
  const double low = together.min().item<double>(), high = together.max().item<double>();
  const double width = high > low ? (high - low) / static_cast<double>(bins) : 1;
  Histogram histogram{at::arange(bins + 1, at::kDouble) * width + low, {}, {}};
  Tensors counts;
  for (size_t i = 0; i < samples.size(); ++i) {
    const Tensor bin = ((all[i] - low) / width).floor().to(at::kLong).clamp(0, bins - 1);
    histogram.names.push_back(samples[i].name);
    counts.push_back(at::bincount(bin, {}, bins));
  }
  histogram.counts = at::stack(counts);
  return histogram;
}

}  // namespace mdsm
