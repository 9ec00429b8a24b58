#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mdsm {

/// Picture files of a folder or an archive, read when they are wanted. Of an archive, which can only be read from its
/// beginning, the files' bytes are held as they are.
class PictureFiles {
 public:
  /// \param where  folder or archive (readers/file_tree.h)
  /// \param paths  of the pictures in it
  /// \throws Error if there is none; if an archive is damaged, lacks one, or does not fit into the memory
  PictureFiles(std::filesystem::path where, std::vector<std::string> paths);

  int64_t size() const { return static_cast<int64_t>(paths_.size()); }
  /// What error texts call it.
  std::string name(int64_t picture) const;
  /// May be called from several threads.
  /// \throws Error if it cannot be read
  std::string read(int64_t picture) const;
  int64_t held_bytes() const;

 private:
  void hold();

  std::filesystem::path where_;
  std::vector<std::string> paths_;
  std::vector<std::string> held_;  // of an archive
};

}  // namespace mdsm
