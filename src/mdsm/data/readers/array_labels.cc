#include "mdsm/data/readers/array_labels.h"

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

/// (N, K) of zeros with a single one in each row, or none where the class is unknown.
bool is_one_hot(const Tensor& rows) {
  const Tensor ones = rows.eq(1);
  return rows.size(1) >= 2 && (ones | rows.eq(0)).all().item<bool>() && ones.sum(1).max().item<int64_t>() == 1;
}

}  // namespace

Tensor no_labels(int64_t count) { return at::full({count}, -1, at::kLong); }

Tensor class_numbers(const Tensor& labels, int64_t count, const std::string& what, std::vector<std::string>& notes) {
  require(labels.dim() >= 1 && labels.size(0) == count, "{}: labels {} for {} data. Store one label for each, ({}).",
          what, to_text(labels.sizes()), count, count);
  const auto ignored = [&](const std::string& why) {
    notes.push_back(
        fmt::format("{}: {}; these labels are ignored (class numbers are whole numbers from 0 on, -1 where unknown, "
                    "or one-hot rows)",
                    what, why));
    return no_labels(count);
  };
  const bool is_float = at::isFloatingType(labels.scalar_type());
  const Tensor values = is_float ? labels : labels.to(at::kLong);
  if (labels.dim() == 2 && labels.size(1) > 1) {
    if (!is_one_hot(values)) return ignored(fmt::format("rows {} that are not one-hot", to_text(labels.sizes())));
    const Tensor known = values.eq(1).any(1);
    const int64_t unknown = count - known.sum().item<int64_t>();
    notes.push_back(fmt::format("{}: one-hot rows of {} classes{}", what, labels.size(1),
                                unknown == 0 ? "" : fmt::format("; {} rows hold no one: unknown", unknown)));
    return at::where(known, values.argmax(1), -1);
  }
  if (labels.numel() != count) return ignored(fmt::format("the shape {}", to_text(labels.sizes())));
  if (is_float) return ignored(fmt::format("values of type {}", at::toString(labels.scalar_type())));
  const Tensor numbers = values.reshape({count}).contiguous();
  const auto least = numbers.min().item<int64_t>();
  if (least < -1) return ignored(fmt::format("the value {}", least));
  return numbers;
}

}  // namespace mdsm
