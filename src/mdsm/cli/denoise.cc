// mdsm denoise RUN IMAGE...: removes noise of unknown size.

#include <nlohmann/json.hpp>

#include <cstdio>

#include "mdsm/base/error.h"
#include "mdsm/base/rng.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/compute.h"
#include "mdsm/cli/pictures.h"
#include "mdsm/cli/terminal.h"
#include "mdsm/data/index_range.h"
#include "mdsm/data/load.h"
#include "mdsm/data/transform.h"
#include "mdsm/evaluate/quality.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/image_file.h"
#include "mdsm/formats/image_grid.h"
#include "mdsm/formats/npy.h"
#include "mdsm/formats/png.h"
#include "mdsm/run/checkpoint.h"
#include "mdsm/sample/denoise.h"
#include "mdsm/sample/jump.h"

namespace mdsm::cli {
namespace {

namespace fs = std::filesystem;

struct DenoiseArguments {
  std::string run;
  std::vector<std::string> images;
  int64_t count = 16;
  std::string out;
  std::string grid;
  DenoiseOptions options;
  double add_noise = 0;
  uint64_t seed = 0;
  ComputeOptions compute;
  bool raw = false;
  bool json = false;
};

/// One input: its name and its pixels (C, H, W) float32 in the energy's shape, of which the middle (C, h, w) is the
/// image itself; vectors have no frame.
struct Input {
  std::string name;
  Tensor x;
  Shape frame;
};

/// What is known of an output, to print: PSNR only where the noise was added here.
struct Figures {
  std::string name;
  double sigma;
  double psnr_noisy;
  double psnr;
};

/// A file, or the images in a folder, sorted.
std::vector<fs::path> input_files(const std::string& name) {
  if (!fs::is_directory(name)) return {name};
  std::vector<fs::path> inside;
  for (const auto& entry : fs::directory_iterator(name)) {
    if (is_image_name(entry.path().filename().string())) inside.push_back(entry.path());
  }
  require(!inside.empty(), "{}: no PNG or JPEG file in this folder.", name);
  std::sort(inside.begin(), inside.end());
  return inside;
}

/// The middle of a batch (B, C, H, W) where the images themselves are: what pad_to has put a border around.
Tensor cropped(const Tensor& x, const Shape& frame) {
  if (frame.size() != 3) return x;
  return x.narrow(2, (x.size(2) - frame[1]) / 2, frame[1]).narrow(3, (x.size(3) - frame[2]) / 2, frame[2]);
}

/// An image in the energy's shape: its channels, and the border that the run's data got.
Input to_input(const Tensor& image, const Shape& shape, const std::string& name, const std::string& where) {
  require(shape.size() == 3, "{}: the energy takes vectors {}, not images. Pass an array X.npy.", where,
          to_text(shape));
  const Tensor whole = to_channels(image, shape[0]);
  Tensor pixels = whole;
  if (pixels.size(1) <= shape[1] && pixels.size(2) <= shape[2] && shape[1] == shape[2])
    pixels = pad_to(pixels, shape[1]);
  require(pixels.sizes() == at::IntArrayRef(shape),
          "{}: {} x {} pixels (the energy takes at most {} x {}). Resize or crop it first.", where, image.size(1),
          image.size(2), shape[1], shape[2]);
  return {name, pixels.to(at::kFloat).div_(255), whole.sizes().vec()};
}

void add_array(const fs::path& file, const Shape& shape, std::vector<Input>& inputs) {
  const Tensor batch = read_npy(file).to(at::kFloat);
  require_batch(batch, shape, file.string());
  for (int64_t i = 0; i < batch.size(0); ++i)
    inputs.push_back({fmt::format("{}-{:06}", file.stem().string(), i), batch[i], shape});
}

/// The first images of a data set known by name, such as mnist/test.
void add_data(const std::string& text, int64_t count, const TrainedEnergy& trained, std::vector<Input>& inputs) {
  const Shape shape = trained.energy->datum_shape();
  DataOptions options = trained.experiment.data;
  options.pad_to = 0;
  const auto data = load_named_data(options, text, shape);
  require(count <= data->size(), "{}: {} data asked for (there are {}). Lower --n.", text, count, data->size());
  const Tensor x = data->read(index_range(0, count));
  for (int64_t i = 0; i < count; ++i) {
    const std::string name = fmt::format("{}-{:06}", fs::path(data->info().name).stem().string(), i);
    if (shape.size() == 3) inputs.push_back(to_input(to_uint8(x[i]), shape, name, text));
    else inputs.push_back({name, x[i], shape});
  }
}

std::vector<Input> read_inputs(const DenoiseArguments& arguments, const TrainedEnergy& trained) {
  const Shape shape = trained.energy->datum_shape();
  std::vector<Input> inputs;
  for (const std::string& argument : arguments.images) {
    if (!fs::exists(argument)) {
      add_data(argument, arguments.count, trained, inputs);
      continue;
    }
    for (const fs::path& file : input_files(argument)) {
      if (file.extension() == ".npy") add_array(file, shape, inputs);
      else inputs.push_back(to_input(read_image(file), shape, file.stem().string(), file.string()));
    }
  }
  return inputs;
}

Tensor stacked(const std::vector<Input>& inputs) {
  Tensors parts;
  for (const Input& input : inputs) parts.push_back(input.x);
  return at::stack(parts);
}

/// Row i of a batch as its image's own pixels.
Tensor image_of(const Tensor& batch, const std::vector<Input>& inputs, size_t i) {
  return cropped(batch.narrow(0, static_cast<int64_t>(i), 1), inputs[i].frame)[0];
}

void write_outputs(const DenoiseArguments& arguments, const std::vector<Input>& inputs, const Tensor& noisy,
                   const Denoised& result, const std::vector<Figures>& figures) {
  if (arguments.out.ends_with(".npy")) {
    write_npy(arguments.out, result.x);
    return;
  }
  make_folders(arguments.out);
  for (size_t i = 0; i < inputs.size(); ++i) {
    const PngTexts texts{{"run", arguments.run}, {"sigma", fmt::format("{:.6g}", figures[i].sigma)}};
    write_png(fs::path(arguments.out) / (inputs[i].name + ".png"), to_uint8(image_of(result.x, inputs, i)), texts);
    if (arguments.add_noise > 0) {
      write_png(fs::path(arguments.out) / (inputs[i].name + "-noisy.png"), to_uint8(image_of(noisy, inputs, i)),
                {{"run", arguments.run}});
    }
  }
}

/// Noisy and denoised side by side, and the truth before them where it is known.
void write_grid(const DenoiseArguments& arguments, const std::vector<Input>& inputs, const Tensor& noisy,
                const Denoised& result) {
  Tensors cells;
  const int64_t pairs = std::min<int64_t>(64, noisy.size(0));
  for (int64_t i = 0; i < pairs; ++i) {
    if (arguments.add_noise > 0) cells.push_back(inputs[static_cast<size_t>(i)].x);
    cells.push_back(noisy[i]);
    cells.push_back(result.x[i]);
  }
  const int64_t each = arguments.add_noise > 0 ? 3 : 2;
  const int64_t columns = each * std::max<int64_t>(1, square_columns(pairs) / 2);
  write_png(arguments.grid, image_grid(to_uint8(at::stack(cells)), columns), {{"run", arguments.run}});
}

/// The noise is looked for in the image's own pixels: a border that was put around them has none.
std::vector<Figures> figures_of(const DenoiseArguments& arguments, const std::vector<Input>& inputs,
                                const Tensor& noisy, const Denoised& result) {
  std::vector<Figures> figures;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const auto part = [&](const Tensor& batch) { return image_of(batch, inputs, i).unsqueeze(0); };
    Figures at{inputs[i].name, implied_sigma(part(noisy), part(result.first)).item<double>(), 0, 0};
    if (arguments.add_noise > 0 && inputs[i].frame.size() == 3) {
      const Tensor truth = cropped(inputs[i].x.unsqueeze(0), inputs[i].frame);
      at.psnr_noisy = psnr(part(noisy).clamp(0, 1), truth).item<double>();
      at.psnr = psnr(part(result.x).clamp(0, 1), truth).item<double>();
    }
    figures.push_back(at);
  }
  return figures;
}

void print_figures(const DenoiseArguments& arguments, const std::vector<Figures>& figures) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const Figures& at : figures) {
    const bool known = at.psnr != 0;
    if (arguments.json) {
      rows.push_back({{"name", at.name}, {"sigma", at.sigma}});
      if (known) rows.back().update({{"psnr_noisy", at.psnr_noisy}, {"psnr", at.psnr}});
      continue;
    }
    fmt::print("{}  sigma {:.4f}", at.name, at.sigma);
    if (known) fmt::print("  PSNR {:.2f} -> {:.2f} dB", at.psnr_noisy, at.psnr);
    fmt::print("\n");
  }
  if (arguments.json) fmt::print("{}\n", rows.dump());
}

int run_denoise(const DenoiseArguments& arguments, const CommonOptions& common) {
  const TrainedEnergy trained =
      load_trained_energy(arguments.run, arguments.raw ? Weights::raw : Weights::average, arguments.compute.checked());
  require(!arguments.out.empty() || !arguments.grid.empty(),
          "where to? Pass --out for the denoised images, or --grid for one picture.");
  require_output(arguments.out, arguments.grid, trained.energy->datum_shape());
  const std::vector<Input> inputs = read_inputs(arguments, trained);
  Terminal terminal(common);
  terminal.say_more(fmt::format("denoising {} with {}", inputs.size(), trained.file.string()));
  Tensor noisy = stacked(inputs);
  if (arguments.add_noise > 0) {
    const RandomRows rows = RandomRows::slots(arguments.seed, Stream::measurement, 0, noisy.size(0));
    noisy = noisy + arguments.add_noise * rows.normal(0, trained.energy->datum_shape());
  }
  Tensors parts;
  Tensors sigmas;
  Tensors firsts;
  for (const Tensor& part : noisy.split(trained.experiment.sample.batch)) {
    const Denoised done = denoise(*trained.energy, part, trained.sigma0(), arguments.options);
    parts.push_back(done.x);
    sigmas.push_back(done.sigma);
    firsts.push_back(done.first);
    if (terminal.interrupted()) throw Error("interrupted; nothing was written.", Fault::interrupted);
  }
  const Denoised result{at::cat(parts), at::cat(sigmas), at::cat(firsts)};
  const std::vector<Figures> figures = figures_of(arguments, inputs, noisy, result);
  if (!arguments.out.empty()) write_outputs(arguments, inputs, noisy, result, figures);
  if (!arguments.grid.empty()) write_grid(arguments, inputs, noisy, result);
  print_figures(arguments, figures);
  return 0;
}

std::function<int()> declare_denoise(CLI::App& app, const CommonOptions& common) {
  auto arguments = std::make_shared<DenoiseArguments>();
  app.add_option("RUN", arguments->run, "run directory or checkpoint file")->required();
  app.add_option("IMAGE", arguments->images,
                 "PNG or JPEG files, folders of them, arrays X.npy (N,C,H,W) in [0,1], or known data sets (mnist/test)")
      ->required();
  app.add_option("-n,--n", arguments->count, "denoise the first N data of a known data set")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("-o,--out", arguments->out, "folder for the denoised images, or an array X.npy");
  app.add_option("--grid", arguments->grid, "one picture X.png: (truth,) noisy, denoised, ...");
  app.add_option("--steps", arguments->options.steps, "gradients: 1 is one jump; more go coarse to fine")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--add-noise", arguments->add_noise,
                 "first add noise of this size (to try the denoiser out), and print PSNR")
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
