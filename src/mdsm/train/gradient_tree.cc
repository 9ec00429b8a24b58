#include "mdsm/train/gradient_tree.h"

namespace mdsm {

void GradientTree::add(const Tensor& next) {
  Tensor carried = next.clone();
  size_t level = 0;
  for (; level < sums_.size() && sums_[level].defined(); ++level) {
    carried = sums_[level].add_(carried);
    sums_[level] = Tensor();
  }
  if (level == sums_.size()) sums_.emplace_back();
  sums_[level] = carried;
}

void GradientTree::finish(const Tensor& out) {
  Tensor sum;
  for (const Tensor& part : sums_) {
    if (part.defined()) sum = sum.defined() ? part.add(sum) : part;
  }
  out.copy_(sum);
  sums_.clear();
}

}  // namespace mdsm
