#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "mdsm/base/tensor.h"
#include "mdsm/formats/append_file.h"

namespace mdsm {

/// A number with the name under which TensorBoard draws it: "loss/train".
using TaggedScalar = std::pair<std::string, double>;

/// Writes one event file for TensorBoard (`tensorboard --logdir FOLDER`): curves and pictures by training step.
///
/// Every writer makes a file of its own, events.out.tfevents.<seconds>.<host>.<process>.<count>; TensorBoard joins the
/// files of a folder in the order of their names. Each call's event is in the file when the call returns.
class EventWriter {
 public:
  /// Opens a new file in an existing folder.
  /// \param first_step  the first step that will be written: 1001 for a run that is resumed from step 1000. A reader
  ///                    drops what earlier files of the folder say of that step and of later ones
  /// \throws Error if the folder does not exist or cannot be written
  EventWriter(const std::filesystem::path& folder, int64_t first_step);

  const std::filesystem::path& path() const { return file_.path(); }

  /// Numbers of one step; kept as float32.
  /// \throws Error(failure) if the disk is full
  void add_scalars(std::span<const TaggedScalar> scalars, int64_t step);

  /// A picture of one step.
  /// \param image  (C, H, W) uint8, C = 1 or 3, as encode_png takes it
  /// \throws Error as add_scalars and encode_png do
  void add_image(std::string_view tag, const Tensor& image, int64_t step);

 private:
  AppendFile file_;
};

}  // namespace mdsm
