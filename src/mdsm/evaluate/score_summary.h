#pragma once

#include <string>

#include "mdsm/data/source.h"
#include "mdsm/evaluate/results.h"

namespace mdsm {

/// "index,label,SCORE" and a line a datum of the source.
/// \param values  (data.size()) float32
std::string scores_csv(const Source& data, const Tensor& values, const std::string& score);

/// "by", "n", "mean", "std", "q05", "median", "q95" of scores.
Results score_summary(const std::string& score, const Tensor& values);

}  // namespace mdsm
