#include "mdsm/evaluate/finite_scores.h"

#include <algorithm>
#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/base/finite.h"

namespace mdsm {
namespace {

bool is_finite(const ResultValue& value) {
  if (const auto* one = std::get_if<double>(&value)) return std::isfinite(*one);
  const auto* list = std::get_if<std::vector<double>>(&value);
  return list == nullptr || std::all_of(list->begin(), list->end(), [](double each) { return std::isfinite(each); });
}

}  // namespace

void require_finite_scores(const Tensor& scores, const Tensor& x, const std::string& name, int64_t first) {
  const std::vector<int64_t> bad = rows_not_finite(scores);
  if (bad.empty()) return;
  const bool datum = !all_finite(x[bad.front()]);
  fail("{}: the score of datum {} is not finite ({}). {}", name, first + bad.front(),
       datum ? "the datum holds numbers that are not finite" : "the energy or its gradient is not, there",
       datum ? "Mend the data." : "Look at the datum, and at the training's loss.");
}

std::string first_not_finite(const Results& results, std::string_view but) {
  for (const auto& [name, value] : results.entries()) {
    if (name != but && !is_finite(value)) return name;
    const auto* rows = std::get_if<std::vector<ResultRow>>(&value);
    if (rows == nullptr) continue;
    for (const ResultRow& row : *rows) {
      for (const auto& [column, cell] : row) {
        const auto* number = std::get_if<double>(&cell);
        if (number != nullptr && column != but && !std::isfinite(*number)) return column;
      }
    }
  }
  return "";
}

}  // namespace mdsm
