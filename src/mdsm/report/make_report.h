#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "mdsm/base/watch.h"
#include "mdsm/energy/precision.h"
#include "mdsm/report/page.h"
#include "mdsm/run/checkpoint.h"

namespace mdsm::report {

/// Which chains a report draws.
enum class ReportChains {
  own,        ///< of the run's own sampler
  automatic,  ///< and a short annealed Langevin chain, where it takes no more than 15 s
  langevin,   ///< and the paper's chain of annealed Langevin dynamics, 2701 gradients
};

/// How much a report works.
enum class ReportWork {
  all,       ///< draws samples, restores, scores
  log_only,  ///< reads what the run wrote, and computes nothing
};

/// What a report is of.
struct ReportOptions {
  std::filesystem::path run;                   ///< run directory, checkpoint or shipped model
  std::vector<std::filesystem::path> compare;  ///< other runs beside it
  ReportWork work = ReportWork::all;
  ReportChains chains = ReportChains::automatic;
  int64_t count = 500;   ///< data of each half that energies and denoising are measured on; at least 1
  int64_t samples = 64;  ///< that are drawn; at least 1
  uint64_t seed = 0;     ///< of the first sample, the others follow; and of all noise
  Weights weights = Weights::average;
  Precision precision = Precision::automatic;
};

/// The report of a run: what was trained, curves, samples over training, the chain, denoising, restoration, energies,
/// neighbours and all evaluations (docs/report.md). What a run has no source for is left out, with a line that says so.
/// \throws Error as load_trained_energy does
Page make_report(const ReportOptions& options, const Watch& watch = {});

}  // namespace mdsm::report
