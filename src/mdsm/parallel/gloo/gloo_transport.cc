// libmdsm_gloo.so: ranks by the Gloo in LibTorch, over TCP, as torchrun starts them.
//
// LibTorch has Gloo inside and its headers ask for Gloo's: those of Debian name the types that pass through here as
// pointers; nothing of Debian's library is called.

#define USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <chrono>
#include <thread>

#include "mdsm/parallel/load.h"

namespace mdsm {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr int kTag = 1;
constexpr auto kToMeet = std::chrono::minutes(5);
constexpr auto kToRead = std::chrono::seconds(2);
constexpr auto kForANote = std::chrono::seconds(5);
constexpr auto kForEver = std::chrono::hours(24 * 365);

c10::intrusive_ptr<c10d::Store> store_of(const Launch& launch) {
  const size_t colon = launch.place.rfind(':');
  c10d::TCPStoreOptions options;
  options.port = static_cast<uint16_t>(std::stoi(launch.place.substr(colon + 1)));
  options.isServer = launch.rank == 0 && !launch.has_store;
  options.numWorkers = std::nullopt;  // ranks meet in Gloo
  options.waitWorkers = false;
  options.timeout = kToMeet;
  const auto store = c10::make_intrusive<c10d::TCPStore>(launch.place.substr(0, colon), options);
  // A job that was started again does not read what the last one wrote.
  return c10::make_intrusive<c10d::PrefixStore>(fmt::format("mdsm/{}", launch.restarts), store);
}

/// Bytes as LibTorch's tensor, without a copy.
at::Tensor tensor_of(std::span<const std::byte> bytes) {
  return at::from_blob(const_cast<std::byte*>(bytes.data()), {static_cast<int64_t>(bytes.size())}, at::kByte);
}

class GlooTransport final : public Transport {
 public:
  explicit GlooTransport(const Launch& launch)
      : rank_(launch.rank), size_(launch.size), store_(store_of(launch)), notes_(kNotes) {
    auto options = c10d::ProcessGroupGloo::Options::create_default(kToMeet);
    group_ = c10::make_intrusive<c10d::ProcessGroupGloo>(store_, rank_, size_, options);
    store_->setTimeout(kForANote);
    for (auto& notes : notes_) notes.resize(static_cast<size_t>(size_));
  }

  int rank() const override { return rank_; }
  int size() const override { return size_; }

  void exchange(int to, std::span<const std::byte> out, int from, std::span<std::byte> in, double seconds) override {
    const auto limit = seconds > 0 ? Milliseconds(static_cast<int64_t>(1000 * seconds))
                                   : std::chrono::duration_cast<Milliseconds>(kForEver);
    const auto begin = std::chrono::steady_clock::now();
    c10::intrusive_ptr<c10d::Work> receiving;
    c10::intrusive_ptr<c10d::Work> sending;
    std::vector<at::Tensor> coming{tensor_of(in)};
    std::vector<at::Tensor> going{tensor_of(out)};
    const auto wait = [&](const c10::intrusive_ptr<c10d::Work>& work, int other) {
      try {
        work->wait(limit);
      } catch (const std::exception& error) {
        const bool late = std::chrono::steady_clock::now() - begin >= limit;
        throw RankError(late ? RankError::Kind::late : RankError::Kind::gone, other, first_line(error.what()));
      }
    };
    const auto start = [&](int other, const auto& action) {
      try {
        return action();
      } catch (const std::exception& error) {
        throw RankError(RankError::Kind::gone, other, first_line(error.what()));
      }
    };
    if (!in.empty()) receiving = start(from, [&] { return group_->recv(coming, from, kTag); });
    if (!out.empty()) sending = start(to, [&] { return group_->send(going, to, kTag); });
    if (receiving) wait(receiving, from);
    if (sending) wait(sending, to);
  }

  void post(Note note, int64_t value) override {
    try {
      store_->set(key_of(note, rank_), std::to_string(value));
    } catch (const std::exception&) {
      return;  // who held the store is gone: nobody can be told
    }
  }

  std::vector<std::optional<int64_t>> posted(Note note) override {
    auto& notes = notes_[static_cast<size_t>(note)];
    try {
      for (int other = 0; other < size_; ++other) {
        const std::string key = key_of(note, other);
        if (other == rank_ || !store_->check({key})) continue;
        notes[static_cast<size_t>(other)] = std::stoll(store_->get_to_str(key));
      }
    } catch (const std::exception&) {
      return notes;  // as above: what is known is all there will be
    }
    return notes;
  }

  /// Whom this rank leaves finds its note in the store, which ends with the rank that holds it: hence a moment later.
  void abort(int code) override {
    group_.reset();
    if (rank_ == 0) std::this_thread::sleep_for(kToRead);
    std::_Exit(code);
  }

 private:
  static std::string key_of(Note note, int rank) { return fmt::format("note/{}/{}", static_cast<int>(note), rank); }
  static std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

  int rank_;
  int size_;
  c10::intrusive_ptr<c10d::Store> store_;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> group_;
  std::vector<std::vector<std::optional<int64_t>>> notes_;
};

}  // namespace
}  // namespace mdsm

extern "C" mdsm::Transport* mdsm_make_transport_1(const mdsm::Launch& launch) {
  return new mdsm::GlooTransport(launch);
}
