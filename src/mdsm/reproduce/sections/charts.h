#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "mdsm/report/page.h"
#include "mdsm/reproduce/findings.h"

namespace mdsm {

/// Two columns of a table among results, [{"sigma": 0.1, "error": 0.05}, ...]; null becomes NaN.
block::Series column_of(const nlohmann::json& rows, const std::string& label, const std::string& x,
                        const std::string& y);

/// A histogram's columns (low, high, a column of counts a set) as one series a set: each set's counts as parts of its
/// own total, so that sets of different sizes compare, at the middle of each bin.
std::vector<block::Series> histogram_series(const Columns& histogram);

}  // namespace mdsm
