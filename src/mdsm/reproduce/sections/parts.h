#pragma once

#include <string>
#include <vector>

#include "mdsm/report/page.h"
#include "mdsm/reproduce/findings.h"

namespace mdsm::reproduce {

/// Samples of a run of digits by the sampler named, and their Frechet distance through digit features from the test
/// half: the shared steps RUN-samples, with its file RUN-samples.png, and RUN-distance.
/// \param sampler  arguments of `mdsm sample`
std::vector<Step> digit_samples(const Place& place, const std::string& run, const std::vector<std::string>& sampler);

/// The Frechet distance of the second step.
double digit_distance(const Findings& findings, const std::string& run);
/// How many samples it is of.
std::string digit_count(const Findings& findings, const std::string& run);

/// How far an annealed importance sampling goes at two cores; the paper's is the same for all.
struct Annealing {
  int64_t chains;
  int64_t temperatures;
  int64_t leapfrogs;
};

/// The command that brackets a run's log Z.
std::vector<std::string> likelihood_command(const Place& place, const std::string& run, const Annealing& two_cores);

/// Two columns of a table among results, [{"sigma": 0.1, "error": 0.05}, ...]; null becomes NaN.
block::Series column_of(const std::vector<ResultRow>& rows, const std::string& label, const std::string& x,
                        const std::string& y);

/// A histogram's columns (low, high, a column of counts a set) as one series a set: each set's counts as parts of its
/// own total, so that sets of different sizes compare, at the middle of each bin.
std::vector<block::Series> histogram_series(const Columns& histogram);

}  // namespace mdsm::reproduce
