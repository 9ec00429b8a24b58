#include "mdsm/energy/composed/ranked_energy.h"

#include "mdsm/parallel/job.h"
#include "mdsm/parallel/share.h"

namespace mdsm {

Tensor RankedEnergy::value(const Tensor& x) const {
  return rows_of_all(job(), x.size(0),
                     [&](const Rows& own) { return energy_.value(x.narrow(0, own.first, own.count)); });
}

Tensor RankedEnergy::gradient(const Tensor& x) const {
  return rows_of_all(job(), x.size(0),
                     [&](const Rows& own) { return energy_.gradient(x.narrow(0, own.first, own.count)); });
}

ValueAndGradient RankedEnergy::value_and_gradient(const Tensor& x) const {
  if (job().size() == 1) return energy_.value_and_gradient(x);
  // One message for both: the value stands before the row of its gradient.
  const Tensor both = rows_of_all(job(), x.size(0), [&](const Rows& own) {
    const ValueAndGradient at = energy_.value_and_gradient(x.narrow(0, own.first, own.count));
    return at::cat({at.value.unsqueeze(1), at.gradient.reshape({own.count, -1})}, 1);
  });
  return {both.select(1, 0).contiguous(), both.narrow(1, 1, both.size(1) - 1).reshape(x.sizes())};
}

}  // namespace mdsm
