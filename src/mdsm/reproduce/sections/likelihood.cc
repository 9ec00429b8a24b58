// Likelihood of MNIST by annealed importance sampling, from below and from above.

#include "mdsm/reproduce/findings.h"
#include "mdsm/reproduce/sections/parts.h"
#include "mdsm/reproduce/sections/sections.h"

namespace mdsm::reproduce {
namespace {

std::vector<Step> steps(const Place& place) {
  const std::vector<std::string> common = likelihood_command(place, "mnist-unet", {32, 300, 5});
  return {{"hmc", "mnist-unet", common},
          {"authors", "mnist-unet", joined(common, {"--transition", "langevin", "--spacing", "exponential"})}};
}

std::vector<std::string> row(const Findings& findings, const std::string& step, const std::string& label) {
  const auto number = [&](const char* key, int decimals) { return decimal(findings.number(step, key), decimals); };
  return {label,
          number("log_z_lower", 1),
          number("log_z_upper", 1),
          number("log_z_lower_mean_of_logs", 1),
          number("log_z_upper_mean_of_logs", 1),
          number("bits_per_dim_high_mean_of_logs", 3)};
}

void write(const Findings& findings, SectionText& text) {
  block::Table table{{"transitions", "log Z, forward", "log Z, reverse", "mean of logs, forward",
                      "mean of logs, reverse", "bits/dim by the last"},
                     {row(findings, "hmc", "Hamiltonian, Metropolis test"),
                      row(findings, "authors", "one Langevin step, untested: the authors' code")},
                     ""};
  text.page.add(table);
  const double gap = findings.number("hmc", "log_z_gap");
  text.page.paragraph(
      "Forward annealing starts from the reference and bounds log Z from below, reverse annealing starts from test "
      "images with noise sigma0 and bounds it from above only as far as those are samples of the model. The two stand " +
      decimal(gap, 1) + " nats apart" + (gap < 0 ? ": they cross, so this is a pair of estimates and no bracket" : "") +
      ". On densities that are known the same code's brackets hold the truth (tests/evaluate/ais/ais_test.cc). "
      "The second row's transitions leave no density invariant; its numbers bound nothing.");
  const std::string ours =
      decimal(findings.number("hmc", "bits_per_dim_high_mean_of_logs"), 2) +
      " bits/dim, pixels in [0, 255]; log-density " + decimal(findings.number("hmc", "log_density_low"), 0) + " to " +
      decimal(findings.number("hmc", "log_density_high"), 0) + " nats a picture, pixels in [0, 1]; floor " +
      decimal(findings.number("hmc", "bits_per_dim_entropy_floor"), 3);
  write_comparison(
      findings, text.page,
      {"MNIST: 1.21 bits/dim as log-density in [0, 1] units; CIFAR-10: 7.04 bits/dim in [0, 255] units, of "
       "which 6.725 are the entropy of the noise",
       ours,
       {"mnist-unet"},
       decimal(findings.number("hmc", "chains"), 0) + " chains each way, " +
           decimal(findings.number("hmc", "temperatures"), 0) + " temperatures, " +
           decimal(findings.number("hmc", "gradients_forward"), 0) + " gradients forward",
       "both directions from one reference, a Metropolis test, adaptive temperatures; network, training"});
}

}  // namespace

const Section kLikelihood{"likelihood", "Likelihood", steps, write};

}  // namespace mdsm::reproduce
