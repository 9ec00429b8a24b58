#include "mdsm/base/watch.h"

#include <gtest/gtest.h>

#include <vector>

#include "mdsm/base/error.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_error;

TEST(Watch, TheDefaultHearsNothingAndNeverStops) {
  const Watch watch;
  watch.update(0.5, "half");
  watch.update(3, 4, "scored");
  watch.check();
  EXPECT_FALSE(watch.should_stop());
}

TEST(Watch, CountsAndFractionsAreHeard) {
  std::vector<std::pair<double, std::string>> heard;
  const Watch watch([&](double fraction, std::string_view text) { heard.emplace_back(fraction, text); });
  watch.update(2, 8, "scored");
  watch.update(1.5, "late");
  watch.update(0, 0, "nothing");
  EXPECT_EQ(heard,
            (std::vector<std::pair<double, std::string>>{{0.25, "scored 2 of 8"}, {1, "late"}, {1, "nothing 0 of 0"}}));
}

TEST(Watch, StopsAfterTheReport) {
  int reports = 0;
  bool stop = false;
  const Watch watch([&](double, std::string_view) { ++reports; }, [&] { return stop; });
  watch.update(0.1, "a");
  stop = true;
  expect_error([&] { watch.update(3, 8, "scored"); }, "interrupted (scored 3 of 8)", Fault::interrupted);
  expect_error([&] { watch.check(); }, "interrupted", Fault::interrupted);
  EXPECT_EQ(reports, 2);
}

TEST(Watch, APartCoversItsShareAndStopsAlike) {
  std::vector<std::pair<double, std::string>> heard;
  bool stop = false;
  const Watch whole([&](double fraction, std::string_view text) { heard.emplace_back(fraction, text); },
                    [&] { return stop; });
  whole.part(0.5, 1).part(0, 0.5).update(0.5, "inner");
  whole.part(0, 0.5, "first half").update(1, "inner");
  EXPECT_EQ(heard, (std::vector<std::pair<double, std::string>>{{0.625, "inner"}, {0.5, "first half"}}));
  stop = true;
  expect_error([&] { whole.part(0, 1).check(); }, "interrupted", Fault::interrupted);
  expect_error([&] { whole.silent().update(0.5, "unheard"); }, "interrupted", Fault::interrupted);
  EXPECT_EQ(heard.size(), 2U);
}

}  // namespace
}  // namespace mdsm
