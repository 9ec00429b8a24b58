#pragma once

#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "mdsm/parallel/job.h"

namespace mdsm::testing {

/// Messages between threads that play the ranks of a job.
struct Mailboxes {
  std::mutex mutex;
  std::condition_variable arrived;
  std::map<std::pair<int, int>, std::deque<std::string>> letters;  // by (from, to)
  std::map<std::pair<int, int>, int64_t> notes;                    // by (note, rank)
};

class ThreadTransport final : public Transport {
 public:
  ThreadTransport(int rank, int size, std::shared_ptr<Mailboxes> boxes)
      : rank_(rank), size_(size), boxes_(std::move(boxes)) {}

  int rank() const override { return rank_; }
  int size() const override { return size_; }

  void exchange(int to, std::span<const std::byte> out, int from, std::span<std::byte> in, double seconds) override {
    std::unique_lock lock(boxes_->mutex);
    if (!out.empty()) {
      boxes_->letters[{rank_, to}].emplace_back(reinterpret_cast<const char*>(out.data()), out.size());
      boxes_->arrived.notify_all();
    }
    if (in.empty()) return;
    std::deque<std::string>& box = boxes_->letters[{from, rank_}];
    const auto there = [&] { return !box.empty(); };
    if (seconds == 0) boxes_->arrived.wait(lock, there);
    else if (!boxes_->arrived.wait_for(lock, std::chrono::duration<double>(seconds), there))
      throw RankError(RankError::Kind::late, from, "late");
    require(box.front().size() == in.size(), "a letter of {} bytes from rank {} to rank {} (expected {}).",
            box.front().size(), from, rank_, in.size());
    std::memcpy(in.data(), box.front().data(), in.size());
    box.pop_front();
  }

  void post(Note note, int64_t value) override {
    const std::lock_guard lock(boxes_->mutex);
    boxes_->notes[{static_cast<int>(note), rank_}] = value;
  }

  std::vector<std::optional<int64_t>> posted(Note note) override {
    const std::lock_guard lock(boxes_->mutex);
    std::vector<std::optional<int64_t>> all(static_cast<size_t>(size_));
    for (int other = 0; other < size_; ++other) {
      const auto found = boxes_->notes.find({static_cast<int>(note), other});
      if (other != rank_ && found != boxes_->notes.end()) all[static_cast<size_t>(other)] = found->second;
    }
    return all;
  }

  void abort(int code) override { std::_Exit(code); }

 private:
  int rank_;
  int size_;
  std::shared_ptr<Mailboxes> boxes_;
};

/// Runs `work` in `size` threads that are ranks of one job, and waits for all.
/// \param seconds  that a rank waits for another
/// \return  what each threw, by rank; empty texts where all went well
inline std::vector<std::string> run_ranks(int size, const std::function<void(Communicator&)>& work,
                                          double seconds = 60) {
  const auto boxes = std::make_shared<Mailboxes>();
  std::vector<std::string> errors(static_cast<size_t>(size));
  std::vector<std::thread> threads;
  for (int rank = 0; rank < size; ++rank) {
    threads.emplace_back([&, rank] {
      try {
        Communicator ranks(std::make_unique<ThreadTransport>(rank, size, boxes), seconds);
        const WorksWith scope(ranks);
        work(ranks);
      } catch (const std::exception& error) {
        errors[static_cast<size_t>(rank)] = error.what();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return errors;
}

/// The same of work in which nothing may go wrong.
inline void expect_ranks(int size, const std::function<void(Communicator&)>& work) {
  for (const std::string& error : run_ranks(size, work)) EXPECT_EQ(error, "");
}

}  // namespace mdsm::testing
