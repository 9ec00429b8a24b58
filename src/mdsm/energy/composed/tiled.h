#pragma once

#include <functional>
#include <map>
#include <mutex>

#include "mdsm/energy/composed/tiles.h"
#include "mdsm/energy/graph_energy.h"

namespace mdsm {

/// A denoising energy (engine/layers.h) whose network takes images of any size: what tiles are made of.
struct TileNetwork {
  TileRule rule;
  /// s of an image of this shape.
  std::function<Graph(const Shape& image)> scale;
  /// E of an image of this shape.
  std::function<Graph(const Shape& image)> whole;
  /// Of E the part of a window: inputs z (B, C, h, w), of this shape, and s (B).
  std::function<Graph(const Shape& seen, const Window& own)> part;
};

/// E of an image of any size, tile by tile: value and gradient are those of the whole image, up to rounding.
///
/// E is a sum over pixels, given z = x/s and the image's own scale s; a pixel's term depends on z within the network's reach.
/// So each tile gives the terms of its own pixels and their gradient in all that it sees, and the gradients are added up
/// where tiles overlap; that through s follows by the chain rule. Memory is that of a few tiles. Each tile is computed alone on
/// one thread: results do not depend on threads, batch or neighbours.
class TiledEnergy final : public Energy {
 public:
  /// \param theta  what the network's graphs name; shared, not copied
  /// \param watch  hears of the tiles of each evaluation; what it throws ends that
  /// \throws Error if the image cannot be cut (tiles_of)
  TiledEnergy(TileNetwork network, const Shape& datum_shape, Parameters theta, const GraphOptions& options = {},
              Watch watch = {});

  Shape datum_shape() const override { return datum_shape_; }
  Tensor value(const Tensor& x) const override;
  ValueAndGradient value_and_gradient(const Tensor& x) const override;
  /// Of the whole image at once, not by tiles: keeps all that lies between.
  std::unique_ptr<Linearization> linearize(const Tensor& x) const override;
  const Parameters& parameters() const override { return theta_; }

  const std::vector<Tile>& tiles() const { return tiles_; }

 private:
  struct Terms;
  using Prepared = std::map<const Program*, std::vector<Tensors>>;
  Prepared prepared() const;
  /// Tiles first .. first + count - 1 of all those of a batch, datum by datum.
  std::vector<Terms> terms(const Prepared& theta, const Tensor& z, const Tensor& s, int64_t first, int64_t count,
                           Keep keep) const;
  Tensor checked(const Tensor& x) const;
  /// s (B) and its gradients, like x; these undefined where nothing is kept.
  ValueAndGradient scale(const Tensor& x, Keep keep) const;
  /// Datum and tile of place `index` in the list of all tiles of a batch.
  std::pair<int64_t, size_t> place(int64_t index) const;
  ValueAndGradient evaluate(const Tensor& x, Keep keep) const;

  TileNetwork network_;
  Shape datum_shape_;
  Parameters theta_;
  GraphOptions options_;
  Watch watch_;
  std::unique_ptr<Program> scale_;
  std::vector<Tile> tiles_;
  std::vector<const Program*> programs_;  // of each tile
  std::map<std::pair<Shape, Shape>, Program> by_shape_;
  mutable std::once_flag first_use_;
  mutable std::unique_ptr<GraphEnergy> whole_;  // from the first linearization on
};

}  // namespace mdsm
