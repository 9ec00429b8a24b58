// In-painting of test images: the paper's clamped chain beside our solver.

#include "mdsm/reproduce/findings.h"
#include "mdsm/reproduce/sections/sections.h"

namespace mdsm::reproduce {
namespace {

struct Subject {
  const char* name;
  const char* run;
  const char* solver;
};

constexpr Subject kSubjects[] = {{"mnist-langevin", "mnist-unet", "langevin"},
                                 {"mnist-fast", "mnist-unet", "fast"},
                                 {"fashion-fast", "fashion-mnist", "fast"},
                                 {"cifar10-fast", "cifar10", "fast"},
                                 {"celeba-fast", "celeba", "fast"}};

/// Restorations of each image. The chain of 2700 gradients takes its time.
std::string restorations(const Scale& scale, const std::string& solver) {
  return scale.is_smoke() || solver == "langevin" ? "1" : "3";
}

std::vector<Step> steps(const Place& place) {
  std::vector<Step> steps;
  for (const auto& [name, run, solver] : kSubjects) {
    const std::string data = place.data(run) + "/test";
    const std::string grid = (place.work("inpainting") / (std::string(name) + ".png")).string();
    Step step{name,
              run,
              {"restore", place.run(run), data, "-n", "8", "--task", "inpaint", "--mask", "right-half", "--solver",
               solver, "--samples", restorations(place.scale(), solver), "--grid", grid, "--json"},
              {data}};
    if (place.scale().is_smoke()) step.arguments.insert(step.arguments.end(), {"--steps", "20"});
    steps.push_back(std::move(step));
  }
  return steps;
}

void write(const Findings& findings, SectionText& text) {
  block::Table table{{"test images", "solver", "PSNR, one, dB", "PSNR, classical, dB", "seconds"}, {}, ""};
  std::vector<std::string> runs;
  for (const auto& [name, run, solver] : kSubjects) {
    if (!findings.has(name)) continue;
    const std::string data = findings.place().data(run) + "/test";
    const auto psnr = [&](const char* who) { return decimal(findings.number(name, std::string(who) + "/psnr"), 1); };
    table.rows.push_back({data, solver, psnr("ours"), psnr("classical"), decimal(findings.seconds(name), 0)});
    text.page.add(findings.picture(
        name, "Right half restored: " + data + ", " + solver,
        data + ", solver " + solver + ": truth, measurement, classical fill, ours (" +
            (restorations(findings.scale(), solver) == "1" ? "one" : "three, then mean and spread") + ")."));
    if (runs.empty() || runs.back() != run) runs.emplace_back(run);
  }
  text.page.add(table);
  write_comparison(findings, text.page,
                   {"pictures of CelebA and CIFAR-10 test images, by the clamped chain of 2700 gradients",
                    "the table above; several completions of one picture differ where the measurement leaves it open",
                    runs, "8 test images each, the first ones",
                    "the paper's chain clamps known pixels with noise sigma0 sqrt(T) (its code takes the root twice); "
                    "`fast` is ours and takes tens of gradients"});
}

}  // namespace

const Section kInpainting{"inpainting", "In-painting", steps, write};

}  // namespace mdsm::reproduce
