// libmdsm_mpi.so: ranks by MPI.

#include <mpi.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "mdsm/parallel/load.h"

namespace mdsm {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kDataTag = 1;
constexpr int kNoteTag = 2;                       // and those behind it, one a note
constexpr size_t kPiece = size_t{1} << 30;        // MPI counts in int
constexpr auto kEager = std::chrono::seconds(1);  // of looking again at once, before naps

void check(int code, const char* call) {
  if (code == MPI_SUCCESS) return;
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  MPI_Error_string(code, text.data(), &length);
  fail("MPI: {} failed ({}).", call, std::string(text.data(), static_cast<size_t>(length)));
}

class MpiTransport final : public Transport {
 public:
  MpiTransport() {
    int given = 0;
    check(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &given), "MPI_Init_thread");
    require(given >= MPI_THREAD_SERIALIZED, "MPI: this library allows calls from one thread alone.");
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    check(MPI_Comm_rank(MPI_COMM_WORLD, &rank_), "MPI_Comm_rank");
    check(MPI_Comm_size(MPI_COMM_WORLD, &size_), "MPI_Comm_size");
    for (auto& notes : notes_) notes.resize(static_cast<size_t>(size_));
  }
  ~MpiTransport() override { MPI_Finalize(); }
  MpiTransport(const MpiTransport&) = delete;
  MpiTransport& operator=(const MpiTransport&) = delete;

  int rank() const override { return rank_; }
  int size() const override { return size_; }

  void exchange(int to, std::span<const std::byte> out, int from, std::span<std::byte> in, double seconds) override {
    std::vector<MPI_Request> requests;
    for (size_t at = 0; at < in.size(); at += kPiece) {
      const int count = static_cast<int>(std::min(kPiece, in.size() - at));
      requests.emplace_back();
      check(MPI_Irecv(in.data() + at, count, MPI_BYTE, from, kDataTag, MPI_COMM_WORLD, &requests.back()), "MPI_Irecv");
    }
    const size_t receives = requests.size();
    for (size_t at = 0; at < out.size(); at += kPiece) {
      const int count = static_cast<int>(std::min(kPiece, out.size() - at));
      requests.emplace_back();
      check(MPI_Isend(out.data() + at, count, MPI_BYTE, to, kDataTag, MPI_COMM_WORLD, &requests.back()), "MPI_Isend");
    }
    wait(requests, receives, from, to, seconds);
  }

  void post(Note note, int64_t value) override {
    sent_.push_back(std::make_unique<int64_t>(value));  // to the end: nobody waits for these
    for (int other = 0; other < size_; ++other) {
      if (other == rank_) continue;
      MPI_Request request = MPI_REQUEST_NULL;
      check(MPI_Isend(sent_.back().get(), 1, MPI_INT64_T, other, tag_of(note), MPI_COMM_WORLD, &request), "MPI_Isend");
      MPI_Request_free(&request);
    }
  }

  std::vector<std::optional<int64_t>> posted(Note note) override {
    auto& notes = notes_[static_cast<size_t>(note)];
    while (true) {
      int there = 0;
      MPI_Status status;
      check(MPI_Iprobe(MPI_ANY_SOURCE, tag_of(note), MPI_COMM_WORLD, &there, &status), "MPI_Iprobe");
      if (there == 0) return notes;
      int64_t value = 0;
      check(MPI_Recv(&value, 1, MPI_INT64_T, status.MPI_SOURCE, tag_of(note), MPI_COMM_WORLD, MPI_STATUS_IGNORE),
            "MPI_Recv");
      notes[static_cast<size_t>(status.MPI_SOURCE)] = value;
    }
  }

  void abort(int code) override {
    MPI_Abort(MPI_COMM_WORLD, code);
    std::_Exit(code);
  }

 private:
  static int tag_of(Note note) { return kNoteTag + static_cast<int>(note); }

  /// Looks whether all is done, again and again: MPI's own wait knows no end.
  void wait(std::vector<MPI_Request>& requests, size_t receives, int from, int to, double seconds) {
    const Clock::time_point begin = Clock::now();
    for (int64_t look = 1;; ++look) {
      int done = 0;
      check(MPI_Testall(static_cast<int>(requests.size()), requests.data(), &done, MPI_STATUSES_IGNORE), "MPI_Testall");
      if (done != 0) return;
      if (look % 256 != 0) continue;
      const auto passed = Clock::now() - begin;
      if (passed > kEager) std::this_thread::sleep_for(std::chrono::microseconds(100));
      else std::this_thread::yield();
      if (seconds > 0 && std::chrono::duration<double>(passed).count() > seconds) {
        int received = 1;
        MPI_Testall(static_cast<int>(receives), requests.data(), &received, MPI_STATUSES_IGNORE);
        throw RankError(RankError::Kind::late, received == 0 ? from : to, "late");
      }
    }
  }

  int rank_ = 0;
  int size_ = 1;
  std::array<std::vector<std::optional<int64_t>>, kNotes> notes_;
  std::vector<std::unique_ptr<int64_t>> sent_;
};

}  // namespace
}  // namespace mdsm

extern "C" mdsm::Transport* mdsm_make_transport_1(const mdsm::Launch& /*launch*/) { return new mdsm::MpiTransport; }
