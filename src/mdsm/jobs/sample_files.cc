#include "mdsm/jobs/sample_files.h"

#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/formats/apng.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/image_grid.h"
#include "mdsm/formats/npy.h"
#include "mdsm/formats/places.h"
#include "mdsm/formats/png.h"
#include "mdsm/jobs/frames.h"
#include "mdsm/sample/chain_diagnostics.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

// Chains of which a trace keeps every energy: of more, thousands of steps would take gigabytes.
constexpr size_t kChainsKept = 1024;

std::string seed_range(std::span<const uint64_t> seeds) {
  bool consecutive = true;
  for (size_t i = 1; i < seeds.size(); ++i) consecutive = consecutive && seeds[i] == seeds[i - 1] + 1;
  if (seeds.size() > 1 && consecutive) return fmt::format("{}-{}", seeds.front(), seeds.back());
  return fmt::format("{}", fmt::join(seeds.begin(), seeds.end(), ","));
}

/// Named by the seed alone, so that ranges drawn apart meet in one folder: the first thousand seeds in the folder
/// itself, others in sub-folders of a thousand.
fs::path picture_path(const fs::path& folder, uint64_t seed) {
  const std::string name = fmt::format("{:06}.png", seed);
  return seed < 1000 ? folder / name : folder / fmt::format("{:06}", seed - seed % 1000) / name;
}

bool is_picture(const Shape& datum_shape) {
  return datum_shape.size() == 3 && (datum_shape[0] == 1 || datum_shape[0] == 3);
}

/// A row a step; no acceptance where there are no Metropolis tests.
std::string trace_csv(const Drawn& drawn) {
  std::string text = "step,gradients,energy,sigma,temperature,acceptance\n";
  for (const ChainRecord& record : drawn.trace) {
    text += fmt::format("{},{:.9g},{:.9g},{:.9g},{:.9g},{}\n", record.step, record.gradients, record.mean_energy,
                        record.mean_sigma, record.temperature,
                        std::isnan(record.acceptance) ? "" : fmt::format("{:.6g}", record.acceptance));
  }
  return text;
}

void write_samples(const Tensor& samples, std::span<const uint64_t> seeds, const std::string& out, PngTexts texts) {
  if (out.ends_with(".npy")) {
    write_npy(out, samples);
    return;
  }
  const Tensor pixels = to_uint8(samples);
  const int64_t count = samples.size(0);
  for (int64_t i = 0; i < count; ++i) {
    const uint64_t seed = seeds[static_cast<size_t>(i)];
    const fs::path path = picture_path(out, seed);
    make_folders(path.parent_path());
    texts["seed"] = std::to_string(seed);
    write_png(path, pixels[i], texts);
  }
}

void write_grid(const Tensor& samples, const std::string& grid, const PngTexts& texts) {
  write_png(grid, image_grid(to_uint8(samples), square_columns(samples.size(0))), texts);
}

}  // namespace

std::vector<std::string> about_chains(const Drawn& drawn) {
  std::vector<std::string> notes;
  if (drawn.samples.size(0) == 0) return notes;
  if (std::abs(drawn.mean_gradients - static_cast<double>(drawn.gradients_per_sample)) > 1e-9) {
    notes.push_back(fmt::format("the chains ended after {:.1f} gradients on average, of at most {}.",
                                drawn.mean_gradients, drawn.gradients_per_sample));
  }
  const std::string refused = about_refused(drawn);
  if (!refused.empty()) notes.push_back("warning: " + refused);
  if (!std::isnan(drawn.acceptance)) notes.push_back(fmt::format("acceptance rate {:.3f}.", drawn.acceptance));
  if (const auto settled = energy_diagnostics(drawn.trace)) notes.push_back(to_text(*settled) + ".");
  return notes;
}

void require_files(const SampleFiles& files, const Shape& datum_shape) {
  const bool array = files.out.ends_with(".npy");
  require(is_picture(datum_shape) || (files.grid.empty() && (array || files.out.empty())),
          "data of shape {} cannot be drawn as pictures. Write an array X.npy.", to_text(datum_shape));
  if (!files.grid.empty()) require_file_place("grid", files.grid, {".png"});
  if (array) require_file_place("out", files.out);
  else if (!files.out.empty()) require_folder_place("out", files.out);
  if (!files.trace.empty()) require_file_place("trace", files.trace);
  if (files.animate.empty()) return;
  require(is_picture(datum_shape), "data of shape {} cannot be drawn as pictures. Leave the animation out.",
          to_text(datum_shape));
  require_file_place("animate", files.animate, {".png", ".apng"});
}

DrawnFiles draw_to_files(const TrainedEnergy& trained, const SampleOptions& options, std::span<const uint64_t> seeds,
                         const SampleFiles& files, const Watch& watch) {
  require_files(files, trained.energy->datum_shape());
  FrameRecorder frames(files.frames);
  DrawHooks hooks{.on_stop = OnStop::keep};
  if (!files.animate.empty()) hooks.observer = &frames;
  if (!files.trace.empty()) hooks.trace = seeds.size() <= kChainsKept ? TraceDetail::each : TraceDetail::mean;
  DrawnFiles result{draw_samples(*trained.energy, options, trained.sample_context(), seeds, hooks, watch), {}};
  const Drawn& drawn = result.drawn;
  if (drawn.samples.size(0) > 0) {
    const std::span<const uint64_t> finished = seeds.first(static_cast<size_t>(drawn.samples.size(0)));
    const PngTexts texts{{"run", trained.file.string()},
                         {"sampler", options.sampler},
                         {"gradients", std::to_string(drawn.gradients_per_sample)},
                         {"seed", seed_range(finished)}};
    if (!files.out.empty()) write_samples(drawn.samples, finished, files.out, texts);
    if (!files.grid.empty()) write_grid(drawn.samples, files.grid, texts);
    if (!files.animate.empty()) write_apng(files.animate, frames.grids(), texts);
    for (const std::string& file : {files.out, files.grid, files.animate}) {
      if (!file.empty()) result.written.push_back(file);
    }
  }
  if (!files.trace.empty()) write_file_atomically(files.trace, trace_csv(drawn));
  return result;
}

}  // namespace mdsm
