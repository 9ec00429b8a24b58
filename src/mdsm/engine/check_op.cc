#include "mdsm/engine/check_op.h"

#include "mdsm/base/error.h"
#include "mdsm/base/rng.h"
#include "mdsm/engine/check_edges.h"
#include "mdsm/engine/check_findings.h"
#include "mdsm/engine/check_passes.h"

namespace mdsm {
namespace {

using namespace checking;

class Checker {
 public:
  Checker(const Op& op, const std::vector<Shape>& shapes, const CheckOptions& options)
      : op_(op), options_(options), shapes_(shapes), findings_(op.name(), options.seed) {
    for (size_t i = 0; i < shapes.size(); ++i) {
      require(!shapes[i].empty() && shapes[i][0] >= 2,
              "check_op: input {} has shape {} (expected a batch of at least 2).", i, to_text(shapes[i]));
      feed_.x.push_back(options.domain(i, draw(shapes[i])));
      feed_.x_dot.push_back(draw(shapes[i]));
    }
    for (const Shape& shape : op.parameter_shapes()) feed_.theta.push_back(0.5 * draw(shape));
    feed_.y_bar = draw(op.output_shape(shapes));
    feed_.y_bar_dot = draw(op.output_shape(shapes));
    at_ = run(op, feed_);
  }

  CheckReport check() {
    check_forward();
    check_tangent_forward();
    check_backward();
    check_parameters();
    check_tangent_backward();
    check_modes();
    check_onto();
    check_layouts();
    check_batch_of_one();
    check_bad_shapes();
    check_types();
    check_edges(op_, feed_, options_, findings_);
    return {findings_.take()};
  }

 private:
  Tensor draw(const Shape& shape) {
    return RandomRows::slots(options_.seed, Stream::data, slot_++, 1).normal(0, shape, at::kDouble).squeeze(0);
  }

  void check_forward() {
    if (options_.reference) {
      findings_.compare("forward", at_.y, options_.reference(feed_.x, feed_.theta), options_.tolerance);
    }
  }

  void check_tangent_forward() {
    const Tensors expected = difference([&](double t) {
      Feed feed = feed_;
      feed.x = moved(feed_.x, feed_.x_dot, t);
      return Tensors{forward(op_, feed)};
    });
    findings_.compare("tangent_forward", at_.y_dot, expected[0], options_.tolerance);
  }

  void check_backward() {
    Tensor right = at::zeros({1}, at::kDouble);
    for (size_t i = 0; i < feed_.x.size(); ++i) right = right + (at_.x_bar.at(i) * feed_.x_dot[i]).sum();
    findings_.compare("backward: <x_bar, x_dot> against <y_bar, y_dot>", right,
                      (feed_.y_bar * at_.y_dot).sum().reshape({1}), options_.tolerance);
  }

  void check_parameters() {
    for (size_t i = 0; i < feed_.theta.size(); ++i) {
      Tensor expected = at::empty_like(feed_.theta[i]);
      for (int64_t j = 0; j < expected.numel(); ++j) {
        const Tensors slope = difference([&](double t) {
          Feed feed = feed_;
          feed.theta[i] = feed_.theta[i].clone();
          feed.theta[i].view(-1)[j] += t;
          return Tensors{(feed_.y_bar * forward(op_, feed)).sum()};
        });
        expected.view(-1)[j] = slope[0];
      }
      findings_.compare(fmt::format("backward: theta_bar[{}]", i), at_.theta_bar[i], expected, options_.tolerance);
    }
  }

  void check_tangent_backward() {
    const size_t inputs = feed_.x.size();
    const Tensors expected = difference([&](double t) {
      Feed feed = feed_;
      feed.x = moved(feed_.x, feed_.x_dot, t);
      feed.y_bar = feed_.y_bar + t * feed_.y_bar_dot;
      const Passes passes = run(op_, feed);
      Tensors all = passes.x_bar;
      all.insert(all.end(), passes.theta_bar.begin(), passes.theta_bar.end());
      return all;
    });
    const auto middle = expected.begin() + static_cast<std::ptrdiff_t>(inputs);
    findings_.compare("tangent_backward: x_bar_dot", at_.x_bar_dot, Tensors(expected.begin(), middle),
                      options_.tolerance);
    findings_.compare("tangent_backward: theta_bar_dot", at_.theta_bar_dot, Tensors(middle, expected.end()),
                      options_.tolerance);
  }

  void check_modes() {
    Passes added = run(op_, feed_, {.start = 1, .wanted = InputAdjoints::wanted});
    for (Tensors* sums : {&added.theta_bar, &added.theta_bar_dot})
      *sums = map(*sums, [](const Tensor& t) { return t - 1; });
    findings_.compare("added to ones", added, at_, options_.tolerance);
    const Passes bare = run(op_, feed_, {.start = 0, .wanted = InputAdjoints::unwanted});
    findings_.compare("backward without input adjoints: theta_bar", bare.theta_bar, at_.theta_bar, options_.tolerance);
    findings_.compare("tangent_backward without input adjoints: theta_bar_dot", bare.theta_bar_dot, at_.theta_bar_dot,
                      options_.tolerance);
    Point at = point_of(op_, feed_, Keep::gradient);
    findings_.compare("forward, keeping for a gradient", op_.forward(at), at_.y, options_.tolerance);
    findings_.compare("backward without parameter work: x_bar",
                      op_.backward(at, feed_.y_bar, InputAdjoints::wanted, nullptr), at_.x_bar, options_.tolerance);
    findings_.compare("forward, keeping nothing", forward(op_, feed_), at_.y, options_.tolerance);
  }

  void check_onto() {
    if (!op_.adds_onto()) return;
    const Tensor sum = draw(shapes_[0]);
    Passes onto = run(op_, feed_, {.start = 0, .wanted = {InputAdjoints::wanted, sum}});
    for (Tensors* adjoints : {&onto.x_bar, &onto.x_bar_dot}) *adjoints = {adjoints->at(0) - sum};
    findings_.compare("added to a sum", onto, at_, options_.tolerance);
  }

  void check_layouts() {
    const auto spread = [](const Tensor& t) { return at::stack({t, t + 1}, t.dim()).select(t.dim(), 0); };
    const auto channels_last = [](const Tensor& t) {
      return t.dim() == 4 ? t.contiguous(at::MemoryFormat::ChannelsLast) : t.clone();
    };
    findings_.compare("non-contiguous inputs", run(op_, map(feed_, spread)), at_, options_.tolerance);
    const Feed given = map(feed_, channels_last);
    const Feed before = map(given, [](const Tensor& t) { return t.clone(); });
    findings_.compare("channels-last inputs", run(op_, given), at_, options_.tolerance);
    findings_.compare("x after the passes", given.x, before.x, 0);
    findings_.compare("x_dot after the passes", given.x_dot, before.x_dot, 0);
    findings_.compare("y_bar after the passes", Tensors{given.y_bar, given.y_bar_dot},
                      Tensors{before.y_bar, before.y_bar_dot}, 0);
  }

  void check_batch_of_one() {
    const auto first = [](const Tensor& t) { return t.narrow(0, 0, 1); };
    const Passes one = run(op_, map(feed_, first));
    findings_.compare("forward, batch of one", one.y, first(at_.y), options_.tolerance);
    findings_.compare("backward, batch of one", one.x_bar, map(at_.x_bar, first), options_.tolerance);
    findings_.compare("tangent_forward, batch of one", one.y_dot, first(at_.y_dot), options_.tolerance);
    findings_.compare("tangent_backward, batch of one", one.x_bar_dot, map(at_.x_bar_dot, first), options_.tolerance);
  }

  void expect_rejected(const std::string& pass, const std::function<void()>& action) {
    try {
      action();
    } catch (const Error&) {
      return;
    }
    findings_.add(pass, "a wrong shape is accepted");
  }

  void check_bad_shapes() {
    const auto longer = [](const Tensor& t) { return at::cat({t, t.narrow(0, 0, 1)}); };
    Point at = point_of(op_, feed_, Keep::linearization);
    const Tensor y = op_.forward(at);
    Feed more = feed_;
    more.x.push_back(feed_.x[0]);
    expect_rejected("forward", [&] { forward(op_, more); });
    expect_rejected("backward", [&] { op_.backward(at, longer(feed_.y_bar), InputAdjoints::wanted, nullptr); });
    expect_rejected("tangent_forward", [&] { op_.tangent_forward(at, map(feed_.x_dot, longer)); });
    expect_rejected("tangent_backward", [&] {
      op_.tangent_backward(at, tangent_of(op_, feed_, y), feed_.y_bar, longer(feed_.y_bar_dot), InputAdjoints::wanted,
                           nullptr);
    });
  }

  /// The passes in each type, against float64 at the same, rounded inputs.
  void check_types() {
    for (const CheckedType& type : checked_types(options_)) {
      if (type.type == at::kDouble && type.device == at::kCPU) continue;
      const Feed narrow = in_type(op_, feed_, type.type, type.device);
      findings_.compare(type.name, run(op_, narrow), run(op_, in_float64(narrow)), type.tolerance);
    }
  }

  const Op& op_;
  const CheckOptions& options_;
  std::vector<Shape> shapes_;
  Feed feed_;
  Passes at_;
  uint32_t slot_ = 0;
  Findings findings_;
};

}  // namespace

std::string CheckReport::text() const { return fmt::format("{}", fmt::join(failures, "\n")); }

CheckReport check_op(const Op& op, const std::vector<Shape>& shapes, const CheckOptions& options) {
  return Checker(op, shapes, options).check();
}

}  // namespace mdsm
