#include "mdsm/formats/npy_reader.h"

#include <algorithm>

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"
#include "mdsm/formats/archive_reader.h"
#include "mdsm/formats/deflate.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/npy.h"
#include "mdsm/formats/npy_elements.h"

namespace mdsm {

/// Bytes in order, from the beginning of a .npy file.
class NpyReader::Bytes {
 public:
  virtual ~Bytes() = default;
  /// Up to `count` of them; fewer at the end alone.
  virtual int64_t read(void* out, int64_t count) = 0;
  /// The most that can follow the first `read_so_far`.
  virtual int64_t at_most(int64_t read_so_far) const = 0;
};

class NpyReader::FileBytes final : public Bytes {
 public:
  explicit FileBytes(const std::filesystem::path& path) : file_(path) {}
  int64_t read(void* out, int64_t count) override {
    const int64_t size = std::min(count, file_.size() - done_);
    file_.read(done_, out, size);
    done_ += size;
    return size;
  }
  int64_t at_most(int64_t read_so_far) const override { return file_.size() - read_so_far; }

 private:
  InputFile file_;
  int64_t done_ = 0;
};

class NpyReader::MemberBytes final : public Bytes {
 public:
  MemberBytes(const std::filesystem::path& npz, std::string_view name) : packed_(InputFile(npz).size()), archive_(npz) {
    while (archive_.next()) {
      if (archive_.name() == fmt::format("{}.npy", name)) return;
    }
    const std::vector<std::string> names = npz_names(npz);
    reject("'{}' holds no array '{}' (it holds {}).{}", npz.string(), name,
           names.empty() ? "none" : fmt::to_string(fmt::join(names, ", ")), did_you_mean(name, names));
  }
  int64_t read(void* out, int64_t count) override { return archive_.read_some(out, count); }
  int64_t at_most(int64_t) const override { return packed_ * kMostDeflated; }

 private:
  int64_t packed_;
  ArchiveReader archive_;
};

namespace {

[[noreturn]] void reject_length(const std::string& what, const NpyHeader& header, std::string_view follow) {
  reject("{}: {} follow the .npy header, but an array {} of {} takes {}. Was the file cut short? Write it again.", what,
         follow, to_text(header.shape), toString(header.type), header.data_bytes);
}

}  // namespace

NpyReader::~NpyReader() = default;
NpyReader::NpyReader(NpyReader&&) noexcept = default;

NpyReader::NpyReader(const std::filesystem::path& path)
    : what_(fmt::format("'{}'", path.string())), bytes_(std::make_unique<FileBytes>(path)) {
  begin();
  require_readable(header_, what_);
  const int64_t follow = bytes_->at_most(header_.header_bytes);
  if (follow != header_.data_bytes) reject_length(what_, header_, fmt::format("{} bytes", follow));
}

NpyReader::NpyReader(const std::filesystem::path& npz, std::string_view name)
    : what_(fmt::format("'{}' in '{}'", name, npz.string())), bytes_(std::make_unique<MemberBytes>(npz, name)) {
  begin();
  const int64_t most = bytes_->at_most(header_.header_bytes);
  if (header_.data_bytes > most) reject_length(what_, header_, fmt::format("at most {} bytes", most));
}

void NpyReader::begin() {
  start_.resize(static_cast<size_t>(kNpyHeaderLimit));
  start_.resize(static_cast<size_t>(bytes_->read(start_.data(), kNpyHeaderLimit)));
  header_ = parse_npy_header(start_, what_);
  start_.erase(0, static_cast<size_t>(header_.header_bytes));
}

int64_t NpyReader::read(char* out, int64_t count) {
  const auto kept = std::min(static_cast<size_t>(count), start_.size());
  start_.copy(out, kept);
  start_.erase(0, kept);
  const auto done = static_cast<int64_t>(kept);
  return done + bytes_->read(out + kept, count - done);
}

Tensor NpyReader::next(int64_t count) {
  require_readable(header_, what_);
  const Tensor raw = at::empty({count}, header_.type);
  const auto wanted = static_cast<int64_t>(raw.nbytes());
  const int64_t got = wanted == 0 ? 0 : read(static_cast<char*>(raw.data_ptr()), wanted);
  done_ += got;
  if (got < wanted) reject_length(what_, header_, fmt::format("{} bytes", done_));
  char more = 0;
  if (done_ == header_.data_bytes && read(&more, 1) == 1)
    reject_length(what_, header_, fmt::format("more than {} bytes", done_));
  return as_elements(header_, raw);
}

}  // namespace mdsm
