#include "mdsm/train/directory_writer.h"

#include "mdsm/base/error.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/safetensors.h"
#include "mdsm/train/resume.h"
#include "mdsm/train/saved_state.h"

namespace mdsm {
namespace {

/// A run's folder was there when the training began: that it is gone is no bad request.
void require_there(const RunDirectory& run) {
  if (std::filesystem::is_directory(run.path())) return;
  fail(
      "{}: the run's directory is gone (removed or moved while it was trained). Start again, or go on with "
      "what was moved.",
      run.path().string());
}

}  // namespace

std::string DirectoryWriter::begin(const Experiment& experiment) {
  directory_.create();
  hold();
  std::string said = mend_state(directory_);
  if (other_ == OtherExperiment::refuse && directory_.has_state()) require_same_experiment(experiment, directory_);
  experiment_ = experiment;
  write_file_atomically(directory_.experiment_file(), to_toml(experiment_));
  return said;
}

void DirectoryWriter::hold() {
  if (!lock_) lock_.emplace(directory_);
}

std::shared_ptr<const DataMoments> DirectoryWriter::moments(const Source& data, int64_t rank) {
  const std::filesystem::path file = directory_.moments_file();
  if (!std::filesystem::exists(file)) {
    SafeTensors content;
    content.tensors = moment_tensors(fit_moments(data, {.rank = rank}));
    content.metadata = {{"format", "mdsm-moments-1"}};
    write_safetensors(file, content);
  }
  auto moments = moments_of(read_safetensors(file).tensors, data.info().datum_shape, file.string());
  require(moments != nullptr, "{}: no moments in it (damaged?). Remove it: it is made again.", file.string());
  return moments;
}

bool DirectoryWriter::read_state(TrainState& state, const Parameters& names) {
  if (!directory_.has_state()) return false;
  load_state(directory_.state_file(), state, names);
  return true;
}

void DirectoryWriter::write_state(const TrainState& state, const Parameters& names) {
  require_there(directory_);
  keep_previous_state(directory_);
  save_state(directory_.state_file(), state, names, to_json(experiment_));
}

std::optional<std::filesystem::path> DirectoryWriter::write_checkpoint(const Energy& average, int64_t step,
                                                                       const DataMoments* moments,
                                                                       EnergyOrigin origin) {
  require_there(directory_);
  std::filesystem::path file = directory_.checkpoint_file(step);
  mdsm::write_checkpoint(file, average, experiment_, step, moments, origin);
  return file;
}

}  // namespace mdsm
