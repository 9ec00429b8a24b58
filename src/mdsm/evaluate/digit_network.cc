#include "mdsm/evaluate/digit_network.h"

#include <c10/core/InferenceMode.h>

#include "mdsm/base/error.h"
#include "mdsm/data/transform.h"
#include "mdsm/engine/initial_weights.h"
#include "mdsm/evaluate/feature_files.h"
#include "mdsm/formats/safetensors.h"

namespace mdsm {
namespace {

constexpr const char* kFormat = "mdsm-digits-1";

std::vector<ParameterShape> parameter_shapes() {
  std::vector<ParameterShape> shapes;
  const auto layer = [&](const std::string& name, const Shape& weight) {
    const int64_t fan_in = element_count(weight) / weight[0];
    shapes.push_back({name + ".weight", weight, fan_in});
    shapes.push_back({name + ".bias", {weight[0]}, fan_in});
  };
  layer("conv1", {16, 1, 3, 3});
  layer("conv2", {32, 16, 3, 3});
  layer("conv3", {64, 32, 3, 3});
  layer("conv4", {128, 64, 3, 3});
  layer("hidden", {kDigitFeatures, 128 * 3 * 3});
  layer("classes", {kDigitClasses, kDigitFeatures});
  return shapes;
}

Tensor conv(const Tensor& x, const Parameters& theta, const std::string& name) {
  return at::conv2d(x, theta.at(name + ".weight"), theta.at(name + ".bias"), 1, 1).relu();
}

Tensor linear(const Tensor& x, const Parameters& theta, const std::string& name) {
  return at::linear(x, theta.at(name + ".weight"), theta.at(name + ".bias"));
}

}  // namespace

Parameters initial_digit_parameters(uint64_t seed) {
  const std::vector<ParameterShape> shapes = parameter_shapes();
  Parameters theta = draw_parameters(shapes, seed);
  // ReLU halves the variance: He's size, sqrt(6/fan_in) instead of 1/sqrt(fan_in) (He et al. 2015, arXiv:1502.01852).
  for (size_t i = 0; i < theta.size(); ++i) {
    if (theta.name(i).ends_with(".bias")) theta[i].zero_();
    else theta[i].mul_(std::sqrt(6.0));
  }
  return theta;
}

FeatureBatch digit_forward(const Tensor& x, const Parameters& theta) {
  Tensor h = at::max_pool2d(conv(conv(x, theta, "conv1"), theta, "conv2"), 2);
  h = at::max_pool2d(conv(h, theta, "conv3"), 2);
  h = at::max_pool2d(conv(h, theta, "conv4"), 2);
  const Tensor features = linear(h.flatten(1), theta, "hidden");
  return {features, linear(features.relu(), theta, "classes")};
}

Tensor digit_pixels(const Tensor& pixels) {
  const Tensor grey = to_channels(pixels, 1);
  return grey.size(-1) == 28 ? grey : centre_crop(grey, 28);
}

DigitNetwork DigitNetwork::shipped() {
  return read(find_feature_file({"features/digits.safetensors"},
                                "Train it with `mdsm train-features digits`, or name its folder in MDSM_DATA."));
}

DigitNetwork DigitNetwork::read(const std::filesystem::path& path) {
  const SafeTensors file = read_safetensors(path);
  const auto format = file.metadata.find("format");
  require(format != file.metadata.end() && format->second == kFormat,
          "{}: not the weights of the digit classifier (the header's format is '{}').", path.string(),
          format == file.metadata.end() ? "none" : format->second);
  Parameters theta;
  for (const ParameterShape& shape : parameter_shapes())
    theta.add(shape.name, feature_tensor(file, path, shape.name, shape.shape));
  return DigitNetwork(std::move(theta));
}

void DigitNetwork::write(const std::filesystem::path& path, const std::string& about) const {
  SafeTensors file;
  for (size_t i = 0; i < theta_.size(); ++i) file.tensors.emplace_back(theta_.name(i), theta_[i].detach());
  file.metadata = {{"format", kFormat}, {"about", about}, {"mdsm_version", MDSM_VERSION}};
  write_safetensors(path, file);
}

void DigitNetwork::require_images(at::IntArrayRef datum_shape) const {
  const bool fits = datum_shape.size() == 3 && datum_shape[1] == datum_shape[2] &&
                    (datum_shape[1] == 28 || datum_shape[1] == 32) && (datum_shape[0] == 1 || datum_shape[0] == 3);
  require(fits,
          "features digits: the data have shape {} (the digit classifier takes images of 28 x 28, or 32 x 32 with a "
          "border). Choose features squeezenet or inception.",
          to_text(datum_shape));
}

FeatureBatch DigitNetwork::run(const Tensor& pixels, FeatureOutputs /*wanted*/) const {
  const c10::InferenceMode guard;
  return digit_forward(digit_pixels(pixels).to(at::kFloat) / 255, theta_);
}

}  // namespace mdsm
