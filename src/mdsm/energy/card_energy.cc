#include "mdsm/energy/card_energy.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "mdsm/base/error.h"
#include "mdsm/energy/graph_energy.h"
#include "mdsm/energy/linearization_checks.h"
#include "mdsm/engine/ops/conv.h"

namespace mdsm {
namespace {

constexpr size_t kMostShapes =
    8;  // each keeps the memory of a pass; a loop over a data set has two: batches, and the last

bool wants_graphs() {
  const char* told = std::getenv("MDSM_CUDA_GRAPHS");
  const std::string_view text = told == nullptr ? "on" : told;
  require(text == "on" || text == "off", "$MDSM_CUDA_GRAPHS is '{}' (expected on or off).", text);
  return text == "on";
}

bool convolves(const Graph& graph) {
  const auto is_conv = [](const Node& node) { return dynamic_cast<const Conv*>(node.op.get()) != nullptr; };
  return std::any_of(graph.nodes().begin(), graph.nodes().end(), is_conv);
}

/// A linearization on a card, seen from the host.
class CardLinearization final : public Linearization {
 public:
  CardLinearization(std::unique_ptr<Linearization> on_card, const Parameters& theta, c10::Device home)
      : on_card_(std::move(on_card)),
        theta_(theta),
        value_(on_card_->value().to(home)),
        gradient_(on_card_->gradient().to(home)) {}

  const Tensor& value() const override { return value_; }
  const Tensor& gradient() const override { return gradient_; }
  void pull_back(const Tensor& v, Gradients& out) override {
    add(out, [&](Gradients& sum) { on_card_->pull_back(moved(v), sum); });
  }
  void pull_back_value(const Tensor& weights, Gradients& out) override {
    add(out, [&](Gradients& sum) { on_card_->pull_back_value(moved(weights), sum); });
  }
  Tensor hessian_vector(const Tensor& v) override { return on_card_->hessian_vector(moved(v)).to(gradient_.device()); }

 private:
  Tensor moved(const Tensor& v) const { return v.to(theta_[0].device()); }
  void add(Gradients& out, const std::function<void(Gradients&)>& pull) const {
    require_accumulators(out, theta_.size());
    Gradients sum = Gradients::zeros_like(theta_);
    pull(sum);
    for (size_t i = 0; i < sum.size(); ++i) out.add(i, sum[i].to(out[i].device()));
  }

  std::unique_ptr<Linearization> on_card_;
  const Parameters& theta_;  // on the card
  Tensor value_;
  Tensor gradient_;
};

}  // namespace

CardEnergy::CardEnergy(std::shared_ptr<const Energy> host, std::shared_ptr<const Energy> on_card, RecordWork record)
    : host_(std::move(host)), on_card_(std::move(on_card)), record_(std::move(record)) {
  require(!on_card_->parameters().empty(), "CardEnergy: the energy has no parameters (nothing is on a card).");
}

Tensor CardEnergy::moved(const Tensor& x) const {
  require_batch(x, datum_shape(), "energy");
  const Tensor& like = on_card_->parameters()[0];
  require(x.scalar_type() == like.scalar_type(), "energy: the input has type {} (the parameters have {}). Convert it.",
          toString(x.scalar_type()), toString(like.scalar_type()));
  return x.detach().to(like.device());
}

Tensor CardEnergy::value(const Tensor& x) const { return on_card_->value(moved(x)).to(x.device()); }

const CardEnergy::Recorded& CardEnergy::recorded(const Tensor& x) const {
  const Shape shape{x.sizes().begin(), x.sizes().end()};
  const auto known = recorded_.find(shape);
  if (known != recorded_.end()) return *known->second;
  if (recorded_.size() == kMostShapes) recorded_.clear();
  auto fresh = std::make_unique<Recorded>();
  fresh->x = x.clone(at::MemoryFormat::Contiguous);
  fresh->graph = record_([this, at = fresh.get()] { at->at = on_card_->value_and_gradient(at->x); });
  return *recorded_.emplace(shape, std::move(fresh)).first->second;
}

ValueAndGradient CardEnergy::value_and_gradient(const Tensor& x) const {
  const Tensor there = moved(x);
  const auto home = [&](const Tensor& t) { return t.to(x.device(), t.scalar_type(), /*non_blocking=*/false, true); };
  if (!record_) {
    const ValueAndGradient at = on_card_->value_and_gradient(there);
    return {home(at.value), home(at.gradient)};
  }
  const std::lock_guard turn(turn_);
  const Recorded& at = recorded(there);
  at.x.copy_(there);
  at.graph->replay();
  return {home(at.at.value), home(at.at.gradient)};
}

std::unique_ptr<Linearization> CardEnergy::linearize(const Tensor& x) const {
  return std::make_unique<CardLinearization>(on_card_->linearize(moved(x)), on_card_->parameters(), x.device());
}

std::shared_ptr<Energy> energy_on_card(const Graph& graph, std::shared_ptr<const Energy> host, Precision precision,
                                       c10::Device card) {
  if (precision == Precision::automatic) precision = convolves(graph) ? Precision::bf16 : Precision::fp32;
  Parameters theta;
  const Parameters& from = host->parameters();
  for (size_t i = 0; i < from.size(); ++i) theta.add(from.name(i), from[i].to(card));
  // Whether folds pay on a card is not measured.
  const GraphOptions how{.arithmetic = arithmetic_type(precision), .folds = Folds::off, .conv_choice = nullptr};
  const auto record = [index = card.index()](const std::function<void()>& work) { return cuda().record(index, work); };
  return std::make_shared<CardEnergy>(std::move(host), std::make_shared<GraphEnergy>(graph, std::move(theta), how),
                                      wants_graphs() ? RecordWork(record) : RecordWork());
}

}  // namespace mdsm
