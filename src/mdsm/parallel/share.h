#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "mdsm/parallel/communicator.h"

namespace mdsm {

/// Tensors by name.
using TensorList = std::vector<std::pair<std::string, Tensor>>;

/// What the leading rank makes, everywhere; the others wait for it, however long it takes. Alone: what `make` gives.
TensorList from_leader(Communicator& ranks, const std::function<TensorList()>& make);

/// The rows of a result whose rows do not depend on each other, each rank computing its own. Alone: compute(all).
/// \param compute  its rows (rows.count, ...) of a number of rows, which may be 0
/// \return  (total, ...) on every rank
Tensor rows_of_all(Communicator& ranks, int64_t total, const std::function<Tensor(const Rows& rows)>& compute);

/// Each rank's vector, by rank: of one type, of any lengths; a table comes as one.
Tensors gathered(Communicator& ranks, const Tensor& own);

}  // namespace mdsm
