#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mdsm/base/rng.h"
#include "mdsm/data/fetch/fetch.h"
#include "mdsm/formats/sha256.h"
#include "support/drop_server.h"
#include "support/temp_dir.h"

namespace mdsm::testing {

/// One drop_server.py for all tests of a suite; each test asks under addresses of its own.
class FetchFixture : public ::testing::Test {
 protected:
  static constexpr size_t kSize = 200000;
  static constexpr int64_t kQuarter = kSize / 4;

  static void SetUpTestSuite() {
    shared_ = new Shared;
    shared_->payload.resize(kSize);
    for (uint32_t i = 0; i < kSize; ++i) {
      shared_->payload[i] = static_cast<char>(integer_at({1, Stream::data, 0, 0}, i, 256));
    }
    write_bytes(shared_->folder / "payload", shared_->payload);
    shared_->server.emplace(shared_->folder / "payload", shared_->folder / "log");
  }
  static void TearDownTestSuite() { delete std::exchange(shared_, nullptr); }

  static const std::string& payload() { return shared_->payload; }
  static std::string test_name() { return ::testing::UnitTest::GetInstance()->current_test_info()->name(); }
  static std::string url(const std::string& behaviour) { return shared_->server->url(behaviour + "/" + test_name()); }
  static RemoteFile remote(std::initializer_list<const char*> behaviours) {
    RemoteFile file{"set.bin", {}, static_cast<int64_t>(kSize), sha256_of(payload())};
    for (const char* behaviour : behaviours) file.urls.push_back(url(behaviour));
    return file;
  }
  /// The requests that this test has made.
  static std::vector<SeenRequest> requests() {
    std::vector<SeenRequest> mine = shared_->server->requests();
    const std::string ending = fmt::format("/{}", test_name());
    std::erase_if(mine, [&](const SeenRequest& request) { return !request.path.ends_with(ending); });
    return mine;
  }

  static FetchOptions quick() {
    FetchOptions options;
    options.first_wait = std::chrono::milliseconds(1);
    options.longest_wait = std::chrono::milliseconds(4);
    return options;
  }
  std::filesystem::path folder() const { return folder_ / "sets"; }
  std::filesystem::path final_path() const { return folder() / "set.bin"; }
  std::filesystem::path part_path() const { return folder() / "set.bin.part"; }
  /// The payload under its name, and nothing else in the folder.
  void expect_delivered() const {
    EXPECT_TRUE(read_bytes(final_path()) == payload());
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder()), {}), 1);
  }
  void expect_nothing_left() const { EXPECT_TRUE(std::filesystem::is_empty(folder())); }

 private:
  struct Shared {
    TempDir folder;
    std::string payload;
    std::optional<DropServer> server;
  };
  static inline Shared* shared_ = nullptr;
  TempDir folder_;
};

}  // namespace mdsm::testing
