#include "mdsm/engine/parameters.h"

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"

namespace mdsm {
namespace {

/// One flat buffer for tensors of these sizes, and the views of it.
std::pair<Tensor, Tensors> flat_views(const Tensors& like) {
  int64_t total = 0;
  for (const Tensor& tensor : like) total += tensor.numel();
  const at::TensorOptions options =
      like.empty() ? at::TensorOptions(at::kFloat) : like[0].options().requires_grad(false);
  Tensor flat = at::zeros({total}, options);
  Tensors views;
  int64_t offset = 0;
  for (const Tensor& tensor : like) {
    views.push_back(flat.narrow(0, offset, tensor.numel()).view(tensor.sizes()));
    offset += tensor.numel();
  }
  return {flat, views};
}

}  // namespace

void Parameters::add(std::string name, Tensor value) {
  require(!contains(name), "Parameters::add: the name '{}' is taken. Give every parameter a name of its own.", name);
  names_.push_back(std::move(name));
  values_.push_back(std::move(value));
}

void Parameters::add_all(const std::string& prefix, const Parameters& other) {
  for (size_t i = 0; i < other.size(); ++i) add(prefix + "." + other.name(i), other[i]);
}

int64_t Parameters::scalar_count() const {
  int64_t total = 0;
  for (const Tensor& value : values_) total += value.numel();
  return total;
}

const Tensor& Parameters::at(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  require(found != names_.end(), "no parameter is called '{}'.{}", name, did_you_mean(name, names_));
  return values_[static_cast<size_t>(found - names_.begin())];
}

bool Parameters::contains(std::string_view name) const {
  return std::find(names_.begin(), names_.end(), name) != names_.end();
}

Tensor Parameters::pack() const {
  for (const Tensor& value : values_) {
    require(value.scalar_type() == values_[0].scalar_type() && value.device() == values_[0].device(),
            "Parameters::pack: the tensors differ in type or device (one flat buffer holds one type).");
  }
  auto [flat, views] = flat_views(values_);
  for (size_t i = 0; i < size(); ++i) {
    views[i].copy_(values_[i]);
    values_[i].set_data(views[i]);
  }
  return flat;
}

void Parameters::assign(const Parameters& other) const {
  require(other.size() == size(), "Parameters::assign: {} tensors for {}.", other.size(), size());
  for (size_t i = 0; i < size(); ++i) {
    require(other.name(i) == name(i) && other[i].sizes() == values_[i].sizes(),
            "Parameters::assign: '{}' {} does not fit '{}' {}.", other.name(i), to_text(other[i].sizes()), name(i),
            to_text(values_[i].sizes()));
    values_[i].copy_(other[i]);
  }
}

Parameters Parameters::clone(at::ScalarType type) const {
  Parameters copy;
  for (size_t i = 0; i < size(); ++i) copy.add(names_[i], values_[i].detach().to(type, false, /*copy=*/true));
  return copy;
}

Parameters Parameters::as_leaves() const {
  Parameters leaves;
  for (size_t i = 0; i < size(); ++i) leaves.add(names_[i], values_[i].detach().requires_grad_(true));
  return leaves;
}

Gradients Gradients::zeros_like(const Parameters& parameters) {
  Gradients gradients;
  std::tie(gradients.flat_, gradients.parts_) = flat_views(parameters.tensors());
  return gradients;
}

void Gradients::add(size_t index, const Tensor& value) { parts_.at(index).add_(value); }

void Gradients::zero() {
  if (flat_.defined()) {
    flat_.zero_();
    return;
  }
  for (Tensor& part : parts_) part.zero_();
}

Gradients Gradients::slice(size_t first, size_t count) const {
  require(first + count <= size(), "Gradients::slice: parts {}..{} of {}.", first, first + count, size());
  Gradients part;
  part.parts_.assign(parts_.begin() + static_cast<std::ptrdiff_t>(first),
                     parts_.begin() + static_cast<std::ptrdiff_t>(first + count));
  return part;
}

}  // namespace mdsm
