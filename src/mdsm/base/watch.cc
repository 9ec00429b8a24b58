#include "mdsm/base/watch.h"

#include <algorithm>

#include "mdsm/base/error.h"

namespace mdsm {

Watch::Watch(Report report, Stop stop) : report_(std::move(report)), stop_(std::move(stop)) {}

void Watch::update(double fraction, std::string_view text) const {
  if (report_) report_(std::clamp(fraction, 0.0, 1.0), text);
  if (should_stop()) throw Error(fmt::format("interrupted ({}).", text), Fault::interrupted);
}

void Watch::update(int64_t done, int64_t total, std::string_view verb) const {
  update(total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 1,
         fmt::format("{} {} of {}", verb, done, total));
}

void Watch::check() const {
  if (should_stop()) throw Error("interrupted.", Fault::interrupted);
}

Watch Watch::part(double begin, double end, std::string text) const {
  if (!report_) return *this;
  return Watch(
      [report = report_, begin, end, told = std::move(text)](double fraction, std::string_view text_of_part) {
        report(begin + (end - begin) * fraction, told.empty() ? text_of_part : std::string_view(told));
      },
      stop_);
}

}  // namespace mdsm
