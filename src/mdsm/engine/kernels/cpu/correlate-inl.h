// The register blocks of correlate.h, written once over an instruction set. Included inside a namespace and a region of
// target attributes, once for each instruction set: hence no include guard and no includes.
//
// Ops: Vector, kLanes, kRegisters, load(const Cell*), broadcast(const Cell*), load_sum(const float*),
//      store_sum(Vector, float*), multiply_add(sum, a, b).

/// Sums for input channels first .. first + Channels - 1 and lanes part .. part + kLanes - 1 of each block.
template <class Ops, int Taps, int Channels, int Blocks>
inline void correlate_block(const Correlation& at, int64_t first, int64_t part) {
  typename Ops::Vector sums[size_t{Blocks}][size_t{Channels}][size_t{Taps}];
  float* memory = at.sums + first * Taps * kChannelsY + part;
  MDSM_UNROLL
  for (int b = 0; b < Blocks; ++b) {
    MDSM_UNROLL
    for (int c = 0; c < Channels; ++c) {
      MDSM_UNROLL
      for (int t = 0; t < Taps; ++t)
        sums[b][c][t] = Ops::load_sum(memory + b * at.sums_block + (c * Taps + t) * kChannelsY);
    }
  }
  for (int64_t plane = 0; plane < at.planes; ++plane) {
    for (int64_t row = 0; row < at.rows; ++row) {
      const Cell* x = at.x + plane * at.x_plane + row * at.x_row + first;
      const Cell* y = at.y + plane * at.y_plane + row * at.y_row + part;
      for (int64_t u = 0; u < at.columns; ++u, x += kChannelsX, y += kChannelsY) {
        typename Ops::Vector lanes[size_t{Blocks}][size_t{Taps}];
        MDSM_UNROLL
        for (int b = 0; b < Blocks; ++b) {
          MDSM_UNROLL
          for (int t = 0; t < Taps; ++t) lanes[b][t] = Ops::load(y + b * at.y_block - t * kChannelsY);
        }
        MDSM_UNROLL
        for (int c = 0; c < Channels; ++c) {
          const typename Ops::Vector spread = Ops::broadcast(x + c);
          MDSM_UNROLL
          for (int b = 0; b < Blocks; ++b) {
            MDSM_UNROLL
            for (int t = 0; t < Taps; ++t) sums[b][c][t] = Ops::multiply_add(sums[b][c][t], spread, lanes[b][t]);
          }
        }
      }
    }
  }
  MDSM_UNROLL
  for (int b = 0; b < Blocks; ++b) {
    MDSM_UNROLL
    for (int c = 0; c < Channels; ++c) {
      MDSM_UNROLL
      for (int t = 0; t < Taps; ++t)
        Ops::store_sum(sums[b][c][t], memory + b * at.sums_block + (c * Taps + t) * kChannelsY);
    }
  }
}

/// All channels of a block, as many at a time as the registers hold beside the operands.
template <class Ops, int Taps, int Blocks> inline void correlate_channels(const Correlation& at) {
  constexpr int kFree = Ops::kRegisters - Taps * Blocks - 1;
  constexpr int kChannels = kFree >= 8 * Taps * Blocks ? 8 : kFree >= 4 * Taps * Blocks ? 4 : 2;
  for (int64_t part = 0; part < kChannelsY; part += Ops::kLanes) {
    for (int64_t first = 0; first < kChannelsX; first += kChannels)
      correlate_block<Ops, Taps, kChannels, Blocks>(at, first, part);
  }
}

template <class Ops> inline void correlate_any(const Correlation& at) {
  if (at.taps == 3) return correlate_channels<Ops, 3, 1>(at);
  if (at.taps == 2) return correlate_channels<Ops, 2, 1>(at);
  if (at.blocks == 2) return correlate_channels<Ops, 1, 2>(at);
  correlate_channels<Ops, 1, 1>(at);
}

/// Rows first .. first + Rows - 1 of the patches.
template <class Ops, int Rows, int Run>
inline void correlate_patch_rows(const PatchCorrelation& at, int64_t first, int64_t part) {
  typename Ops::Vector sums[size_t{Rows}][size_t{Run}];
  float* memory = at.sums + first * Run * kChannelsY + part;
  MDSM_UNROLL
  for (int i = 0; i < Rows; ++i) {
    MDSM_UNROLL
    for (int q = 0; q < Run; ++q) sums[i][q] = Ops::load_sum(memory + (i * Run + q) * kChannelsY);
  }
  for (int64_t plane = 0; plane < at.planes; ++plane) {
    for (int64_t row = 0; row < at.rows; ++row) {
      const Cell* x = at.x + plane * at.x_plane + (row + first) * at.x_row;
      const Cell* y = at.y + plane * at.y_plane + row * at.y_row + part;
      for (int64_t u = 0; u < at.columns; ++u, x += at.x_step, y += kChannelsY) {
        const typename Ops::Vector lanes = Ops::load(y);
        MDSM_UNROLL
        for (int i = 0; i < Rows; ++i) {
          MDSM_UNROLL
          for (int q = 0; q < Run; ++q)
            sums[i][q] = Ops::multiply_add(sums[i][q], Ops::broadcast(x + i * at.x_row + q), lanes);
        }
      }
    }
  }
  MDSM_UNROLL
  for (int i = 0; i < Rows; ++i) {
    MDSM_UNROLL
    for (int q = 0; q < Run; ++q) Ops::store_sum(sums[i][q], memory + (i * Run + q) * kChannelsY);
  }
}

template <class Ops, int Run> inline void correlate_patch_run(const PatchCorrelation& at) {
  constexpr int kRows = 3 * Run + 2 <= Ops::kRegisters ? 3 : 1;
  for (int64_t part = 0; part < kChannelsY; part += Ops::kLanes) {
    for (int64_t first = 0; first < 3; first += kRows) correlate_patch_rows<Ops, kRows, Run>(at, first, part);
  }
}

template <class Ops> inline void correlate_patches_any(const PatchCorrelation& at) {
  if (at.run == 3) return correlate_patch_run<Ops, 3>(at);
  if (at.run == 6) return correlate_patch_run<Ops, 6>(at);
  correlate_patch_run<Ops, 9>(at);
}
