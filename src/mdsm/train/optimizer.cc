#include "mdsm/train/optimizer.h"

#include <ATen/Parallel.h>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

float* flat_data(const Tensor& tensor, int64_t size, const char* what) {
  require(tensor.is_contiguous() && tensor.scalar_type() == at::kFloat && tensor.dim() == 1 && tensor.size(0) == size &&
              tensor.device().is_cpu(),
          "adam_update: {} is not a contiguous float32 CPU tensor of {} entries.", what, size);
  return tensor.data_ptr<float>();
}

/// Elements one thread takes at a time: large enough that the loop, not its start, is what costs.
constexpr int64_t kGrain = 1 << 15;

}  // namespace

void adam_update(AdamState& state, const Tensor& gradient, int64_t update, const AdamStep& step) {
  require(update >= 1, "adam_update: update {} (the first is 1).", update);
  const int64_t size = gradient.numel();
  float* theta = flat_data(state.weights, size, "weights");
  float* average = flat_data(state.average, size, "average");
  float* m = flat_data(state.moment1, size, "moment1");
  float* v = flat_data(state.moment2, size, "moment2");
  const float* g = flat_data(gradient, size, "gradient");
  const auto t = static_cast<double>(update);
  const auto rate = static_cast<float>(step.learning_rate / (1 - std::pow(step.beta1, t)));
  const auto unbias = static_cast<float>(1 / std::sqrt(1 - std::pow(step.beta2, t)));
  const auto beta1 = static_cast<float>(step.beta1);
  const auto beta2 = static_cast<float>(step.beta2);
  const auto epsilon = static_cast<float>(step.epsilon);
  const auto scale = static_cast<float>(step.gradient_scale);
  const auto decay = static_cast<float>(step.average_decay);
  at::parallel_for(0, size, kGrain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const float gi = scale * g[i];
      m[i] += (1 - beta1) * (gi - m[i]);
      v[i] += (1 - beta2) * (gi * gi - v[i]);
      theta[i] -= rate * m[i] / (std::sqrt(v[i]) * unbias + epsilon);
      average[i] = theta[i] + decay * (average[i] - theta[i]);
    }
  });
}

double gradient_norm(const Tensor& gradient) {
  const Tensor flat = gradient.contiguous();
  const int64_t chunks = (flat.numel() + kGrain - 1) / kGrain;
  std::vector<double> sums(static_cast<size_t>(chunks));
  const float* g = flat.data_ptr<float>();
  at::parallel_for(0, chunks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t chunk = begin; chunk < end; ++chunk) {
      double sum = 0;
      const int64_t last = std::min(flat.numel(), (chunk + 1) * kGrain);
      for (int64_t i = chunk * kGrain; i < last; ++i) sum += double{g[i]} * double{g[i]};
      sums[static_cast<size_t>(chunk)] = sum;
    }
  });
  double total = 0;
  for (double sum : sums) total += sum;
  return std::sqrt(total);
}

}  // namespace mdsm
