#include "mdsm/train/adam.h"

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

AdamMoments AdamMoments::zeros(int64_t size) { return {at::zeros({size}, at::kFloat), at::zeros({size}, at::kFloat)}; }

void adam_update(const FlatWeights& theta, const AdamMoments& moments, const Tensor& gradient, const UpdateStep& step,
                 const AdamOptions& options) {
  require(step.number >= 1, "adam_update: update {} (the first is 1).", step.number);
  const int64_t size = gradient.numel();
  float* weights = flat_data(theta.weights, size, "weights");
  float* average = flat_data(theta.average, size, "average");
  float* m = flat_data(moments.moment1, size, "moment1");
  float* v = flat_data(moments.moment2, size, "moment2");
  const float* g = flat_data(gradient, size, "gradient");
  const auto t = static_cast<double>(step.number);
  const auto rate = static_cast<float>(step.learning_rate / (1 - std::pow(options.beta1, t)));
  const auto unbias = static_cast<float>(1 / std::sqrt(1 - std::pow(options.beta2, t)));
  const auto beta1 = static_cast<float>(options.beta1);
  const auto beta2 = static_cast<float>(options.beta2);
  const auto epsilon = static_cast<float>(options.epsilon);
  const auto scale = static_cast<float>(step.gradient_scale);
  const auto decay = static_cast<float>(step.average_decay);
  at::parallel_for(0, size, kGrain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const float gi = scale * g[i];
      m[i] += (1 - beta1) * (gi - m[i]);
      v[i] += (1 - beta2) * (gi * gi - v[i]);
      weights[i] -= rate * m[i] / (std::sqrt(v[i]) * unbias + epsilon);
      average[i] = weights[i] + decay * (average[i] - weights[i]);
    }
  });
}

Adam::Adam(const AdamOptions& options, const Parameters& parameters)
    : options_(options), moments_(AdamMoments::zeros(parameters.scalar_count())) {}

void Adam::update(const FlatWeights& theta, const Tensor& gradient, const UpdateStep& step) {
  adam_update(theta, moments_, gradient, step, options_);
}

}  // namespace mdsm
