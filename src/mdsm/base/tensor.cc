#include "mdsm/base/tensor.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <array>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

constexpr int64_t kLanes = 16;  // sums that run beside one another, as vector registers do
constexpr int64_t kBlock =
    64 * kLanes;                     // numbers of a sum that is then added to the others: errors grow with its length
constexpr int64_t kGrain = 1 << 15;  // numbers a thread

/// The sum of `count` numbers in an order that depends on `count` alone.
template <class T> T sum_of(const T* x, int64_t count) {
  T total = 0;
  for (int64_t begin = 0; begin < count; begin += kBlock) {
    const T* block = x + begin;
    const int64_t size = std::min(kBlock, count - begin);
    std::array<T, kLanes> lanes{};
    int64_t i = 0;
    for (; i + kLanes <= size; i += kLanes) {
      for (int64_t lane = 0; lane < kLanes; ++lane) lanes[static_cast<size_t>(lane)] += block[i + lane];
    }
    for (int64_t lane = 0; i < size; ++i, ++lane) lanes[static_cast<size_t>(lane)] += block[i];
    for (size_t half = kLanes / 2; half > 0; half /= 2) {
      for (size_t lane = 0; lane < half; ++lane) lanes[lane] += lanes[lane + half];
    }
    total += lanes[0];
  }
  return total;
}

template <class T> void sum_rows(const Tensor& rows, const Tensor& sums) {
  const int64_t size = rows.size(1);
  const T* from = rows.const_data_ptr<T>();
  T* to = sums.mutable_data_ptr<T>();
  at::parallel_for(0, rows.size(0), std::max<int64_t>(1, kGrain / std::max<int64_t>(1, size)),
                   [&](int64_t begin, int64_t end) {
                     for (int64_t row = begin; row < end; ++row) to[row] = sum_of(from + row * size, size);
                   });
}

}  // namespace

std::string to_text(at::IntArrayRef shape) { return fmt::format("({})", fmt::join(shape.begin(), shape.end(), ", ")); }

int64_t element_count(at::IntArrayRef shape) {
  int64_t count = 1;
  for (int64_t size : shape) count *= size;
  return count;
}

Shape batch_shape(int64_t count, at::IntArrayRef datum_shape) {
  Shape shape{count};
  shape.insert(shape.end(), datum_shape.begin(), datum_shape.end());
  return shape;
}

Shape datum_shape_of(const Tensor& x) {
  require(x.dim() >= 2,
          "datum_shape_of: the tensor has shape {} (a batch has a batch axis and at least one data axis).",
          to_text(x.sizes()));
  return Shape(x.sizes().begin() + 1, x.sizes().end());
}

Tensor per_datum(const Tensor& values, const Tensor& like) {
  Shape shape(static_cast<size_t>(like.dim()), 1);
  shape[0] = values.size(0);
  return values.reshape(shape);
}

// A datum's bits depend neither on its batch nor on threads (of tensors on the CPU without autograd): LibTorch's own sum
// splits its rows in another way for another number of them.
Tensor sum_per_datum(const Tensor& x) {
  const bool own =
      x.is_cpu() && !x.requires_grad() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kDouble);
  if (!own) return x.flatten(1).sum(1);
  const Tensor rows = x.detach().flatten(1).contiguous();
  const Tensor sums = at::empty({rows.size(0)}, rows.options());
  AT_DISPATCH_FLOATING_TYPES(rows.scalar_type(), "sum_per_datum", [&] { sum_rows<scalar_t>(rows, sums); });
  return sums;
}

void require_batch(const Tensor& x, at::IntArrayRef datum_shape, std::string_view who) {
  const bool fits = x.defined() && x.dim() == static_cast<int64_t>(datum_shape.size()) + 1 && x.size(0) >= 1 &&
                    x.sizes().slice(1) == datum_shape;
  require(fits, "{}: the input has shape {} (expected a batch of {}). Pass shape {}.", who,
          x.defined() ? to_text(x.sizes()) : "none", to_text(datum_shape),
          to_text(batch_shape(x.defined() && x.dim() > 0 ? x.size(0) : 1, datum_shape)));
  require(x.is_floating_point(),
          "{}: the input has type {} (expected floating point). Convert it with x.to(at::kFloat).", who,
          toString(x.scalar_type()));
}

}  // namespace mdsm
