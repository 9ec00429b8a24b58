#include "mdsm/data/fetch/fetch.h"

#include <thread>

#include "mdsm/base/error.h"
#include "mdsm/data/fetch/transfer.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/sha256.h"

namespace mdsm {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kInterruptCheck{50};
/// A request that brings this much more than any before it does not count as a vain attempt: a line that drops every
/// few minutes still delivers a large file, and the number of requests stays bounded by the file's size.
constexpr int64_t kWorthwhile = int64_t{1} << 20;

/// What is wrong with a file of this many bytes at `path`; "" if nothing.
std::string defect(const RemoteFile& file, const std::filesystem::path& path, int64_t size) {
  if (file.size >= 0 && size != file.size) return fmt::format("{} bytes came, the file has {}", size, file.size);
  if (file.sha256.empty()) return "";
  const std::string digest = sha256_of_file(path);
  return digest == file.sha256 ? "" : fmt::format("wrong bytes came (SHA-256 {}, expected {})", digest, file.sha256);
}

class Fetch {
 public:
  Fetch(const RemoteFile& file, const std::filesystem::path& path, const FetchOptions& options, const Watch& watch)
      : file_(file), options_(options), watch_(watch), part_(path) {
    if (file.size >= 0 && part_.size() > file.size) part_.restart({});
  }

  void run() {
    std::string reasons;
    for (const std::string& url : file_.urls) {
      if (try_mirror(url)) return part_.publish();
      reasons += fmt::format("\n  {}: {}", url, last_reason_);
    }
    const std::filesystem::path folder = part_.part_path().parent_path();
    fail(
        "fetch: cannot download '{}' (no mirror delivers it:{}\n). "
        "Check the connection and try again: what arrived is kept. Or get the file by hand and put it into '{}'.",
        file_.name, reasons, folder.string());
  }

 private:
  /// \return whether it delivered the file
  bool try_mirror(const std::string& url) {
    int64_t furthest = part_.size();
    int vain = 0;
    while (true) {
      watch_.check();
      const TransferResult result = request(url);
      if (result.end == TransferEnd::whole) return true;
      last_reason_ = result.reason;
      if (result.end == TransferEnd::refused) break;
      if (part_.size() >= furthest + kWorthwhile) {
        furthest = part_.size();
        vain = 0;
      }
      if (++vain >= options_.attempts) break;
      pause(url, vain, result.retry_after);
    }
    notify(fmt::format("{}: {} ({}).", file_.name, last_reason_, url));
    return false;
  }

  /// One request and the check of what it brought; `whole` means verified.
  TransferResult request(const std::string& url) {
    const bool from_parts = part_.size() > 0;
    TransferResult result;
    if (file_.size < 0 || part_.size() != file_.size) result = transfer(url, part_, transfer_options(), watch_);
    if (result.end != TransferEnd::whole) return result;
    result.reason = defect(file_, part_.part_path(), part_.size());
    if (result.reason.empty()) return result;
    part_.restart({});
    // Parts of two versions of the file do not fit together; the mirror itself may be right.
    result.end = from_parts ? TransferEnd::broken : TransferEnd::refused;
    return result;
  }

  TransferOptions transfer_options() const {
    TransferOptions transfer;
    transfer.size = file_.size;
    transfer.most = options_.most;
    transfer.content_is_verified = !file_.sha256.empty();
    transfer.connect_timeout = options_.connect_timeout;
    transfer.stall_timeout = options_.stall_timeout;
    return transfer;
  }

  /// Waits before the next request.
  void pause(const std::string& url, int vain, std::chrono::seconds asked) {
    milliseconds wait = options_.first_wait;
    for (int i = 1; i < vain && wait < options_.longest_wait; ++i) wait *= 2;
    wait = std::min(std::max(wait, milliseconds(asked)), options_.longest_wait);
    const double seconds = std::chrono::duration<double>(wait).count();
    notify(fmt::format("{}: {} ({}). Trying again in {:.3g} s.", file_.name, last_reason_, url, seconds));
    const auto end = std::chrono::steady_clock::now() + wait;
    while (true) {
      watch_.check();
      const auto left = std::chrono::duration_cast<milliseconds>(end - std::chrono::steady_clock::now());
      if (left.count() <= 0) return;
      std::this_thread::sleep_for(std::min(left, kInterruptCheck));
    }
  }

  void notify(const std::string& text) const {
    if (options_.notice) options_.notice(text);
  }

  const RemoteFile& file_;
  const FetchOptions& options_;
  const Watch& watch_;
  PartFile part_;
  std::string last_reason_;
};

}  // namespace

bool is_verified(const RemoteFile& file, const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  return defect(file, path, static_cast<int64_t>(std::filesystem::file_size(path))).empty();
}

FetchOutcome fetch(const RemoteFile& file, const std::filesystem::path& folder, const FetchOptions& options,
                   const Watch& watch) {
  const bool plain_name = !file.name.empty() && file.name != "." && file.name != ".." &&
                          file.name.find('/') == std::string::npos && file.name.find('\0') == std::string::npos;
  require(plain_name, "fetch: '{}' is not a plain file name (it may not leave the data folder). Name the file alone.",
          file.name);
  require(!file.urls.empty(), "fetch: no address is known for '{}'. Get the file by hand and put it into '{}'.",
          file.name, folder.string());
  require(options.attempts >= 1, "fetch: attempts is {} (expected at least 1).", options.attempts);
  const std::filesystem::path path = folder / file.name;
  if (is_verified(file, path)) return FetchOutcome::kept;
  make_folders(folder);
  try {
    Fetch(file, path, options, watch).run();
  } catch (const Error& error) {
    if (error.fault() != Fault::interrupted) throw;
    throw Error(fmt::format("{}: interrupted; what arrived is kept and the next fetch goes on from there.", file.name),
                Fault::interrupted);
  }
  return FetchOutcome::downloaded;
}

}  // namespace mdsm
