#pragma once

#include <string>

#include "mdsm/reproduce/section.h"

namespace mdsm::reproduce {

/// Section name of the steps that train.
inline constexpr const char* kTraining = "train";
/// Folder of the steps that several sections have.
inline constexpr const char* kShared = "shared";

/// The folder below work/ of a section's step.
std::string home_of(const std::string& section, const Step& step);

/// The command that trains a run at this scale.
Step training_step(const Place& place, const std::string& run);

/// Why a step cannot be made on this machine (data that are not there); empty if it can.
std::string why_left_out(const Place& place, const Step& step);

/// Where a step's result is kept.
std::filesystem::path record_file(const Place& place, const std::string& section, const std::string& step);

/// When the training that a step stands on was finished; empty for a training, or if it is not.
std::string foundation(const Place& place, const Step& step);

/// Whether a step's result is there, and comes from this very command and from the training as it is now.
bool is_done(const Place& place, const std::string& section, const Step& step);

}  // namespace mdsm::reproduce
