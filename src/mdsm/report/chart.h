#pragma once

#include <string>

#include "mdsm/report/page.h"

namespace mdsm::report {

/// Whether the chart has a point that can be drawn: finite, and positive where an axis is logarithmic.
bool has_points(const block::Chart& chart);

/// The chart as JSON for the page's script (assets/page.js), which completes it to a configuration of Chart.js:
///
///     {"kind", "x_label", "y_label", "second_label", "log_x", "log_y", "log_second",
///      "series": [{"label", "second_axis", "dashed", "colour", "points": [[x, y], ...]}]}
///
/// Numbers have eight figures. A y that cannot be drawn is null, a gap; a point whose x cannot be drawn is left out.
std::string chart_json(const block::Chart& chart);

}  // namespace mdsm::report
