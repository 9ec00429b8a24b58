#include "mdsm/reproduce/sections/charts.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

namespace mdsm {

block::Series column_of(const nlohmann::json& rows, const std::string& label, const std::string& x,
                        const std::string& y) {
  const auto value = [](const nlohmann::json& row, const std::string& key) {
    const auto found = row.find(key);
    const bool there = found != row.end() && found->is_number();
    return there ? found->get<double>() : std::numeric_limits<double>::quiet_NaN();
  };
  block::Series series;
  series.label = label;
  for (const auto& row : rows) {
    series.x.push_back(value(row, x));
    series.y.push_back(value(row, y));
  }
  return series;
}

std::vector<block::Series> histogram_series(const Columns& histogram) {
  std::vector<double> middles;
  for (size_t i = 0; i < histogram.at("low").size(); ++i)
    middles.push_back((histogram.at("low")[i] + histogram.at("high")[i]) / 2);
  std::vector<block::Series> series;
  for (const auto& [name, counts] : histogram) {
    if (name == "low" || name == "high") continue;
    const double total = std::max(std::accumulate(counts.begin(), counts.end(), 0.0), 1.0);
    block::Series one{name, middles, {}};
    for (const double count : counts) one.y.push_back(count / total);
    series.push_back(std::move(one));
  }
  return series;
}

}  // namespace mdsm
