#include "mdsm/jobs/restoration_results.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <optional>

#include "mdsm/formats/json_text.h"

namespace mdsm {
namespace {

using nlohmann::ordered_json;

std::string convention(std::span<const Restoration> parts) {
  const Restoration& first = parts.front();
  const bool colour = first.classical.size(1) == 3;
  return fmt::format(
      "pixels in [0, 1], clamped; PSNR in dB, of peak 1; SSIM 11 x 11 Gaussian, sigma 1.5, valid windows; {}{}",
      first.border == 0 ? "no border left out" : fmt::format("{} pixels at each border left out", first.border),
      colour ? "; over the three channels, luma: over 0.299 R + 0.587 G + 0.114 B" : "");
}

/// Of image i or, without one, the mean of all.
double number(const Tensor& values, std::optional<int64_t> i) {
  return (i ? values[*i] : values.mean()).item<double>();
}

// nlohmann writes null for what is not finite.
void add_quality(ordered_json& out, const std::vector<RestorationQuality>& rows, std::optional<int64_t> image) {
  for (const auto& [name, quality, luma] : rows) {
    out[name] = {{"psnr", number(quality.psnr, image)}, {"ssim", number(quality.ssim, image)}};
    if (!luma.psnr.defined()) continue;
    out[name].update({{"psnr_luma", number(luma.psnr, image)}, {"ssim_luma", number(luma.ssim, image)}});
  }
}

/// Infinite: nothing differs. Not a number: the images are smaller than the window of SSIM.
std::string cell(double value, int decimals) {
  if (std::isinf(value)) return "inf";
  return std::isfinite(value) ? fmt::format("{:.{}f}", value, decimals) : "-";
}

std::string title_of(const std::string& name, const std::string& baseline) {
  if (name == "ours_mean") return "ours, mean";
  if (name == "pseudo_inverse") return "pseudo-inverse";
  return name == "classical" ? baseline : name;
}

bool have_one_size(std::span<const Restoration> parts) { return parts.size() == 1; }

double mean_gradients(std::span<const Restoration> parts) {
  double sum = 0, count = 0;
  for (const Restoration& part : parts) {
    const auto images = static_cast<double>(part.samples.size(1));
    sum += part.gradients * images;
    count += images;
  }
  return sum / count;
}

/// Name, size and what is missing of every image.
ordered_json images_of(std::span<const Restoration> parts, const std::vector<std::string>& names, bool inpaint) {
  ordered_json images = ordered_json::array();
  for (const Restoration& part : parts) {
    for (int64_t i = 0; i < part.samples.size(1); ++i) {
      images.push_back(
          {{"name", names[images.size()]}, {"height", part.classical.size(2)}, {"width", part.classical.size(3)}});
      if (inpaint) images.back()["missing_pixels"] = part.missing;
    }
  }
  return images;
}

}  // namespace

std::string restoration_json(const TrainedEnergy& trained, const RestorationRequest& request,
                             std::span<const Restoration> parts, const std::vector<std::string>& names) {
  const std::string& task = request.degradation.task;
  const Restoration& first = parts.front();
  ordered_json out{{"run", trained.file.string()},
                   {"weights", trained.weights == Weights::raw ? "raw" : "average"},
                   {"task", task},
                   {"n", names.size()},
                   {"sigma", request.sigma},
                   {"seed", request.seed},
                   {"solver", first.options.solver},
                   {"gradients", mean_gradients(parts)},
                   {"samples", request.samples},
                   {"sigma_max", first.options.sigma_max},
                   {"sigma_min", first.options.sigma_min},
                   {"baseline", first.baseline}};
  if (task == "inpaint") {
    out["mask"] = request.degradation.mask;
    if (have_one_size(parts)) out["missing_pixels"] = first.missing;
  }
  if (task == "superres") out["factor"] = request.degradation.factor;
  if (request.degradation.fraction > 0) out["fraction"] = request.degradation.fraction;
  out["convention"] = convention(parts);
  std::vector<std::string> notes = first.notes;
  for (std::string& note : restoration_notes(parts, request.sigma)) notes.push_back(std::move(note));
  if (!notes.empty()) out["notes"] = notes;
  if (first.truth.defined()) {
    const std::vector<RestorationQuality> rows = restoration_quality(parts);
    add_quality(out, rows, {});
    out["images"] = images_of(parts, names, task == "inpaint");
    for (size_t i = 0; i < names.size(); ++i) add_quality(out["images"][i], rows, static_cast<int64_t>(i));
  }
  return dump_json(out);
}

std::string restoration_table(std::span<const Restoration> parts, const std::vector<std::string>& names) {
  const std::vector<RestorationQuality> columns = restoration_quality(parts);
  std::string text = fmt::format("{:<24}", "PSNR dB / SSIM");
  for (const auto& column : columns) text += fmt::format("{:>18}", title_of(column.name, parts.front().baseline));
  const auto add_row = [&](const std::string& name, std::optional<int64_t> image,
                           ImageQuality RestorationQuality::*of) {
    text += fmt::format("\n{:<24}", name);
    for (const RestorationQuality& column : columns) {
      const ImageQuality& quality = column.*of;
      text +=
          fmt::format("{:>18}", cell(number(quality.psnr, image), 2) + " / " + cell(number(quality.ssim, image), 3));
    }
  };
  for (size_t i = 0; i < names.size(); ++i) add_row(names[i], static_cast<int64_t>(i), &RestorationQuality::quality);
  add_row(fmt::format("mean of {}", names.size()), {}, &RestorationQuality::quality);
  if (columns.front().luma.psnr.defined()) add_row("mean, luma", {}, &RestorationQuality::luma);
  return text + fmt::format("\n({})\n", convention(parts));
}

}  // namespace mdsm
