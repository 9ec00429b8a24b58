// Table 1: unconditional samples and likelihood of CIFAR-10.

#include "mdsm/reproduce/findings.h"
#include "mdsm/reproduce/sections/parts.h"
#include "mdsm/reproduce/sections/sections.h"

namespace mdsm::reproduce {
namespace {

// Table 1 of the paper, as quoted there: IS, FID, bits a dimension.
const std::vector<std::vector<std::string>> kQuoted{{"iResNet", "-", "65.01", "3.45", "paper"},
                                                    {"PixelCNN", "4.60", "65.93", "3.14", "paper"},
                                                    {"PixelIQN", "5.29", "49.46", "-", "paper"},
                                                    {"Residual Flow", "-", "46.37", "3.28", "paper"},
                                                    {"GLOW", "-", "46.90", "3.35", "paper"},
                                                    {"EBM ensemble (Du and Mordatch)", "6.78", "38.2", "-", "paper"},
                                                    {"MDSM (Li, Chen, Sommer)", "8.31", "31.7", "7.04", "paper"},
                                                    {"SNGAN", "8.22", "21.7", "no likelihood", "paper"},
                                                    {"NCSN", "8.91", "25.32", "no likelihood", "paper"}};

std::vector<std::string> features(const Place& place) {
  if (place.inception().empty()) return {"--features", "squeezenet"};
  return {"--features", "inception", "--inception", place.inception()};
}

std::vector<std::string> likelihood(const Place& place) {
  const std::vector<std::string> command = likelihood_command(place, "cifar10", {16, 150, 3});
  // The principal directions of 3072 dimensions take longer than all of a smoke test.
  return place.scale().is_smoke() ? joined(command, {"--reference-shape", "diagonal"}) : command;
}

/// Photographs take squeezenet a while.
std::vector<std::string> reference(const Place& place) {
  if (place.scale().is_paper() || !place.inception().empty()) return {};
  return {"--reference-n", place.scale().count(128, 2000, 10000)};
}

std::vector<Step> steps(const Place& place) {
  const std::string run = place.run("cifar10"), n = place.scale().count(32, 1000, 50000);
  const std::string folder = (place.work("parts") / "cifar10").string();
  const std::vector<std::string> common = joined({"-n", n, "--json", "--out", folder}, features(place));
  return {{"fid", "cifar10", joined({"evaluate", run, "fid", "--floor"}, joined(common, reference(place)))},
          {"is", "cifar10", joined({"evaluate", run, "is"}, common)},
          {"likelihood", "cifar10", likelihood(place)}};
}

void write(const Findings& findings, SectionText& text) {
  const std::string features = findings.text("fid", "features");
  const bool comparable = features == "inception";
  const std::string fid = decimal(findings.number("fid", "frechet_inception_distance"), 1);
  const std::string is = decimal(findings.number("is", "inception_score_mean"), 2);
  const std::string bits = decimal(findings.number("likelihood", "bits_per_dim_high_mean_of_logs"), 2);
  const std::string floor = decimal(findings.number("likelihood", "bits_per_dim_entropy_floor"), 3);
  block::Table table{{"CIFAR-10", "Inception score", "FID", "bits/dim", "source"}, kQuoted, ""};
  table.rows.push_back({"**mdsm, this page**", comparable ? is : "needs `--inception FILE`",
                        comparable ? fid : "needs `--inception FILE`", bits, "measured"});
  text.page.add(table);
  if (!comparable)
    text.page.paragraph("Inception's weights are not the program's to ship. Through the features of " + features +
                        " our samples have a Frechet distance of **" + fid +
                        "** (as many training images: " + decimal(findings.number("fid", "frechet_floor"), 1) +
                        ") and a score of **" + is + "**: numbers that compare only with others of " + features + ".");
  text.page.paragraph(
      "Bits a dimension are of pixels in [0, 255], of data with noise sigma0 = 0.1: no such density lies below " +
      floor +
      ", the entropy of that noise, so neither our number nor the paper's 7.04 compares "
      "with the other rows. Ours is the mean of logs of reverse annealed importance sampling from test "
      "images, as the paper's is; between the bounds stand " +
      decimal(findings.number("likelihood", "log_z_gap"), 1) +
      " nats a picture (negative: the bounds cross, see Likelihood).");
  write_comparison(
      findings, text.page,
      {"IS 8.31, FID 31.7 (50 000 samples), 7.04 bits/dim",
       (comparable ? "IS " + is + ", FID " + fid : features + " score " + is + ", Frechet " + fid) + "; " + bits +
           " bits/dim",
       {"cifar10"},
       decimal(findings.number("fid", "n"), 0) + " samples; " + decimal(findings.number("likelihood", "chains"), 0) +
           " chains of " + decimal(findings.number("likelihood", "temperatures"), 0) + " temperatures",
       findings.scale().is_paper()
           ? "the fraction of updates and samples; the last checkpoint, not the best of all by FID"
           : "network, training, sampler, JPEG edition of the data, features, number of samples, temperatures"});
}

}  // namespace

const Section kTable1{"table1", "Table 1: CIFAR-10", steps, write};

}  // namespace mdsm::reproduce
