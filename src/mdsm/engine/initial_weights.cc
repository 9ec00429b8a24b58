#include "mdsm/engine/initial_weights.h"

#include <ATen/Parallel.h>

#include "mdsm/base/rng.h"

namespace mdsm {

int64_t scalar_count(std::span<const ParameterShape> shapes) {
  int64_t total = 0;
  for (const ParameterShape& parameter : shapes) total += element_count(parameter.shape);
  return total;
}

Parameters draw_parameters(std::span<const ParameterShape> shapes, uint64_t seed) {
  Tensors values;
  for (const ParameterShape& parameter : shapes) values.push_back(at::empty(parameter.shape, at::kFloat));
  at::parallel_for(0, static_cast<int64_t>(shapes.size()), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const auto index = static_cast<size_t>(i);
      const std::span<float> row(values[index].data_ptr<float>(), static_cast<size_t>(values[index].numel()));
      fill_uniform({seed, Stream::initial_weights, 0, static_cast<uint32_t>(i)}, row);
      const float bound = 1 / std::sqrt(static_cast<float>(shapes[index].fan_in));
      for (float& value : row) value = (2 * value - 1) * bound;
    }
  });
  Parameters parameters;
  for (size_t i = 0; i < shapes.size(); ++i) parameters.add(shapes[i].name, values[i]);
  return parameters;
}

}  // namespace mdsm
