#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mdsm/base/watch.h"
#include "mdsm/data/reading.h"
#include "mdsm/data/source.h"
#include "mdsm/evaluate/parts.h"
#include "mdsm/run/checkpoint.h"

namespace mdsm {

/// What is evaluated, and how: what every evaluation may be told.
struct EvaluationOptions {
  std::filesystem::path run = {};  ///< run directory, checkpoint or shipped model; empty: none
  std::string images = {};         ///< measured instead of the run's samples or test data; empty: none
  std::string reference = {};      ///< compared with; empty: the evaluation's own default
  int64_t n = 0;                   ///< samples or data; 0: the evaluation's own default
  uint64_t seed = 0;               ///< of the first sample, the others follow; and of what else is random
  int64_t batch = 0;               ///< data at once; 0: the evaluation's own default
  std::filesystem::path out = {};  ///< folder for partial results and files; empty: none
  Weights weights = Weights::average;
  Precision precision = Precision::automatic;
};

/// What an evaluation works with: the run's energy, its data, and where partial results and files go.
class EvaluationContext {
 public:
  explicit EvaluationContext(EvaluationOptions told, Watch hearing = {});
  /// Of an energy that is in memory; told.run is not read.
  explicit EvaluationContext(TrainedEnergy trained, EvaluationOptions told = {}, Watch hearing = {});

  const EvaluationOptions options;
  const Watch watch;

  bool has_run() const { return trained_.has_value() || !options.run.empty(); }
  /// The run's energy, read at the first call.
  /// \throws Error if there is no run
  const TrainedEnergy& trained();
  const Energy& energy() { return *trained().energy; }
  /// Float32 unless the options say otherwise: for evaluations that compare energies of nearby points. Before
  /// trained().
  void prefer_float32() { preferred_ = Precision::fp32; }

  /// The number asked for, or the evaluation's own.
  int64_t count_or(int64_t otherwise) const { return options.n > 0 ? options.n : otherwise; }
  int64_t batch_or(int64_t otherwise) const { return options.batch > 0 ? options.batch : otherwise; }
  /// Consecutive seeds from that of the options on.
  /// \param first  how many come before
  std::vector<uint64_t> seeds(int64_t count, int64_t first = 0) const;

  /// The data that `name` names, changed as the run's own are.
  std::shared_ptr<const Source> named_data(const std::string& name, OutOfRange out_of_range = OutOfRange::kept);
  /// options.images, or what training never saw.
  std::shared_ptr<const Source> test_data();
  /// options.reference, or what the run was trained on.
  std::shared_ptr<const Source> training_data();
  /// The part of these data that is looked at: options.n of them or, where that is not said, all up to `most`; chosen
  /// by the seed (data/subset.h).
  std::shared_ptr<const Source> chosen(std::shared_ptr<const Source> data, int64_t most) const;

  /// The folder of options.out, made if it is not there; empty if there is none.
  std::filesystem::path out_folder() const;
  /// Writes a file into it; nothing where there is none.
  void write_beside(const std::string& name, const std::string& bytes);
  /// Writes a picture (C, H, W) where the user wants it.
  void write_picture(const std::filesystem::path& file, const Tensor& picture);
  /// Keeps what must be said of how these data were read, once each.
  void take_notes(const Source& data);
  /// Something that a reader of the numbers must know, of a step on the way to them: `evaluated` adds it to the results.
  void note(std::string text) { notes_.push_back(std::move(text)); }
  const std::vector<std::string>& notes() const { return notes_; }
  /// What was written so far.
  const std::vector<std::filesystem::path>& written() const { return written_; }

  /// Names of settings, and their JSON texts.
  using PartSettings = std::vector<std::pair<std::string, std::string>>;
  /// The store of partial results in the folder of options.out; one that keeps nothing where there is none.
  ///
  /// A store belongs to one evaluation of one checkpoint (by its SHA-256) under one seed and `settings`, which must hold
  /// all else that decides the numbers.
  PartStore parts(const std::string& evaluation, const PartSettings& settings);

 private:
  Precision preferred_ = Precision::automatic;
  std::optional<TrainedEnergy> trained_;
  std::vector<std::filesystem::path> written_;
  std::vector<std::string> notes_;
};

}  // namespace mdsm
