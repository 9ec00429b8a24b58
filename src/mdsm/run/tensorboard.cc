#include "mdsm/run/tensorboard.h"

#include <unistd.h>

#include <chrono>

#include "mdsm/base/error.h"
#include "mdsm/formats/png.h"
#include "mdsm/formats/tfrecord.h"
#include "mdsm/run/tensorboard_event.pb.h"
#include "mdsm/system/machine.h"

namespace mdsm {
namespace {

using tensorboard::Event;

/// Seconds since 1970.
double wall_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// A file that did not exist. Within one second one process may open several.
AppendFile new_file(const std::filesystem::path& folder) {
  const std::string start =
      fmt::format("events.out.tfevents.{:010d}.{}.{}", static_cast<int64_t>(wall_time()), host_name(), ::getpid());
  for (int count = 0;; ++count) {
    std::filesystem::path path = folder / fmt::format("{}.{}", start, count);
    if (!std::filesystem::exists(path)) return AppendFile(std::move(path), AppendFile::Mode::create);
  }
}

Event event_at(int64_t step) {
  Event event;
  event.set_wall_time(wall_time());
  event.set_step(step);
  return event;
}

void write(AppendFile& file, const Event& event) { file.append(tfrecord(event.SerializeAsString())); }

}  // namespace

EventWriter::EventWriter(const std::filesystem::path& folder, int64_t first_step) : file_(new_file(folder)) {
  Event version = event_at(0);
  version.set_file_version("brain.Event:2");
  write(file_, version);
  Event start = event_at(first_step);
  start.mutable_session_log()->set_status(tensorboard::SessionLog::START);
  write(file_, start);
}

void EventWriter::add_scalars(std::span<const TaggedScalar> scalars, int64_t step) {
  Event event = event_at(step);
  for (const auto& [tag, number] : scalars) {
    tensorboard::Summary::Value* value = event.mutable_summary()->add_value();
    value->set_tag(tag);
    value->set_simple_value(static_cast<float>(number));
  }
  write(file_, event);
}

void EventWriter::add_image(std::string_view tag, const Tensor& image, int64_t step) {
  Event event = event_at(step);
  tensorboard::Summary::Value* value = event.mutable_summary()->add_value();
  value->set_tag(std::string(tag));
  value->mutable_image()->set_encoded_image_string(encode_png(image));
  value->mutable_image()->set_colorspace(static_cast<int32_t>(image.size(0)));
  value->mutable_image()->set_height(static_cast<int32_t>(image.size(1)));
  value->mutable_image()->set_width(static_cast<int32_t>(image.size(2)));
  write(file_, event);
}

}  // namespace mdsm
