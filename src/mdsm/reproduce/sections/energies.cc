// Energies of training, test and other data.

#include <fmt/ranges.h>

#include "mdsm/reproduce/findings.h"
#include "mdsm/reproduce/sections/parts.h"
#include "mdsm/reproduce/sections/sections.h"

namespace mdsm::reproduce {
namespace {

/// Distance of two distribution functions that still counts as no gap.
constexpr double kSmallGap = 0.1;

struct Subject {
  const char* name;
  const char* run;
  std::vector<std::string> against;
};

const std::vector<Subject>& subjects() {
  static const std::vector<Subject> all{{"mnist", "mnist-unet", {"fashion-mnist/test", "notmnist/test"}},
                                        {"fashion-mnist", "fashion-mnist", {"mnist/test"}},
                                        {"cifar10", "cifar10", {"svhn/test"}},
                                        {"cifar10-constant", "cifar10", {"constant", "noise"}}};
  return all;
}

std::vector<Step> steps(const Place& place) {
  const std::string n = place.scale().count(64, 2000, 10000);
  std::vector<Step> steps;
  steps.push_back({"overfitting",
                   "mnist-unet",
                   {"evaluate", place.run("mnist-unet"), "energies", "-n", n, "--json", "--out",
                    (place.work("energies") / "overfitting").string()}});
  for (const auto& [name, run, against] : subjects()) {
    Step step{std::string("ood-") + name,
              run,
              {"evaluate", place.run(run), "ood", "-n", n, "--json", "--out",
               (place.work("energies") / (std::string("ood-") + name)).string()},
              against};
    for (const std::string& other : against) step.arguments.insert(step.arguments.end(), {"--against", other});
    steps.push_back(std::move(step));
  }
  return steps;
}

void write_overfitting(const Findings& findings, SectionText& text) {
  if (!findings.has("overfitting")) return;
  text.page.heading("Training against test data", 3);
  text.page.add(block::Chart{.name = "energy-train-test",
                             .caption = "MNIST: energies of training and of test images, with noise sigma0.",
                             .x_label = "E(x + sigma0 n)",
                             .y_label = "part of the images",
                             .series = histogram_series(findings.csv("overfitting/histogram-noisy-energy.csv")),
                             .kind = block::Chart::Kind::steps});
  const double distance = findings.number("overfitting", "kolmogorov_smirnov_noisy");
  text.claims.push_back({"no gap between energies of training and test data",
                         "Kolmogorov-Smirnov distance " + decimal(distance, 3) +
                             ", p = " + decimal(findings.number("overfitting", "kolmogorov_smirnov_noisy_p"), 3),
                         distance < kSmallGap ? Verdict::holds : Verdict::fails});
}

/// AUROC of each score that calls smaller values of it more outside, as well as larger ones.
void write_detection(const Findings& findings, SectionText& text) {
  text.page.heading("Out of distribution", 3);
  block::Table table{
      {"energy of", "against", "score", "AUROC, larger is outside", "AUROC, smaller is outside"}, {}, ""};
  for (const auto& [name, run, against] : subjects()) {
    const std::string step = std::string("ood-") + name;
    if (!findings.has(step)) continue;
    for (const ResultRow& row : findings.rows(step, "detection"))
      table.rows.push_back({run, text_in(row, "against"), text_in(row, "score"), decimal(number_in(row, "auroc"), 3),
                            decimal(number_in(row, "auroc_reversed"), 3)});
    text.page.add(
        block::Chart{.name = step,
                     .caption = fmt::format("{}: energies of its own test images and of {}, with noise sigma0.", run,
                                            fmt::join(against, ", ")),
                     .x_label = "E(x + sigma0 n)",
                     .y_label = "part of the images",
                     .series = histogram_series(findings.csv(step + "/histogram-noisy-energy.csv")),
                     .kind = block::Chart::Kind::steps});
  }
  text.page.add(table);
}

/// The first row of the energy with noise in a table of detections.
double auroc_of(const Findings& findings, const std::string& step, const std::string& against) {
  for (const ResultRow& row : findings.rows(step, "detection")) {
    if (text_in(row, "score") == "noisy-energy" && text_in(row, "against") == against) return number_in(row, "auroc");
  }
  return std::numeric_limits<double>::quiet_NaN();
}

void write(const Findings& findings, SectionText& text) {
  write_overfitting(findings, text);
  write_detection(findings, text);
  const bool svhn = findings.has("ood-cifar10"), constant = findings.has("ood-cifar10-constant");
  if (svhn || constant) {
    const std::string simple = svhn ? "svhn/test" : "constant";
    const double auroc = auroc_of(findings, svhn ? "ood-cifar10" : "ood-cifar10-constant", simple);
    text.claims.push_back(
        {"simpler images (the paper: SVHN under CIFAR-10's energy) get lower energy",
         simple + ": larger energy tells it with AUROC " + decimal(auroc, 3) + " (below 0.5: its energies are lower)",
         auroc < 0.5 ? Verdict::holds : Verdict::fails});
  }
  std::vector<std::string> runs{"mnist-unet", "fashion-mnist", "cifar10"};
  write_comparison(findings, text.page,
                   {"histograms of train and test coincide; SVHN gets lower energy than CIFAR-10", "see above", runs,
                    "at most " + findings.scale().count(64, 2000, 10000) + " images of each set",
                    std::string(svhn ? "" : "SVHN is not here: one-coloured images stand for simple ones; ") +
                        "networks and training; JPEG edition of CIFAR-10 where it says so"});
}

}  // namespace

const Section kEnergies{"energies", "Energies: overfitting and out of distribution", steps, write};

}  // namespace mdsm::reproduce
