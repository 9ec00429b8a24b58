#pragma once

#include <map>
#include <string>
#include <vector>

#include "mdsm/evaluate/results.h"
#include "mdsm/reproduce/section.h"

namespace mdsm::reproduce {

/// What is to be said of a trained energy beside every number that comes from it.
struct RunFacts {
  std::string network;     ///< "Res12 of width 16, quadratic head, 571,683 parameters"
  std::string training;    ///< "2000 updates of 128 in 151 s, one noise level 0.3"
  int64_t dimensions = 0;  ///< of a datum
};

/// Rows of numbers under named columns.
using Columns = std::map<std::string, std::vector<double>>;

/// The results of one section's steps.
class Findings {
 public:
  /// \param missing  why a step was left out, by its name
  Findings(const Place& place, std::string section, std::map<std::string, std::string> missing)
      : place_(place), section_(std::move(section)), missing_(std::move(missing)) {}

  const Place& place() const { return place_; }
  const Scale& scale() const { return place_.scale(); }
  bool has(const std::string& step) const { return !missing_.contains(step); }

  /// What the step printed.
  /// \throws Error(failure) if that was no JSON object
  Results results(const std::string& step) const;
  /// A number out of it; NaN where it is null or not there.
  /// \param key  "ours/psnr" is psnr in the object ours
  double number(const std::string& step, const std::string& key) const;
  /// A text out of it; empty where there is none.
  std::string text(const std::string& step, const std::string& key) const;
  /// A table out of it; empty where there is none.
  std::vector<ResultRow> rows(const std::string& step, const std::string& key) const;
  double seconds(const std::string& step) const;
  /// The command as one can type it.
  std::string command(const std::string& step) const;

  /// A file that a step wrote in the section's folder, or a shared step in its own.
  std::string file(const std::string& name) const;
  Columns csv(const std::string& name) const;
  /// The same as a picture of the page.
  /// \param name  the file's, without .png
  block::Picture picture(const std::string& name, const std::string& alt, const std::string& caption,
                         int width = 0) const;

  RunFacts run(const std::string& run) const;

 private:
  /// In the section's folder, or in that of shared steps.
  std::filesystem::path path_of(const std::string& file) const;

  const Place& place_;
  std::string section_;
  std::map<std::string, std::string> missing_;
};

/// The end of every section: the paper's value, ours, what ours was made with, and what differs.
struct Comparison {
  std::string paper;
  std::string ours;
  std::vector<std::string> runs;
  std::string counts;  ///< "256 samples each"; empty: nothing to say
  std::string differs;
};
void write_comparison(const Findings& findings, Page& page, const Comparison& comparison);

/// A cell of a row; NaN where it is not there or no number.
double number_in(const ResultRow& row, const std::string& column);
/// The same of a text; empty where there is none.
std::string text_in(const ResultRow& row, const std::string& column);

/// "12.3", with as many decimals; "-" for what is not finite.
std::string decimal(double value, int decimals);

}  // namespace mdsm::reproduce
