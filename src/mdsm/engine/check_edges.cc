#include "mdsm/engine/check_edges.h"

#include <fmt/format.h>

#include <limits>
#include <optional>

#include "mdsm/base/error.h"

namespace mdsm::checking {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLarge = 1e30;

/// A tensor of a feed that gets an entry at the edge.
struct Place {
  std::string name;
  Tensor* tensor;
  bool in_datum;  ///< whether the entry belongs to the first datum alone
};

std::vector<Place> places_of(Feed& feed) {
  std::vector<Place> places;
  for (size_t i = 0; i < feed.x.size(); ++i) {
    places.push_back({fmt::format("x[{}]", i), &feed.x[i], true});
    places.push_back({fmt::format("x_dot[{}]", i), &feed.x_dot[i], true});
  }
  places.push_back({"y_bar", &feed.y_bar, true});
  places.push_back({"y_bar_dot", &feed.y_bar_dot, true});
  for (size_t i = 0; i < feed.theta.size(); ++i) {
    places.push_back({fmt::format("theta[{}]", i), &feed.theta[i], false});
  }
  return places;
}

/// What comes out, by name; `of_batch`: its first axis is the batch.
struct Result {
  std::string name;
  Tensor value;  ///< float64, on the CPU
  bool of_batch;
};

std::vector<Result> results_of(const Passes& passes) {
  std::vector<Result> results;
  const auto add = [&](const char* name, const Tensors& tensors, bool of_batch) {
    for (size_t i = 0; i < tensors.size(); ++i) {
      results.push_back({fmt::format("{}[{}]", name, i), tensors[i].to(at::kCPU, at::kDouble), of_batch});
    }
  };
  add("y", {passes.y}, true);
  add("y_dot", {passes.y_dot}, true);
  add("x_bar", passes.x_bar, true);
  add("x_bar_dot", passes.x_bar_dot, true);
  add("theta_bar", passes.theta_bar, false);
  add("theta_bar_dot", passes.theta_bar_dot, false);
  return results;
}

class EdgeChecker {
 public:
  EdgeChecker(const Op& op, Feed feed, double tolerance, Findings& findings)
      : op_(op), feed_(std::move(feed)), tolerance_(tolerance), findings_(findings) {}

  void check(const std::string& where) {
    where_ = where;
    before_ = results_of(run(op_, feed_));
    for (size_t place = 0; place < places_of(feed_).size(); ++place) {
      check_nan(place);
      for (double sign : {-1.0, 1.0}) check_infinity(place, sign);
    }
  }

 private:
  /// The feed with one entry of one of its tensors changed: that in the middle of the first datum.
  Feed with(size_t place, const std::function<double(double)>& change) const {
    Feed feed = feed_;
    const Place there = places_of(feed)[place];
    Tensor flat = there.tensor->clone().flatten();
    const int64_t middle = (there.in_datum ? there.tensor->select(0, 0).numel() : flat.numel()) / 2;
    flat[middle] = change(flat[middle].item<double>());
    *there.tensor = flat.view(there.tensor->sizes());
    return feed;
  }

  /// Nothing where the op rejects what it is fed.
  std::optional<std::vector<Result>> results(size_t place, const std::function<double(double)>& change) {
    try {
      return results_of(run(op_, with(place, change)));
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  void check_nan(size_t place) {
    const std::string what = "NaN in " + places_of(feed_)[place].name;
    const auto found = results(place, [](double) { return std::numeric_limits<double>::quiet_NaN(); });
    if (!found) return;
    const auto lower = results(place, [](double value) { return value - 1.9; });
    const auto higher = results(place, [](double value) { return value + 2.3; });
    for (size_t i = 0; i < found->size(); ++i) {
      Tensor depends = at::zeros_like(before_[i].value, at::kBool);
      for (const auto& moved : {lower, higher}) {
        if (moved)
          depends =
              depends | ((*moved)[i].value - before_[i].value).abs().gt(1e-9).logical_or((*moved)[i].value.isnan());
      }
      if ((depends & (*found)[i].value.isfinite()).any().item<bool>()) {
        findings_.add(where_, fmt::format("{} gives finite numbers in {}, which depends on it", what, before_[i].name));
      }
    }
    expect_others_as_before(place, what, *found);
  }

  void check_infinity(size_t place, double sign) {
    const std::string what = fmt::format("{}infinity in {}", sign < 0 ? "-" : "", places_of(feed_)[place].name);
    const auto found = results(place, [&](double) { return sign * kInfinity; });
    const auto near = results(place, [&](double) { return sign * kLarge; });
    if (!found || !near) return;
    for (size_t i = 0; i < found->size(); ++i) {
      const Tensor& actual = (*found)[i].value;
      const Tensor& limit = (*near)[i].value;
      const Tensor far = (actual - limit).abs() > tolerance_ * limit.abs().clamp_min(1);
      if ((actual.isfinite() & (far | limit.isnan())).any().item<bool>()) {
        findings_.add(where_,
                      fmt::format("{} gives finite numbers in {} that are not its limit", what, before_[i].name));
      }
    }
    expect_others_as_before(place, what, *found);
  }

  void expect_others_as_before(size_t place, const std::string& what, const std::vector<Result>& found) {
    if (!places_of(feed_)[place].in_datum) return;
    for (size_t i = 0; i < found.size(); ++i) {
      if (!found[i].of_batch) continue;
      const auto others = [](const Tensor& t) { return t.narrow(0, 1, t.size(0) - 1); };
      findings_.compare(fmt::format("{}, {} of the other data with {}", where_, found[i].name, what),
                        others(found[i].value), others(before_[i].value), tolerance_);
    }
  }

  const Op& op_;
  Feed feed_;
  double tolerance_;
  Findings& findings_;
  std::string where_;
  std::vector<Result> before_;
};

/// Inputs of one small number, everything that is fed of it.
std::vector<Feed> small_feeds(const Feed& feed, double value, const CheckOptions& options) {
  const auto filled = [&](const Tensor& t) { return at::full_like(t, value); };
  Feed inputs = feed;
  for (size_t i = 0; i < feed.x.size(); ++i) inputs.x[i] = options.domain(i, filled(feed.x[i]));
  Feed all = map(inputs, filled);
  all.x = inputs.x;
  return {inputs, all};
}

void check_small(const Op& op, const Feed& feed, const CheckedType& type, const CheckOptions& options,
                 Findings& findings) {
  const double tiny = type.type == at::kDouble ? std::numeric_limits<double>::min() / 4
                                               : static_cast<double>(std::numeric_limits<float>::min()) / 4;
  for (double value : {0.0, tiny}) {
    const std::string where = fmt::format("{}, {}", type.name, value == 0 ? "zeros" : "denormals");
    for (const Feed& small : small_feeds(feed, value, options)) {
      const Feed narrow = in_type(op, small, type.type, type.device);
      const Feed wide = in_float64(narrow);
      const Passes passes = run(op, narrow);
      findings.compare(where, passes, run(op, wide), type.tolerance);
      if (options.reference) {
        findings.compare("forward, " + where, passes.y, options.reference(wide.x, wide.theta), type.tolerance);
      }
    }
  }
}

}  // namespace

std::vector<CheckedType> checked_types(const CheckOptions& options) {
  std::vector<CheckedType> types;
  const auto add = [&](const std::string& name, at::ScalarType type, double tolerance) {
    if (tolerance <= 0) return;
    types.push_back({name, type, at::kCPU, tolerance});
    if (at::hasCUDA()) types.push_back({name + " on CUDA", type, at::kCUDA, tolerance});
  };
  add("float64", at::kDouble, options.tolerance);
  add("float32", at::kFloat, options.float32_tolerance);
  add("bfloat16", at::kBFloat16, options.bfloat16_tolerance);
  return types;
}

void check_edges(const Op& op, const Feed& feed, const CheckOptions& options, Findings& findings) {
  for (const CheckedType& type : checked_types(options)) {
    EdgeChecker(op, in_type(op, feed, type.type, type.device), type.tolerance, findings).check(type.name);
    check_small(op, feed, type, options, findings);
  }
}

}  // namespace mdsm::checking
