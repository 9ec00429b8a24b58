#include "mdsm/parallel/share.h"

#include <algorithm>
#include <sstream>

#include "mdsm/parallel/job.h"

namespace mdsm {
namespace {

/// "TYPE DIMENSIONS SIZE ..." and, behind it, the name: names hold no line breaks.
std::string header_of(const TensorList& list) {
  std::string text;
  for (const auto& [name, tensor] : list) {
    text += fmt::format("{} {} {} {}\n", static_cast<int>(tensor.scalar_type()), tensor.dim(),
                        fmt::join(tensor.sizes().begin(), tensor.sizes().end(), " "), name);
  }
  return text;
}

TensorList empty_list(const std::string& header) {
  TensorList list;
  std::istringstream lines(header);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    int type = 0;
    size_t dimensions = 0;
    words >> type >> dimensions;
    Shape shape(dimensions);
    for (int64_t& size : shape) words >> size;
    std::string name;
    std::getline(words >> std::ws, name);
    list.emplace_back(name, at::empty(shape, static_cast<at::ScalarType>(type)));
  }
  return list;
}

}  // namespace

TensorList from_leader(Communicator& ranks, const std::function<TensorList()>& make) {
  if (ranks.size() == 1) return make();
  TensorList list;
  const std::string header = ranks.from_leader([&] {
    const Solo alone;
    list = make();
    for (auto& [name, tensor] : list) tensor = tensor.contiguous();
    return header_of(list);
  });
  if (!ranks.leads()) list = empty_list(header);
  for (const auto& [name, tensor] : list) ranks.broadcast(tensor);
  return list;
}

Tensor rows_of_all(Communicator& ranks, int64_t total, const std::function<Tensor(const Rows& rows)>& compute) {
  if (ranks.size() == 1) return compute({0, total});
  const Rows own = ranks.rows(total);
  Tensor part;
  {
    const Solo alone;
    if (own.count > 0) part = compute(own).contiguous();
  }
  // Ranks without a row learn from the others what a row is.
  std::string header;
  for (const std::string& each : ranks.gather(part.defined() ? header_of({{"rows", part}}) : "")) {
    if (header.empty()) header = each;
  }
  if (header.empty()) return compute({0, 0});
  const Tensor like = empty_list(header).front().second;
  Shape shape = like.sizes().vec();
  shape[0] = total;
  const Tensor whole = at::empty(shape, like.options());
  if (part.defined()) whole.narrow(0, own.first, own.count).copy_(part);
  ranks.fill_in(whole, own);
  return whole;
}

Tensors gathered(Communicator& ranks, const Tensor& own) {
  const Tensor flat = own.contiguous().view({-1});
  Tensors all;
  for (const std::string& bytes : ranks.gather({static_cast<const char*>(flat.data_ptr()), flat.nbytes()})) {
    all.push_back(at::empty({static_cast<int64_t>(bytes.size() / flat.itemsize())}, flat.options()));
    std::copy(bytes.begin(), bytes.end(), static_cast<char*>(all.back().data_ptr()));
  }
  return all;
}

}  // namespace mdsm
