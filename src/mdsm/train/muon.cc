#include "mdsm/train/muon.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

constexpr int kRounds = 5;
constexpr double kA = 3.4445;
constexpr double kB = -4.7750;
constexpr double kC = 2.0315;
constexpr double kSmallestNorm = 1e-7;  // a gradient of zero has no direction
constexpr double kAdamSize = 0.2;       // root mean square of an update of Adam, over the learning rate

/// Sum of the squares of n numbers, in float64.
double square_sum(const float* values, int64_t n) {
  double sum = 0;
  for (int64_t i = 0; i < n; ++i) sum += double{values[i]} * double{values[i]};
  return sum;
}

/// Copies (rows, columns) to (columns, rows).
void transpose_into(const float* from, int64_t rows, int64_t columns, float* to) {
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t c = 0; c < columns; ++c) to[c * rows + r] = from[r * columns + c];
  }
}

}  // namespace

Tensor orthogonalised(const Tensor& u) {
  require(u.dim() == 3 && u.size(1) <= u.size(2) && u.scalar_type() == at::kFloat,
          "orthogonalised: u has shape {} (expected float32 matrices (N, rows, columns), rows <= columns).",
          to_text(u.sizes()));
  Tensor gram = u.bmm(u.transpose(1, 2));  // a = u u'
  Tensor product;                          // of the rounds' polynomials
  for (int round = 0; round < kRounds; ++round) {
    // p(a) = A + B a + C a^2; then u <- p u, a <- p^2 a.
    Tensor p = at::baddbmm(gram, gram, gram, kB, kC);
    p.diagonal(0, 1, 2).add_(kA);
    product = product.defined() ? p.bmm(product) : p;
    if (round + 1 < kRounds) gram = p.bmm(p.bmm(gram));
  }
  return product.bmm(u);
}

bool Muon::takes(const Tensor& parameter) {
  return parameter.dim() == 4 && std::min(parameter.size(0), parameter.size(1)) > 1;
}

Muon::Muon(const AdamOptions& options, const Parameters& parameters)
    : options_(options), moments_(AdamMoments::zeros(parameters.scalar_count())) {
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Tensor& parameter = parameters[i];
    const int64_t begin = size_;
    size_ += parameter.numel();
    if (!takes(parameter)) {
      if (!others_.empty() && others_.back().end == begin) others_.back().end = size_;
      else others_.push_back({begin, size_});
      continue;
    }
    const int64_t out = parameter.size(0);
    const int64_t in = parameter.numel() / out;
    const auto same = [&](const Group& g) { return g.rows == std::min(out, in) && g.columns == std::max(out, in); };
    auto group = std::find_if(groups_.begin(), groups_.end(), same);
    if (group == groups_.end()) {
      groups_.push_back({std::min(out, in), std::max(out, in), {}, {}});
      group = groups_.end() - 1;
    }
    group->offsets.push_back(begin);
    group->transposed.push_back(out > in);
  }
}

int64_t Muon::count() const {
  int64_t count = 0;
  for (const Group& group : groups_) count += static_cast<int64_t>(group.offsets.size());
  return count;
}

void Muon::update(const FlatWeights& theta, const Tensor& gradient, const UpdateStep& step) {
  for (const Tensor& flat : {gradient, theta.weights, theta.average}) {
    require(flat.dim() == 1 && flat.numel() == size_ && flat.is_contiguous() && flat.scalar_type() == at::kFloat,
            "Muon: flat storage of shape {} (expected float32 ({})).", to_text(flat.sizes()), size_);
  }
  const at::NoGradGuard no_graph;
  for (const Range& range : others_) {
    const auto part = [&](const Tensor& flat) { return flat.narrow(0, range.begin, range.end - range.begin); };
    adam_update({part(theta.weights), part(theta.average)}, {part(moments_.moment1), part(moments_.moment2)},
                part(gradient), step, options_);
  }
  for (const Group& group : groups_) {
    apply(group, theta, orthogonalised(directions(group, gradient, step.gradient_scale)), step);
  }
}

/// Moves m, and gives the Nesterov directions (N, rows, columns) of norm 1.
Tensor Muon::directions(const Group& group, const Tensor& gradient, double gradient_scale) {
  const auto count = static_cast<int64_t>(group.offsets.size());
  const int64_t size = group.rows * group.columns;
  const Tensor result = at::empty({count, group.rows, group.columns}, gradient.options());
  float* directions = result.data_ptr<float>();
  const float* g = gradient.data_ptr<float>();
  float* m = moments_.moment1.data_ptr<float>();
  const auto scale = static_cast<float>(gradient_scale);
  const auto beta = static_cast<float>(kMomentum);
  // One matrix a task: sums run in a fixed order whatever the number of threads.
  at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
    std::vector<float> nesterov(static_cast<size_t>(size));
    for (int64_t k = begin; k < end; ++k) {
      const int64_t offset = group.offsets[static_cast<size_t>(k)];
      for (int64_t i = 0; i < size; ++i) {
        const float gi = scale * g[offset + i];
        float& mi = m[offset + i];
        mi += (1 - beta) * (gi - mi);
        nesterov[static_cast<size_t>(i)] = gi + beta * (mi - gi);
      }
      const auto unit = static_cast<float>(1 / (std::sqrt(square_sum(nesterov.data(), size)) + kSmallestNorm));
      for (float& value : nesterov) value *= unit;
      float* to = directions + k * size;
      if (group.transposed[static_cast<size_t>(k)]) transpose_into(nesterov.data(), group.columns, group.rows, to);
      else std::copy(nesterov.begin(), nesterov.end(), to);
    }
  });
  return result;
}

/// Moves weights and average along the orthogonalised directions.
void Muon::apply(const Group& group, const FlatWeights& theta, const Tensor& orthogonal, const UpdateStep& step) {
  const auto count = static_cast<int64_t>(group.offsets.size());
  const int64_t size = group.rows * group.columns;
  const Tensor contiguous = orthogonal.contiguous();
  const float* moves = contiguous.data_ptr<float>();
  float* weights = theta.weights.data_ptr<float>();
  float* average = theta.average.data_ptr<float>();
  const auto rate = static_cast<float>(step.learning_rate * kAdamSize * std::sqrt(static_cast<double>(group.columns)));
  const auto decay = static_cast<float>(step.average_decay);
  at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
    std::vector<float> turned(static_cast<size_t>(size));
    for (int64_t k = begin; k < end; ++k) {
      const int64_t offset = group.offsets[static_cast<size_t>(k)];
      const float* move = moves + k * size;
      if (group.transposed[static_cast<size_t>(k)]) {
        transpose_into(move, group.rows, group.columns, turned.data());
        move = turned.data();
      }
      for (int64_t i = 0; i < size; ++i) {
        float& weight = weights[offset + i];
        weight -= rate * move[i];
        average[offset + i] = weight + decay * (average[offset + i] - weight);
      }
    }
  });
}

}  // namespace mdsm
