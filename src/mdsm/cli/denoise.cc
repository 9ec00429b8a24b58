// mdsm denoise RUN IMAGE...: removes noise of unknown size.

#include <nlohmann/json.hpp>

#include <cstdio>

#include "mdsm/base/error.h"
#include "mdsm/base/file.h"
#include "mdsm/base/image_file.h"
#include "mdsm/base/image_grid.h"
#include "mdsm/base/npy.h"
#include "mdsm/base/png.h"
#include "mdsm/base/rng.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/compute.h"
#include "mdsm/cli/terminal.h"
#include "mdsm/data/transform.h"
#include "mdsm/sample/denoise.h"
#include "mdsm/train/checkpoint.h"

namespace mdsm::cli {
namespace {

namespace fs = std::filesystem;

struct DenoiseArguments {
  std::string run;
  std::vector<std::string> images;
  std::string out;
  DenoiseOptions options;
  double add_noise = 0;
  uint64_t seed = 0;
  bool raw = false;
  ComputeOptions compute;
  bool json = false;
};

/// One input: its name and its pixels (C, H, W) float32 in the energy's shape.
struct Input {
  std::string name;
  Tensor x;
};

/// The files that the arguments name; a folder stands for the images in it, sorted.
std::vector<fs::path> input_files(const std::vector<std::string>& names) {
  std::vector<fs::path> files;
  for (const std::string& name : names) {
    require(fs::exists(name), "{}: no such file or folder.", name);
    if (!fs::is_directory(name)) {
      files.emplace_back(name);
      continue;
    }
    std::vector<fs::path> inside;
    for (const auto& entry : fs::directory_iterator(name)) {
      if (is_image_name(entry.path().filename().string())) inside.push_back(entry.path());
    }
    require(!inside.empty(), "{}: no PNG or JPEG file in this folder.", name);
    std::sort(inside.begin(), inside.end());
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

/// An image file in the energy's shape: its channels, and the border that the run's data got.
Tensor to_datum(const Tensor& image, const Shape& shape, const std::string& name) {
  require(shape.size() == 3, "{}: the energy takes vectors {}, not images. Pass an array X.npy.", name, to_text(shape));
  Tensor pixels = to_channels(image, shape[0]);
  if (pixels.size(1) <= shape[1] && pixels.size(2) <= shape[2] && shape[1] == shape[2])
    pixels = pad_to(pixels, shape[1]);
  require(pixels.sizes() == at::IntArrayRef(shape),
          "{}: {} x {} pixels (the energy takes at most {} x {}). Resize or crop it first.", name, image.size(1),
          image.size(2), shape[1], shape[2]);
  return pixels.to(at::kFloat).div_(255);
}

std::vector<Input> read_inputs(const std::vector<std::string>& names, const Shape& shape) {
  std::vector<Input> inputs;
  for (const fs::path& file : input_files(names)) {
    if (file.extension() != ".npy") {
      inputs.push_back({file.stem().string(), to_datum(read_image(file), shape, file.string())});
      continue;
    }
    const Tensor batch = read_npy(file).to(at::kFloat);
    require_batch(batch, shape, file.string());
    for (int64_t i = 0; i < batch.size(0); ++i)
      inputs.push_back({fmt::format("{}-{:06}", file.stem().string(), i), batch[i]});
  }
  return inputs;
}

Tensor stacked(const std::vector<Input>& inputs) {
  Tensors parts;
  for (const Input& input : inputs) parts.push_back(input.x);
  return at::stack(parts);
}

void write_outputs(const DenoiseArguments& arguments, const std::vector<Input>& inputs, const Tensor& noisy,
                   const Denoised& result) {
  if (arguments.out.ends_with(".npy")) {
    write_npy(arguments.out, result.x);
    return;
  }
  make_folders(arguments.out);
  for (size_t i = 0; i < inputs.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    const PngTexts texts{{"run", arguments.run}, {"sigma", fmt::format("{:.6g}", result.sigma[row].item<float>())}};
    write_png(fs::path(arguments.out) / (inputs[i].name + ".png"), to_uint8(result.x[row]), texts);
    if (arguments.add_noise > 0) {
      write_png(fs::path(arguments.out) / (inputs[i].name + "-noisy.png"), to_uint8(noisy[row]),
                {{"run", arguments.run}});
    }
  }
}

void print_sigmas(const DenoiseArguments& arguments, const std::vector<Input>& inputs, const Denoised& result) {
  if (!arguments.json) {
    for (size_t i = 0; i < inputs.size(); ++i) {
      fmt::print("{}  sigma {:.4f}\n", inputs[i].name, result.sigma[static_cast<int64_t>(i)].item<float>());
    }
    return;
  }
  std::vector<std::string> rows;
  for (size_t i = 0; i < inputs.size(); ++i) {
    rows.push_back(fmt::format("{{\"name\": {}, \"sigma\": {:.9g}}}", nlohmann::json(inputs[i].name).dump(),
                               result.sigma[static_cast<int64_t>(i)].item<float>()));
  }
  fmt::print("[{}]\n", fmt::join(rows, ", "));
}

int run_denoise(const DenoiseArguments& arguments, const CommonOptions& common) {
  const TrainedEnergy trained =
      load_trained_energy(arguments.run, arguments.raw ? Weights::raw : Weights::average, arguments.compute.checked());
  const bool array = arguments.out.ends_with(".npy");
  require(array || trained.energy->datum_shape().size() == 3,
          "--out {}: vectors are written as an array. Name it X.npy.", arguments.out);
  const std::vector<Input> inputs = read_inputs(arguments.images, trained.energy->datum_shape());
  Terminal terminal(common);
  terminal.say_more(fmt::format("denoising {} with {}", inputs.size(), trained.file.string()));
  Tensor noisy = stacked(inputs);
  if (arguments.add_noise > 0) {
    const RandomRows rows = RandomRows::slots(arguments.seed, Stream::measurement, 0, noisy.size(0));
    noisy = noisy + arguments.add_noise * rows.normal(0, trained.energy->datum_shape());
  }
  Tensors parts;
  Tensors sigmas;
  for (const Tensor& part : noisy.split(trained.experiment.sample.batch)) {
    const Denoised done = denoise(*trained.energy, part, trained.sigma0(), arguments.options);
    parts.push_back(done.x);
    sigmas.push_back(done.sigma);
    if (terminal.interrupted()) throw Error("interrupted; nothing was written.", Fault::interrupted);
  }
  const Denoised result{at::cat(parts), at::cat(sigmas)};
  write_outputs(arguments, inputs, noisy, result);
  print_sigmas(arguments, inputs, result);
  return 0;
}

std::function<int()> declare_denoise(CLI::App& app, const CommonOptions& common) {
  auto arguments = std::make_shared<DenoiseArguments>();
  app.add_option("RUN", arguments->run, "run directory or checkpoint file")->required();
  app.add_option("IMAGE", arguments->images, "PNG or JPEG files, folders of them, or arrays X.npy (N,C,H,W) in [0,1]")
      ->required();
  app.add_option("-o,--out", arguments->out, "folder for the denoised images, or an array X.npy")->required();
  app.add_option("--steps", arguments->options.steps, "gradients: 1 is one jump; more go coarse to fine")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--add-noise", arguments->add_noise, "first add noise of this size (to try the denoiser out)")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--seed", arguments->seed, "of that noise")->capture_default_str();
  app.add_flag("--raw", arguments->raw, "the weights themselves instead of their moving average");
  add_compute_options(app, arguments->compute);
  app.add_flag("--json", arguments->json, "print the estimated noise levels as JSON");
  return [arguments, &common] { return run_denoise(*arguments, common); };
}

}  // namespace

const Command kDenoise{"denoise", "Remove noise of unknown size from images; prints the size it found.",
                       "mdsm denoise runs/a noisy.png --out denoised", declare_denoise};

}  // namespace mdsm::cli
