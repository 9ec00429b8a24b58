#include "mdsm/cli/restore_results.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <optional>

namespace mdsm::cli {
namespace {

using nlohmann::ordered_json;

/// Of image i or, without one, the mean of all.
double number(const Tensor& values, std::optional<int64_t> i) {
  return (i ? values[*i] : values.mean()).item<double>();
}

// nlohmann writes null for what is not finite.
void add_quality(ordered_json& out, const std::vector<RestorationQuality>& rows, std::optional<int64_t> image) {
  for (const auto& [name, quality] : rows)
    out[name] = {{"psnr", number(quality.psnr, image)}, {"ssim", number(quality.ssim, image)}};
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

}  // namespace

std::string restoration_json(const TrainedEnergy& trained, const RestorationRequest& request,
                             const Restoration& restoration, const std::vector<std::string>& names) {
  const std::string& task = request.degradation.task;
  ordered_json out{{"run", trained.file.string()},
                   {"weights", trained.weights == Weights::raw ? "raw" : "average"},
                   {"task", task},
                   {"n", names.size()},
                   {"sigma", request.sigma},
                   {"seed", request.seed},
                   {"solver", restoration.options.solver},
                   {"gradients", restoration.gradients},
                   {"samples", request.samples},
                   {"sigma_max", restoration.options.sigma_max},
                   {"sigma_min", restoration.options.sigma_min},
                   {"baseline", restoration.baseline}};
  if (task == "inpaint") out["mask"] = request.degradation.mask;
  if (task == "superres") out["factor"] = request.degradation.factor;
  if (request.degradation.fraction > 0) out["fraction"] = request.degradation.fraction;
  out["convention"] = "pixels in [0, 1], clamped; PSNR of peak 1; SSIM 11 x 11 Gaussian, sigma 1.5, valid windows";
  const std::vector<std::string> notes = restoration_notes(restoration, request.sigma);
  if (!notes.empty()) out["notes"] = notes;
  if (restoration.truth.defined()) {
    const std::vector<RestorationQuality> rows = restoration_quality(restoration);
    add_quality(out, rows, {});
    out["images"] = ordered_json::array();
    for (size_t i = 0; i < names.size(); ++i) {
      out["images"].push_back({{"name", names[i]}});
      add_quality(out["images"].back(), rows, static_cast<int64_t>(i));
    }
  }
  return out.dump();
}

std::string restoration_table(const Restoration& restoration, const std::vector<std::string>& names) {
  const std::vector<RestorationQuality> columns = restoration_quality(restoration);
  std::string text = fmt::format("{:<24}", "PSNR dB / SSIM");
  for (const auto& column : columns) text += fmt::format("{:>18}", title_of(column.name, restoration.baseline));
  const auto add_row = [&](const std::string& name, std::optional<int64_t> image) {
    text += fmt::format("\n{:<24}", name);
    for (const auto& [unused, quality] : columns) {
      text +=
          fmt::format("{:>18}", cell(number(quality.psnr, image), 2) + " / " + cell(number(quality.ssim, image), 3));
    }
  };
  for (size_t i = 0; i < names.size(); ++i) add_row(names[i], static_cast<int64_t>(i));
  add_row(fmt::format("mean of {}", names.size()), {});
  return text + "\n";
}

}  // namespace mdsm::cli
