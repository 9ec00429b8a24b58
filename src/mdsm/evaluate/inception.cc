// The only file that knows TorchScript.
#include "mdsm/evaluate/inception.h"

#include <c10/core/InferenceMode.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include <mutex>

#include "mdsm/base/error.h"
#include "mdsm/data/transform.h"
#include "mdsm/evaluate/squeezenet.h"

namespace mdsm {
namespace {

constexpr int64_t kSize = 299;

class TorchScriptNetwork final : public FeatureNetwork {
 public:
  TorchScriptNetwork(std::filesystem::path path, ResizeMode mode) : path_(std::move(path)), mode_(mode) {
    require(std::filesystem::is_regular_file(path_), "inception {}: no such file. Name a TorchScript file.",
            path_.string());
    guarded([&] {
      module_ = torch::jit::load(path_.string());
      module_.eval();
      const auto arguments = module_.get_method("forward").function().getSchema().arguments();
      const bool unbiased = std::any_of(arguments.begin(), arguments.end(),
                                        [](const auto& argument) { return argument.name() == "no_output_bias"; });
      is_nvidia_ = unbiased && module_.hasattr("layers");
      return 0;
    });
  }

  std::string name() const override { return "inception"; }
  std::string resize_mode() const override { return resize_mode_names().at(static_cast<size_t>(mode_)); }
  bool takes_colour() const override { return true; }
  void require_images(at::IntArrayRef datum_shape) const override { require_any_images(datum_shape, name()); }

  FeatureBatch run(const Tensor& pixels, FeatureOutputs wanted) const override {
    const std::scoped_lock lock(mutex_);  // a script may cache its optimised graph
    const Tensor z = inception_input(pixels, mode_);
    FeatureBatch batch = guarded([&] { return is_nvidia_ ? run_nvidia(z, wanted) : run_any(z); });
    check(wanted == FeatureOutputs::features ? batch.features : batch.logits, pixels.size(0), wanted);
    return batch;
  }

 private:
  /// TorchScript's exceptions as ours.
  template <class Action> auto guarded(Action action) const -> decltype(action()) {
    try {
      return action();
    } catch (const c10::Error& error) {
      reject(
          "{}: TorchScript cannot load or run it ({}). Pass inception-2015-12-05.pt, or a module whose forward takes "
          "(B, 3, 299, 299).",
          path_.string(), error.what_without_backtrace());
    } catch (const std::runtime_error& error) {
      reject("{}: TorchScript cannot run it ({}).", path_.string(), error.what());
    }
  }

  FeatureBatch run_nvidia(const Tensor& z, FeatureOutputs wanted) const {
    FeatureBatch batch;
    if (wanted == FeatureOutputs::features) {
      torch::jit::Module layers = module_.attr("layers").toModule();
      batch.features = layers.forward({z}).toTensor().flatten(1).to(at::kFloat);
    } else {
      torch::jit::Module whole = module_;
      const Tensor probabilities = whole.forward({z * 128 + 128}, {{"no_output_bias", true}}).toTensor();
      batch.logits = probabilities.to(at::kFloat).clamp_min(1e-38).log();
    }
    return batch;
  }

  FeatureBatch run_any(const Tensor& z) const {
    torch::jit::Module whole = module_;
    const c10::IValue out = whole.forward({z});
    if (out.isTensor()) return {out.toTensor().flatten(1).to(at::kFloat), {}};
    require(out.isTuple() && out.toTupleRef().elements().size() == 2,
            "{}: its forward gives neither a tensor of features nor a tuple (features, logits).", path_.string());
    const auto& parts = out.toTupleRef().elements();
    return {parts[0].toTensor().flatten(1).to(at::kFloat), parts[1].toTensor().flatten(1).to(at::kFloat)};
  }

  void check(const Tensor& out, int64_t count, FeatureOutputs wanted) const {
    const char* what = wanted == FeatureOutputs::features ? "features" : "logits";
    require(out.defined(), "{}: its forward gives no {}. Return a tuple (features, logits).", path_.string(), what);
    require(out.size(0) == count, "{}: {} of shape {} for {} images.", path_.string(), what, to_text(out.sizes()),
            count);
  }

  std::filesystem::path path_;
  ResizeMode mode_;
  torch::jit::Module module_;
  bool is_nvidia_ = false;
  mutable std::mutex mutex_;
};

}  // namespace

std::unique_ptr<FeatureNetwork> inception_network(const std::filesystem::path& torchscript, ResizeMode mode) {
  return std::make_unique<TorchScriptNetwork>(torchscript, mode);
}

Tensor inception_input(const Tensor& pixels, ResizeMode mode) {
  const Tensor x = resample(to_channels(pixels, 3), mode, kSize);
  return mode == ResizeMode::pytorch ? x / 127.5 - 1 : (x - 128) / 128;
}

}  // namespace mdsm
