#pragma once

#include <string>
#include <vector>

#include "mdsm/data/source.h"
#include "mdsm/evaluate/results.h"

namespace mdsm {

/// "index,label,SCORE" and a line a datum of the source.
/// \param places  the index of each: its place in the set that the source may be a part of
/// \param values  (data.size()) float32
std::string scores_csv(const Source& data, const std::vector<int64_t>& places, const Tensor& values,
                       const std::string& score);

/// "by", "n", "mean", "std", "q05", "median", "q95" of scores.
Results score_summary(const std::string& score, const Tensor& values);

}  // namespace mdsm
