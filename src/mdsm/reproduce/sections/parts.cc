#include "mdsm/reproduce/sections/parts.h"

#include <algorithm>
#include <numeric>

#include "mdsm/reproduce/standing.h"

namespace mdsm::reproduce {

std::vector<Step> digit_samples(const Place& place, const std::string& run, const std::vector<std::string>& sampler) {
  const std::string stem = (place.work(kShared) / (run + "-samples")).string();
  const std::string n = place.scale().count(16, 144, 5000);
  Step draw{run + "-samples",
            run,
            joined({"sample", place.run(run), "-n", n, "--out", stem + ".npy", "--grid", stem + ".png"}, sampler),
            {},
            true};
  Step measure{run + "-distance",
               run,
               joined({"evaluate", place.run(run), "--images", stem + ".npy", "fid", "--features", "digits", "--json"},
                      place.scale().reference()),
               {},
               true};
  return {draw, measure};
}

double digit_distance(const Findings& findings, const std::string& run) {
  return findings.number(run + "-distance", "frechet_inception_distance");
}

std::string digit_count(const Findings& findings, const std::string& run) {
  return decimal(findings.number(run + "-distance", "n"), 0);
}

std::vector<std::string> likelihood_command(const Place& place, const std::string& run, const Annealing& two_cores) {
  const Scale& scale = place.scale();
  return {"evaluate",
          place.run(run),
          "likelihood",
          "--chains",
          scale.count(2, two_cores.chains, 100),
          "--temperatures",
          scale.count(4, two_cores.temperatures, 10000),
          "--leapfrogs",
          scale.count(1, two_cores.leapfrogs, 10),
          "--pilot-chains",
          scale.count(2, 8, 16),
          "--fit",
          scale.count(200, 5000, 50000),
          "--json"};
}

block::Series column_of(const std::vector<ResultRow>& rows, const std::string& label, const std::string& x,
                        const std::string& y) {
  block::Series series;
  series.label = label;
  for (const ResultRow& row : rows) {
    series.x.push_back(number_in(row, x));
    series.y.push_back(number_in(row, y));
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

}  // namespace mdsm::reproduce
