#include "mdsm/cli/restore_results.h"

#include <fmt/format.h>

#include "mdsm/evaluate/quality.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/image_grid.h"
#include "mdsm/formats/npy.h"
#include "mdsm/formats/png.h"

namespace mdsm::cli {
namespace {

using nlohmann::ordered_json;

constexpr int64_t kGridRows = 16;
constexpr int64_t kGridSamples = 8;

ImageQuality mean_over_samples(const Tensor& samples, const Tensor& truth) {
  Tensors p;
  Tensors s;
  for (int64_t k = 0; k < samples.size(0); ++k) {
    const ImageQuality one = image_quality(samples[k], truth);
    p.push_back(one.psnr);
    s.push_back(one.ssim);
  }
  return {at::stack(p).mean(0), at::stack(s).mean(0)};
}

// nlohmann writes null for what is not finite.
ordered_json pair_json(const Tensor& p, const Tensor& s) {
  return {{"psnr", p.item<double>()}, {"ssim", s.item<double>()}};
}

PngTexts texts_of(const RestoreResults& results) {
  return {{"run", results.run},
          {"task", results.task},
          {"sampler", results.solver},
          {"seed", std::to_string(results.seed)}};
}

std::string cell(const ordered_json& value, int decimals) {
  return value.is_null() ? "-" : fmt::format("{:.{}f}", value.get<double>(), decimals);
}

}  // namespace

ordered_json quality_json(const RestoreResults& results) {
  std::vector<std::pair<std::string, ImageQuality>> rows{{"ours", mean_over_samples(results.samples, results.truth)}};
  if (results.samples.size(0) > 1)
    rows.emplace_back("ours_mean", image_quality(results.samples.mean(0), results.truth));
  rows.emplace_back("pseudo_inverse", image_quality(results.pseudo_inverse, results.truth));
  rows.emplace_back("classical", image_quality(results.classical, results.truth));
  ordered_json out;
  for (const auto& [name, quality] : rows) out[name] = pair_json(quality.psnr.mean(), quality.ssim.mean());
  out["images"] = ordered_json::array();
  for (size_t i = 0; i < results.names.size(); ++i) {
    const auto n = static_cast<int64_t>(i);
    ordered_json image{{"name", results.names[i]}};
    for (const auto& [name, quality] : rows) image[name] = pair_json(quality.psnr[n], quality.ssim[n]);
    out["images"].push_back(std::move(image));
  }
  // Numbers that are not finite read as null from here on.
  return ordered_json::parse(out.dump());
}

std::string quality_table(const ordered_json& quality, const std::string& baseline) {
  std::vector<std::pair<std::string, std::string>> columns{{"ours", "ours"}};
  if (quality.contains("ours_mean")) columns.emplace_back("ours_mean", "ours, mean");
  columns.emplace_back("pseudo_inverse", "pseudo-inverse");
  columns.emplace_back("classical", baseline);
  std::string text = fmt::format("{:<24}", "PSNR dB / SSIM");
  for (const auto& [key, title] : columns) text += fmt::format("{:>18}", title);
  const auto add_row = [&](const std::string& name, const ordered_json& row) {
    text += fmt::format("\n{:<24}", name);
    for (const auto& [key, title] : columns) {
      text += fmt::format("{:>18}", cell(row.at(key).at("psnr"), 2) + " / " + cell(row.at(key).at("ssim"), 3));
    }
  };
  for (const ordered_json& image : quality.at("images")) add_row(image.at("name").get<std::string>(), image);
  add_row(fmt::format("mean of {}", quality.at("images").size()), quality);
  return text + "\n";
}

void write_restorations(const RestoreResults& results, const std::string& out) {
  if (out.ends_with(".npy")) {
    write_npy(out, results.samples.transpose(0, 1).contiguous());
    return;
  }
  make_folders(out);
  const int64_t count = results.samples.size(0);
  const auto write = [&](size_t image, const std::string& ending, const Tensor& pixels) {
    write_png(std::filesystem::path(out) / (results.names[image] + ending + ".png"), to_uint8(pixels),
              texts_of(results));
  };
  for (size_t i = 0; i < results.names.size(); ++i) {
    const Tensor of_image = results.samples.select(1, static_cast<int64_t>(i));
    for (int64_t k = 0; k < count; ++k) write(i, count == 1 ? "" : fmt::format("-{}", k), of_image[k]);
    if (count > 1) write(i, "-mean", of_image.mean(0));
  }
}

void write_restoration_grid(const RestoreResults& results, const std::string& grid) {
  const int64_t rows = std::min(kGridRows, results.samples.size(1));
  const int64_t count = results.samples.size(0);
  Tensors cells;
  int64_t columns = 0;
  for (int64_t i = 0; i < rows; ++i) {
    const Tensor samples = results.samples.select(1, i);
    if (results.truth.defined()) cells.push_back(results.truth[i]);
    cells.push_back(results.shown[i]);
    cells.push_back(results.classical[i]);
    for (int64_t k = 0; k < std::min(kGridSamples, count); ++k) cells.push_back(samples[k]);
    if (count > 1) {
      cells.push_back(samples.mean(0));
      cells.push_back(samples.std(0, /*unbiased=*/true) * 2);
    }
    if (i == 0) columns = static_cast<int64_t>(cells.size());
  }
  write_png(grid, image_grid(to_uint8(at::stack(cells)), columns), texts_of(results));
}

}  // namespace mdsm::cli
