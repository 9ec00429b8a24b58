#include "mdsm/data/summary.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "mdsm/data/index_range.h"
#include "mdsm/data/subset.h"

namespace mdsm {
namespace {

constexpr size_t kMostClasses = 100;
constexpr int64_t kValuesAtOnce = int64_t{1} << 18;
constexpr size_t kLabelsAtOnce = size_t{1} << 16;

/// Mean and sum of squared deviations of values that come in parts (Chan, Golub and LeVeque 1979).
struct Spread {
  double count = 0;
  double mean = 0;
  double squares = 0;

  void add(const Tensor& x) {
    const auto [variance, centre] = at::var_mean(x.to(at::kDouble), /*unbiased=*/false);
    const auto added = static_cast<double>(x.numel());
    const double shift = centre.item<double>() - mean;
    squares += variance.item<double>() * added + shift * shift * count * added / (count + added);
    mean += shift * added / (count + added);
    count += added;
  }
};

void read_values(DataSummary& summary, const Source& source, const std::vector<int64_t>& places) {
  const int64_t width = std::max<int64_t>(1, element_count(source.info().datum_shape));
  const auto batch = static_cast<size_t>(std::max<int64_t>(1, kValuesAtOnce / width));
  Spread spread;
  for (size_t first = 0; first < places.size(); first += batch) {
    const Tensor x = source.read(std::span(places).subspan(first, std::min(batch, places.size() - first)));
    const auto [low, high] = x.aminmax();
    summary.min = first == 0 ? low.item<float>() : std::min(summary.min, low.item<float>());
    summary.max = first == 0 ? high.item<float>() : std::max(summary.max, high.item<float>());
    spread.add(x);
  }
  summary.mean = static_cast<float>(spread.mean);
  summary.deviation = static_cast<float>(std::sqrt(spread.squares / std::max(1.0, spread.count - 1)));
}

/// How many data have each label that occurs.
std::map<int64_t, int64_t> label_counts(const Source& source, const std::vector<int64_t>& places) {
  std::map<int64_t, int64_t> counts;
  for (size_t first = 0; first < places.size(); first += kLabelsAtOnce) {
    const Tensor labels =
        source.labels(std::span(places).subspan(first, std::min(kLabelsAtOnce, places.size() - first))).contiguous();
    const int64_t* label = labels.const_data_ptr<int64_t>();
    for (int64_t i = 0; i < labels.numel(); ++i) ++counts[label[i]];
  }
  return counts;
}

/// Named classes in the order of their numbers, those without data too; classes without names by their numbers.
void count_classes(DataSummary& summary, const Source& source, const std::vector<int64_t>& places) {
  std::map<int64_t, int64_t> counts = label_counts(source, places);
  const std::vector<std::string>& names = source.info().classes;
  for (size_t c = 0; c < names.size(); ++c) counts.try_emplace(static_cast<int64_t>(c), 0);
  for (const auto& [label, count] : counts) {
    if (label < 0 || summary.classes.size() >= kMostClasses) continue;
    const auto c = static_cast<size_t>(label);
    summary.classes.emplace_back(c < names.size() ? names[c] : std::to_string(label), count);
  }
  if (!summary.classes.empty() && counts.contains(-1)) summary.classes.emplace_back("(no class)", counts[-1]);
}

}  // namespace

DataSummary summarise(const Source& source, int64_t most) {
  const std::vector<int64_t> places = subset_of(source, std::min(source.size(), most));
  DataSummary summary;
  summary.inspected = static_cast<int64_t>(places.size());
  read_values(summary, source, places);
  count_classes(summary, source, source.size() == Source::kEndless ? places : index_range(0, source.size()));
  return summary;
}

}  // namespace mdsm
