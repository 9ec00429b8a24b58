#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "mdsm/formats/npy.h"

namespace mdsm {

/// Finished parts of long work, kept in a folder so that the work goes on where it was stopped.
///
///     settings.json  NAME.npz ...
///
/// The settings are all that decides the numbers; a folder made under other settings is refused.
class PartStore {
 public:
  /// Keeps nothing: every part is made.
  PartStore() = default;
  /// \param folder    made if it does not exist
  /// \param settings  JSON text
  /// \throws Error if the folder holds parts of other settings
  PartStore(std::filesystem::path folder, const std::string& settings);

  bool keeps() const { return !folder_.empty(); }
  /// Whether this part is there already.
  bool has(const std::string& name) const;
  /// The arrays of part `name`: those of the folder if it is there, else those that `make` gives, which are kept. Of the
  /// ranks of a job, which call it together, the leading one looks; `make` may share its work (parallel/job.h).
  std::vector<NamedArray> get(const std::string& name, const std::function<std::vector<NamedArray>()>& make) const;

 private:
  std::filesystem::path file(const std::string& name) const { return folder_ / (name + ".npz"); }
  std::filesystem::path folder_;
};

/// The array of this name.
/// \throws Error (failure) if the part lacks it
const Tensor& array_of(const std::vector<NamedArray>& part, std::string_view name);

}  // namespace mdsm
