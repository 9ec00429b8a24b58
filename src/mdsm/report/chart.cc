#include "mdsm/report/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "mdsm/formats/json_text.h"

namespace mdsm::report {
namespace {

using Json = nlohmann::ordered_json;

enum class Scale { linear, logarithmic };

Scale scale_of(bool logarithmic) { return logarithmic ? Scale::logarithmic : Scale::linear; }

bool is_drawn(double value, Scale scale) { return std::isfinite(value) && (scale == Scale::linear || value > 0); }

/// More figures than a screen shows only make the page larger.
Json rounded(double value) { return std::stod(fmt::format("{:.8g}", value)); }

Json series_json(const block::Series& series, Scale x_scale, Scale y_scale) {
  Json points = Json::array();
  for (size_t i = 0; i < series.x.size(); ++i) {
    if (!is_drawn(series.x[i], x_scale)) continue;
    const double y = series.y[i];
    points.push_back(Json::array({rounded(series.x[i]), is_drawn(y, y_scale) ? rounded(y) : Json(nullptr)}));
  }
  return {{"label", series.label},
          {"second_axis", series.second_axis},
          {"dashed", series.dashed},
          {"colour", series.colour},
          {"points", std::move(points)}};
}

const char* name_of(block::Chart::Kind kind) {
  switch (kind) {
    case block::Chart::Kind::points:
      return "points";
    case block::Chart::Kind::steps:
      return "steps";
    case block::Chart::Kind::lines:
      break;
  }
  return "lines";
}

Scale y_scale_of(const block::Chart& chart, const block::Series& series) {
  return scale_of(series.second_axis ? chart.log_second : chart.log_y);
}

}  // namespace

bool has_points(const block::Chart& chart) {
  return std::any_of(chart.series.begin(), chart.series.end(), [&](const block::Series& series) {
    for (size_t i = 0; i < series.x.size(); ++i)
      if (is_drawn(series.x[i], scale_of(chart.log_x)) && is_drawn(series.y[i], y_scale_of(chart, series))) return true;
    return false;
  });
}

std::string chart_json(const block::Chart& chart) {
  Json series = Json::array();
  for (const block::Series& one : chart.series)
    series.push_back(series_json(one, scale_of(chart.log_x), y_scale_of(chart, one)));
  const Json json{{"kind", name_of(chart.kind)},        {"x_label", chart.x_label},   {"y_label", chart.y_label},
                  {"second_label", chart.second_label}, {"log_x", chart.log_x},       {"log_y", chart.log_y},
                  {"log_second", chart.log_second},     {"series", std::move(series)}};
  return dump_json(json);
}

}  // namespace mdsm::report
