#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace mdsm {

/// Names of methods by the work that they were fastest at.
using Choices = std::map<std::string, std::string>;

/// Choices that outlive the process: one JSON file a machine, so that two runs of one training compute with the same
/// methods and give the same bytes.
///
/// Many processes may use the file at once: the first to write a key decides it. A file that cannot be read, is damaged
/// or comes from another processor or version is as good as empty; one that cannot be written is left alone. It is a
/// cache: removing it costs a second of measuring.
class ChoiceFile {
 public:
  explicit ChoiceFile(std::filesystem::path path) : path_(std::move(path)) {}

  Choices read() const;
  /// Adds the choice unless the key has one.
  /// \return what the file says now
  std::string settle(const std::string& key, const std::string& method) const;
  const std::filesystem::path& path() const { return path_; }

  /// "mdsm/convolutions-PROCESSOR.json" under MDSM_CACHE, XDG_CACHE_HOME or ~/.cache; nothing where none of the three
  /// is set.
  static std::optional<std::filesystem::path> of_this_machine();

 private:
  std::filesystem::path path_;
};

/// What decides which method is fastest, beside the work: the processor's name and vector sets, and our version.
std::string machine_name();

std::string to_json(const Choices& choices);
/// \throws Error unless the text is a JSON object of texts; `origin` opens the error's text
Choices choices_from_json(const std::string& json, const std::string& origin);

}  // namespace mdsm
