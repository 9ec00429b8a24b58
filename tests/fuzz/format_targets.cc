// Readers of src/mdsm/formats and config.

#include "fuzz/target.h"
#include "mdsm/base/seeds.h"
#include "mdsm/data/fetch/http_range.h"
#include "mdsm/formats/archive_reader.h"
#include "mdsm/formats/npy.h"
#include "mdsm/formats/png.h"
#include "mdsm/formats/safetensors.h"
#include "mdsm/formats/whole_picture.h"
#include "mdsm/run/experiment.h"

namespace mdsm::fuzz {
namespace {

/// An archive of any kind: libarchive goes by the bytes.
void read_archive(std::string_view bytes) {
  ArchiveReader archive(file_of(bytes, "x.zip"));
  while (archive.next()) archive.read(int64_t{1} << 24);
}

void read_arrays(std::string_view bytes) {
  const auto file = file_of(bytes, "x.npz");
  for (const std::string& name : npz_names(file)) read_npz(file, name);
}

/// One assignment, as after --set.
void set_option(std::string_view bytes) {
  Experiment experiment;
  set_from_text(std::string(bytes), experiment.options());
}

void read_http(std::string_view bytes) {
  const size_t middle = bytes.size() / 2;
  range_start(bytes);
  range_validator(bytes.substr(0, middle), bytes.substr(middle));
}

/// As data sets read it, and as who writes it again.
void decode_both(const std::string& bytes, const char* name) {
  decode_whole_picture(bytes, name);
  decode_image(bytes, name);
}

}  // namespace

std::vector<Target> format_targets() {
  return {
      {"png", [](std::string_view bytes) { decode_both("\x89PNG\r\n\x1a\n" + std::string(bytes), "x.png"); }},
      {"png_text", [](std::string_view bytes) { read_png_text(file_of(bytes, "x.png")); }},
      {"jpeg", [](std::string_view bytes) { decode_both("\xff\xd8\xff" + std::string(bytes), "x.jpg"); }},
      {"npy", [](std::string_view bytes) { decode_npy(bytes, "x.npy"); }},
      {"npz", read_arrays},
      {"archive", read_archive},
      {"safetensors", [](std::string_view bytes) { read_safetensors(file_of(bytes, "x.safetensors")); }},
      {"experiment", [](std::string_view bytes) { read_experiment(file_of(bytes, "x.toml")); }},
      {"experiment_json", [](std::string_view bytes) { experiment_from_json(std::string(bytes), "x"); }},
      {"set", set_option},
      {"seeds", [](std::string_view bytes) { parse_seeds(std::string(bytes)); }},
      {"http_range", read_http},
  };
}

}  // namespace mdsm::fuzz
