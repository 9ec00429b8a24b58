#pragma once

#include <map>
#include <mutex>

#include "mdsm/energy/energy.h"
#include "mdsm/energy/precision.h"
#include "mdsm/engine/graph.h"
#include "mdsm/system/cuda.h"

namespace mdsm {

/// How work on a card is recorded: Cuda::record.
using RecordWork = std::function<std::unique_ptr<CudaGraph>(const std::function<void()>& work)>;

/// An energy that computes on a card for callers who know nothing of it: x, results and parameters are on the host.
///
/// E and its gradient are recorded once a shape of x and replayed from then on: one launch instead of hundreds. Calls from
/// several threads take turns.
class CardEnergy final : public Energy {
 public:
  /// \param host     the same energy on the host, whose parameters are parameters(): what is written there later does not
  ///                 reach the card
  /// \param on_card  takes x where its parameters are, of which it has at least one
  /// \param record   null: every launch by itself, with the same numbers
  CardEnergy(std::shared_ptr<const Energy> host, std::shared_ptr<const Energy> on_card, RecordWork record);

  Shape datum_shape() const override { return host_->datum_shape(); }
  Tensor value(const Tensor& x) const override;
  ValueAndGradient value_and_gradient(const Tensor& x) const override;
  /// Not recorded.
  std::unique_ptr<Linearization> linearize(const Tensor& x) const override;
  const Parameters& parameters() const override { return host_->parameters(); }

 private:
  /// E and its gradient at the batch that is copied to `x`.
  struct Recorded {
    Tensor x;
    ValueAndGradient at;
    std::unique_ptr<CudaGraph> graph;
  };
  const Recorded& recorded(const Tensor& x) const;
  Tensor moved(const Tensor& x) const;

  std::shared_ptr<const Energy> host_;
  std::shared_ptr<const Energy> on_card_;
  RecordWork record_;
  mutable std::mutex turn_;
  mutable std::map<Shape, std::unique_ptr<Recorded>> recorded_;
};

/// The energy of a graph with a copy of the weights of `host`, which is the same on the host, on a card: convolutions by
/// cuDNN, unfolded. $MDSM_CUDA_GRAPHS=off records nothing.
/// \param precision  automatic: bf16 where there are convolutions
std::shared_ptr<Energy> energy_on_card(const Graph& graph, std::shared_ptr<const Energy> host, Precision precision,
                                       c10::Device card);

}  // namespace mdsm
