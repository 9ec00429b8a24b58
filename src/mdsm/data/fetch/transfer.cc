#include "mdsm/data/fetch/transfer.h"

#include <curl/curl.h>

#include <array>
#include <exception>

#include "mdsm/base/error.h"
#include "mdsm/base/text.h"
#include "mdsm/data/fetch/http_range.h"

namespace mdsm {
namespace {

constexpr long kMostRedirects = 10;
constexpr int64_t kLongestWait = 3600;            // seconds; what a server may ask for at most
constexpr size_t kMostHeaders = size_t{1} << 18;  // bytes, of all replies to a request: libcurl keeps them in memory

/// One request and what is known of its reply.
class Request {
 public:
  Request(const std::string& url, PartFile& part, const TransferOptions& options, const Watch& watch);
  TransferResult perform();

 private:
  void prepare();
  void prepare_range();
  void begin_body();
  size_t take_body(const char* bytes, size_t size);
  size_t take_headers(size_t size);
  void report();
  TransferResult judge(CURLcode code);
  long status() const;
  /// The value of a header of the last reply; "" if it has none.
  std::string header(const char* name) const;

  template <class Value> void set(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(curl_.get(), option, value);
    if (code != CURLE_OK)
      fail("fetch: libcurl rejects an option ({}). Install a newer libcurl.", curl_easy_strerror(code));
  }
  /// Runs `work` inside a C callback: an exception is kept for after the transfer.
  /// \return false if it threw
  template <class Work> bool guarded(Work&& work) {
    try {
      work();
      return true;
    } catch (...) {
      thrown_ = std::current_exception();
      return false;
    }
  }

  static size_t on_body(char* bytes, size_t size, size_t count, void* self);
  static size_t on_header(char* bytes, size_t size, size_t count, void* self);
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

  const std::string& url_;
  PartFile& part_;
  const TransferOptions& options_;
  const Watch& watch_;
  std::unique_ptr<CURL, void (*)(CURL*)> curl_;
  std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers_{nullptr, curl_slist_free_all};
  std::array<char, CURL_ERROR_SIZE> detail_{};
  int64_t offset_ = 0;       ///< first byte asked for
  int64_t total_ = -1;       ///< bytes of the whole file, as far as known
  size_t headers_seen_ = 0;  ///< bytes
  bool body_begun_ = false;
  std::string refusal_;  ///< why the reply cannot be used; "" while it can
  bool part_is_useless_ = false;
  std::exception_ptr thrown_;
};

CURL* new_curl() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL* curl = started == CURLE_OK ? curl_easy_init() : nullptr;
  if (curl == nullptr)
    fail("fetch: libcurl does not start (out of memory, or a broken TLS library). Reinstall libcurl.");
  return curl;
}

Request::Request(const std::string& url, PartFile& part, const TransferOptions& options, const Watch& watch)
    : url_(url), part_(part), options_(options), watch_(watch), curl_(new_curl(), curl_easy_cleanup) {
  prepare();
  prepare_range();
}

void Request::prepare() {
  set(CURLOPT_URL, url_.c_str());
  set(CURLOPT_USERAGENT, "mdsm/" MDSM_VERSION);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_FAILONERROR, 1L);
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, kMostRedirects);
  set(CURLOPT_PROTOCOLS_STR, "https,http,file");
  // A redirect must not lead from an encrypted address to a plain one unless a checksum proves the bytes.
  const bool stay_encrypted = url_.starts_with("https:") && !options_.content_is_verified;
  set(CURLOPT_REDIR_PROTOCOLS_STR, stay_encrypted ? "https" : "https,http");
  set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(options_.connect_timeout.count()));
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(options_.stall_timeout.count()));
  set(CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(options_.stall_speed));
  set(CURLOPT_ERRORBUFFER, detail_.data());
  set(CURLOPT_WRITEFUNCTION, &Request::on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(CURLOPT_HEADERFUNCTION, &Request::on_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &Request::on_progress);
  set(CURLOPT_XFERINFODATA, static_cast<void*>(this));
}

void Request::prepare_range() {
  if (part_.size() == 0 || url_.starts_with("file:")) return;
  const bool can_ask = part_.origin().url == url_ && !part_.origin().validator.empty();
  if (!can_ask && !options_.content_is_verified) return;
  offset_ = part_.size();
  // CURLOPT_RANGE, not CURLOPT_RESUME_FROM: that one fails where a server ignores the range.
  set(CURLOPT_RANGE, fmt::format("{}-", offset_).c_str());
  if (can_ask) {
    headers_.reset(curl_slist_append(nullptr, ("If-Range: " + part_.origin().validator).c_str()));
    set(CURLOPT_HTTPHEADER, headers_.get());
  }
}

long Request::status() const {
  long code = 0;
  curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &code);
  return code;
}

std::string Request::header(const char* name) const {
  curl_header* found = nullptr;
  const CURLHcode code = curl_easy_header(curl_.get(), name, 0, CURLH_HEADER, /*request=*/-1, &found);
  return code == CURLHE_OK ? found->value : "";
}

/// Decides, before the first byte, whether the reply continues the part, replaces it or is of no use.
void Request::begin_body() {
  body_begun_ = true;
  const long code = status();
  curl_off_t length = -1;
  curl_easy_getinfo(curl_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  const bool continues = code == 206;
  const std::string range = header("Content-Range");
  if (continues && (offset_ == 0 || range_start(range) != offset_)) {
    refusal_ = fmt::format("asked for bytes from {}, the server sends '{}'", offset_, range);
    part_is_useless_ = true;
    return;
  }
  if (!continues && code != 200 && code != 0) {
    refusal_ = fmt::format("the server answers with status {}", code);
    return;
  }
  const int64_t total = length < 0 ? -1 : length + (continues ? offset_ : 0);
  if (options_.size >= 0 && total >= 0 && total != options_.size) {
    refusal_ = fmt::format("the server offers {} bytes, the file has {}", total, options_.size);
    part_is_useless_ = continues;
    return;
  }
  total_ = options_.size >= 0 ? options_.size : total;
  if (!continues) part_.restart({url_, range_validator(header("ETag"), header("Last-Modified"))});
}

size_t Request::take_body(const char* bytes, size_t size) {
  if (!body_begun_) begin_body();
  if (!refusal_.empty()) return 0;
  const int64_t most = options_.size >= 0 ? options_.size : options_.most;
  if (part_.size() + static_cast<int64_t>(size) > most) {
    refusal_ = options_.size >= 0 ? fmt::format("the server sends more than the {} bytes that the file has", most)
                                  : fmt::format("the server sends more than {} and does not end", format_bytes(most));
    part_is_useless_ = true;
    return 0;
  }
  part_.append({bytes, size});
  return size;
}

size_t Request::take_headers(size_t size) {
  headers_seen_ += size;
  if (headers_seen_ <= kMostHeaders) return size;
  refusal_ = fmt::format("the server's headers do not end (more than {})", format_bytes(kMostHeaders));
  return 0;
}

void Request::report() {
  if (!body_begun_ || !refusal_.empty()) return watch_.check();
  const double fraction = total_ > 0 ? static_cast<double>(part_.size()) / static_cast<double>(total_) : 0;
  watch_.update(fraction, fmt::format("{} {}", part_.part_path().stem().string(), format_bytes(part_.size())));
}

size_t Request::on_body(char* bytes, size_t size, size_t count, void* self) {
  auto& request = *static_cast<Request*>(self);
  size_t taken = 0;
  request.guarded([&] { taken = request.take_body(bytes, size * count); });
  return taken;
}

size_t Request::on_header(char*, size_t size, size_t count, void* self) {
  auto& request = *static_cast<Request*>(self);
  size_t taken = 0;
  request.guarded([&] { taken = request.take_headers(size * count); });
  return taken;
}

int Request::on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& request = *static_cast<Request*>(self);
  return request.guarded([&] { request.report(); }) ? 0 : 1;
}

TransferResult Request::perform() {
  const CURLcode code = curl_easy_perform(curl_.get());
  if (code == CURLE_OK && !body_begun_ && thrown_ == nullptr) guarded([&] { begin_body(); });  // an empty file
  if (thrown_) std::rethrow_exception(thrown_);
  TransferResult result = judge(code);
  if (part_is_useless_) part_.restart({});
  return result;
}

bool worth_another_try(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PARTIAL_FILE:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return true;
    default:
      return false;
  }
}

bool is_passing(long status) { return status == 408 || status == 425 || status == 429 || status >= 500; }

TransferResult Request::judge(CURLcode code) {
  // A wrong range is the fault of this request alone: without a part the next one asks for the whole file.
  if (!refusal_.empty()) {
    return {part_is_useless_ && offset_ > 0 ? TransferEnd::broken : TransferEnd::refused, refusal_, {}};
  }
  if (code == CURLE_OK) return {};
  if (code == CURLE_HTTP_RETURNED_ERROR) {
    const long answer = status();
    const std::string reason = fmt::format("the server answers with status {}", answer);
    constexpr long kRangeNotSatisfiable = 416;
    if (answer == kRangeNotSatisfiable && offset_ > 0) {
      part_is_useless_ = true;
      return {TransferEnd::broken, reason, {}};
    }
    curl_off_t wait = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_RETRY_AFTER, &wait);
    return {is_passing(answer) ? TransferEnd::broken : TransferEnd::refused, reason,
            std::chrono::seconds(std::clamp<int64_t>(wait, 0, kLongestWait))};
  }
  const char* detail = detail_[0] != '\0' ? detail_.data() : curl_easy_strerror(code);
  return {worth_another_try(code) ? TransferEnd::broken : TransferEnd::refused, detail, {}};
}

}  // namespace

TransferResult transfer(const std::string& url, PartFile& part, const TransferOptions& options, const Watch& watch) {
  return Request(url, part, options, watch).perform();
}

}  // namespace mdsm
