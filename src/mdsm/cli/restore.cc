// mdsm restore RUN IMAGE...: undoes what a measurement has taken from images.

#include <cstdio>

#include "mdsm/base/error.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/compute.h"
#include "mdsm/cli/pictures.h"
#include "mdsm/cli/restore_inputs.h"
#include "mdsm/cli/restore_results.h"
#include "mdsm/cli/terminal.h"
#include "mdsm/restore/classical.h"
#include "mdsm/restore/degradation.h"
#include "mdsm/restore/framed.h"
#include "mdsm/restore/solver.h"

namespace mdsm::cli {
namespace {

struct RestoreArguments {
  std::string run;
  std::vector<std::string> images;
  int64_t count = 0;
  DegradationOptions degradation;
  double sigma = 0;
  bool measured = false;
  std::string solver;
  int64_t steps = -1;
  std::vector<std::string> set;
  std::string baseline = "auto";
  int64_t samples = 1;
  uint64_t seed = 0;
  int64_t batch = 100;
  std::string out;
  std::string grid;
  ComputeOptions compute;
  bool raw = false;
  bool json = false;
};

/// The defaults for this run, changed by the command line.
RestoreOptions solver_options(const RestoreArguments& arguments, const NoiseOptions& noise) {
  RestoreOptions options;
  options.sigma_max = noise.sigma_max;
  options.sigma_min = noise.sigma_min;
  if (arguments.degradation.task == "denoise") {  // start at y itself: there is no more noise than was measured
    options.solver = "ancestral";
    options.sigma_max = arguments.sigma;
    options.sigma_min = std::min(noise.sigma_min, arguments.sigma);
  }
  OptionList list;
  list.add_table("restore", options);
  for (const std::string& assignment : arguments.set) set_from_text(assignment, list);
  if (!arguments.solver.empty()) list.find("restore", "solver", "--solver").assign(arguments.solver, "--solver");
  if (arguments.steps >= 0) list.find("restore", "steps", "--steps").assign(arguments.steps, "--steps");
  list.check("restore");
  return options;
}

void check_request(const RestoreArguments& arguments, const Shape& datum_shape) {
  require(datum_shape.size() == 3, "the energy takes vectors {}, and what is restored are images.",
          to_text(datum_shape));
  require(arguments.degradation.task != "denoise" || arguments.sigma > 0,
          "--task denoise: how large is the noise? Pass --sigma, or use `mdsm denoise`, which finds it.");
  require(!arguments.measured || !arguments.out.empty() || !arguments.grid.empty(),
          "--measured: there is no truth to compare with. Say where the restorations go, with --out or --grid.");
  require_output(arguments.out, arguments.grid, datum_shape);
}

/// What is measured of the images, or is there as measured.
Measurement measurement_of(const RestoreArguments& arguments, const Tensor& images, const Shape& datum_shape) {
  const Shape shape = datum_shape_of(images);
  const Shape whole = arguments.measured ? measured_image_shape(arguments.degradation, shape) : shape;
  require(whole[0] == datum_shape[0] && whole[1] <= datum_shape[1] && whole[2] <= datum_shape[2],
          "--task {}: images of {} (the energy takes {}).{}", arguments.degradation.task, to_text(whole),
          to_text(datum_shape), arguments.measured ? " Measurements are read as they are." : "");
  const auto a = build_operator(arguments.degradation, whole, arguments.seed);
  if (arguments.measured) return {a, images * a->where_measured(), arguments.sigma};
  const RandomRows rows = RandomRows::slots(arguments.seed, Stream::measurement, 0, images.size(0));
  return measured(a, images, arguments.sigma, rows.normal(0, a->range()));
}

/// K restorations of every image, (K, N, C, h, w), and the mean number of gradients of one.
std::pair<Tensor, double> restorations(const RestoreArguments& arguments, const RestoreOptions& options,
                                       const TrainedEnergy& trained, const Measurement& inner, const Tensor& guess,
                                       Terminal& terminal) {
  const auto frame = std::make_shared<const Framed>(inner.shared_a(), trained.energy->datum_shape());
  const int64_t count = inner.count();
  const int64_t batches = (count + arguments.batch - 1) / arguments.batch * arguments.samples;
  int64_t batch = 0;
  double gradients = 0;
  Tensors samples;
  for (int64_t k = 0; k < arguments.samples; ++k) {
    Tensors parts;
    for (int64_t first = 0; first < count; first += arguments.batch, ++batch) {
      const int64_t size = std::min(arguments.batch, count - first);
      const Measurement part(frame, inner.y().narrow(0, first, size), inner.sigma());
      const Tensor start = frame->pad(guess.narrow(0, first, size));
      const RandomRows rows = RandomRows::slots(arguments.seed + static_cast<uint64_t>(k), Stream::chain_start,
                                                static_cast<uint32_t>(first), size);
      const auto progress = [&](int64_t done, int64_t most) {
        terminal.progress().update(
            (static_cast<double>(batch) + static_cast<double>(done) / static_cast<double>(most)) /
                static_cast<double>(batches),
            fmt::format("step {}/{} of images {}-{} of {}, restoration {} of {}", done, most, first + 1, first + size,
                        count, k + 1, arguments.samples));
        if (terminal.interrupted()) throw Error("interrupted; nothing was written.", Fault::interrupted);
      };
      const Restored restored = restore({*trained.energy, trained.sigma0(), part, start, rows, progress}, options);
      parts.push_back(frame->crop(restored.x));
      gradients += restored.gradients.sum().item<double>();
    }
    samples.push_back(at::cat(parts));
  }
  terminal.progress().finish();
  return {at::stack(samples), gradients / static_cast<double>(count * arguments.samples)};
}

void print_results(const RestoreArguments& arguments, const RestoreOptions& options, const RestoreResults& results,
                   const TrainedEnergy& trained, double gradients) {
  const bool known = results.truth.defined();
  const nlohmann::ordered_json quality = known ? quality_json(results) : nlohmann::ordered_json::object();
  if (!arguments.json) {
    if (known) fmt::print("{}", quality_table(quality, results.baseline));
    return;
  }
  nlohmann::ordered_json out{{"run", trained.file.string()},   {"weights", arguments.raw ? "raw" : "average"},
                             {"task", results.task},           {"n", results.names.size()},
                             {"sigma", arguments.sigma},       {"seed", arguments.seed},
                             {"solver", results.solver},       {"gradients", gradients},
                             {"samples", arguments.samples},   {"sigma_max", options.sigma_max},
                             {"sigma_min", options.sigma_min}, {"baseline", results.baseline}};
  if (results.task == "inpaint") out["mask"] = arguments.degradation.mask;
  if (results.task == "superres") out["factor"] = arguments.degradation.factor;
  if (arguments.degradation.fraction > 0) out["fraction"] = arguments.degradation.fraction;
  out["convention"] = "pixels in [0, 1], clamped; PSNR of peak 1; SSIM 11 x 11 Gaussian, sigma 1.5, valid windows";
  out.update(quality);
  fmt::print("{}\n", out.dump());
}

int run_restore(const RestoreArguments& arguments, const CommonOptions& common) {
  const TrainedEnergy trained =
      load_trained_energy(arguments.run, arguments.raw ? Weights::raw : Weights::average, arguments.compute.checked());
  const Shape datum_shape = trained.energy->datum_shape();
  check_request(arguments, datum_shape);
  const RestoreOptions options = solver_options(arguments, trained.experiment.noise);
  const ImageInputs inputs = read_images(arguments.images, arguments.count,
                                         arguments.measured ? InputKind::measurement : InputKind::truth, trained);
  const Measurement measurement = measurement_of(arguments, inputs.images, datum_shape);
  const std::string baseline = resolved_baseline(arguments.baseline, measurement);
  Terminal terminal(common);
  terminal.say_more(fmt::format("restoring {} images with {}", inputs.names.size(), trained.file.string()));
  const Tensor classical = classical_restoration(baseline, measurement);
  const auto [samples, gradients] = restorations(arguments, options, trained, measurement, classical, terminal);
  const RestoreResults results{inputs.names,
                               arguments.measured ? Tensor() : inputs.images,
                               as_picture(measurement),
                               measurement.projected(),
                               classical,
                               baseline,
                               samples,
                               trained.file.string(),
                               options.solver,
                               arguments.degradation.task,
                               arguments.seed};
  if (!arguments.out.empty()) write_restorations(results, arguments.out);
  if (!arguments.grid.empty()) write_restoration_grid(results, arguments.grid);
  print_results(arguments, options, results, trained, gradients);
  return 0;
}

void declare_degradation(CLI::App& app, RestoreArguments& arguments) {
  DegradationOptions& degradation = arguments.degradation;
  app.add_option("--task", degradation.task, "inpaint, superres, deblur, cs (compressed sensing), decolor or denoise")
      ->check(CLI::IsMember({"inpaint", "superres", "deblur", "cs", "decolor", "denoise"}))
      ->required();
  app.add_option("--mask", degradation.mask,
                 "inpaint: what is missing, right-half, left-half, box or random, or an image X.png, white where "
                 "pixels were measured")
      ->capture_default_str();
  app.add_option("--factor", degradation.factor, "superres: how many times smaller the measured image is")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--fraction", degradation.fraction,
                 "box: missing part of each side [0.5]; random: measured part of the pixels [0.1]; cs: measurements "
                 "over pixels [0.25]")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--kernel", degradation.kernel, "deblur: gaussian or box")
      ->check(CLI::IsMember({"gaussian", "box"}))
      ->capture_default_str();
  app.add_option("--blur", degradation.width,
                 "deblur: standard deviation of the Gaussian [1.5], or pixels of the box, odd [5]")
      ->check(CLI::PositiveNumber);
  app.add_option("--boundary", degradation.boundary, "deblur: what the blur saw beyond the border, reflect or circular")
      ->check(CLI::IsMember({"reflect", "circular"}))
      ->capture_default_str();
  app.add_option("--sigma", arguments.sigma, "noise of the measurement, in units of pixels in [0, 1]")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_flag("--measured", arguments.measured,
               "the IMAGEs are measurements already (damaged, small, blurred, grey, noisy): nothing is taken from "
               "them, and no truth is known");
}

std::function<int()> declare_restore(CLI::App& app, const CommonOptions& common) {
  auto arguments = std::make_shared<RestoreArguments>();
  app.add_option("RUN", arguments->run, "run directory or checkpoint file")->required();
  app.add_option("IMAGE", arguments->images, "PNG or JPEG files, known data sets (mnist/test) or paths of data")
      ->required();
  app.add_option("-n,--n", arguments->count, "restore the first N images of a data set [16, or all if there are fewer]")
      ->check(CLI::PositiveNumber);
  declare_degradation(app, *arguments);
  app.add_option("--solver", arguments->solver,
                 fmt::format("one of: {} [fast; for denoise ancestral]", fmt::join(solver_names(), ", ")));
  app.add_option("--steps", arguments->steps, "gradients a restoration; 0: the solver's own number")
      ->check(CLI::NonNegativeNumber);
  app.add_option(
      "--set", arguments->set,
      "any option of the solver: --set restore.beta=0.01 (also h0, sigma_end, sigma_max, sigma_min, repeats, "
      "step_size)");
  app.add_option("--baseline", arguments->baseline,
                 "classical restoration to compare with: harmonic, bicubic, grey or tv; auto takes the task's")
      ->capture_default_str();
  app.add_option("--samples", arguments->samples, "restorations of each image")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--seed", arguments->seed,
                 "of noise, random mask, random measurements and the first restoration; the others follow")
      ->capture_default_str();
  app.add_option("--batch", arguments->batch, "images restored together (changes speed and memory only)")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("-o,--out", arguments->out, "folder for the restorations, or an array X.npy (N,K,C,H,W), unclamped");
  app.add_option("--grid", arguments->grid,
                 "picture X.png, a row an image: truth, measurement, classical, ours, their mean and spread");
  add_compute_options(app, arguments->compute);
  app.add_flag("--raw", arguments->raw, "the weights themselves instead of their moving average");
  app.add_flag("--json", arguments->json, "print PSNR and SSIM as JSON");
  return [arguments, &common] { return run_restore(*arguments, common); };
}

}  // namespace

const Command kRestore{"restore", "Restore images from a measurement: in-painting, super-resolution, deblurring, ...",
                       "mdsm restore runs/a mnist/test --n 100 --task inpaint --mask right-half --json",
                       declare_restore};

}  // namespace mdsm::cli
