// Figures of samples: one picture a data set.

#include <nlohmann/json.hpp>

#include "mdsm/reproduce/findings.h"
#include "mdsm/reproduce/sections/sections.h"

namespace mdsm {
namespace {

struct Subject {
  const char* run;
  const char* what;
};

constexpr Subject kSubjects[] = {{"mnist", "MNIST, the paper's network and chain"},
                                 {"mnist-unet", "MNIST, our network and sampler"},
                                 {"fashion-mnist", "Fashion-MNIST"},
                                 {"cifar10", "CIFAR-10"},
                                 {"celeba", "CelebA"}};

/// The chain is shortened where all is; samplers of few gradients are not.
std::vector<std::string> chain_of(const Place& place, const std::string& run) {
  const bool langevin = run == "mnist" || (place.scale().is_paper() && run != "mnist-unet");
  return langevin ? place.scale().chain() : std::vector<std::string>{};
}

std::vector<Step> steps(const Place& place) {
  std::vector<Step> steps;
  for (const auto& [run, what] : kSubjects) {
    const std::string picture = (place.work("samples") / (std::string(run) + ".png")).string();
    Step step{run, run, {"sample", place.run(run), "-n", place.scale().is_smoke() ? "16" : "64", "--grid", picture}};
    for (std::string& part : chain_of(place, run)) step.arguments.push_back(std::move(part));
    steps.push_back(std::move(step));
  }
  steps.push_back({"fid-mnist-unet",
                   "mnist-unet",
                   {"evaluate", place.run("mnist-unet"), "fid", "--features", "digits", "-n",
                    std::to_string(place.scale().pick(64, 5000, 5000)), "--floor", "--json"}});
  return steps;
}

void write(const Findings& findings, SectionText& text) {
  std::string ours;
  std::vector<std::string> runs;
  for (const auto& [run, what] : kSubjects) {
    if (!findings.has(run)) continue;
    runs.emplace_back(run);
    text.page.add(findings.picture(
        run, std::string("Samples: ") + what,
        std::string(what) + ". `" + findings.command(run) + "`, " + decimal(findings.seconds(run), 0) + " s."));
  }
  if (findings.has("fid-mnist-unet")) {
    ours = "MNIST, ours: Frechet distance through digit features " +
           decimal(findings.number("fid-mnist-unet", "frechet_inception_distance"), 1) + " with " +
           decimal(findings.number("fid-mnist-unet", "gradients_per_sample"), 0) + " gradients a sample; " +
           decimal(findings.number("fid-mnist-unet", "n"), 0) + " training images give " +
           decimal(findings.number("fid-mnist-unet", "frechet_floor"), 1);
  }
  write_comparison(findings, text.page,
                   {"pictures of MNIST, Fashion-MNIST, CIFAR-10 and CelebA; no number but those of table 1", ours, runs,
                    "the first seeds, nothing picked",
                    findings.scale().is_paper() ? "the fraction of updates; mnist-unet is ours, not the paper's"
                                                : "networks, training; sampler but for the first picture"});
}

}  // namespace

const Section kSamples{"samples", "Samples", steps, write};

}  // namespace mdsm
