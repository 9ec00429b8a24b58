#include "mdsm/system/child_process.h"

#include <gtest/gtest.h>

#include <chrono>

#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::read_bytes;
using testing::TempDir;

TEST(ChildProcess, KeepsOutputAndExitCode) {
  const TempDir folder;
  const std::atomic<bool> never = false;
  EXPECT_EQ(run_child({"/bin/sh", "-c", "echo said; echo unheard >&2; exit 7"}, folder / "out", never), 7);
  EXPECT_EQ(read_bytes(folder / "out"), "said\n");
}

TEST(ChildProcess, ArgumentsGoAsTheyAre) {
  const TempDir folder;
  const std::atomic<bool> never = false;
  EXPECT_EQ(run_child({"/bin/echo", "a b", "$HOME", "'"}, folder / "out", never), 0);
  EXPECT_EQ(read_bytes(folder / "out"), "a b $HOME '\n");
}

TEST(ChildProcess, AnInterruptReachesTheChild) {
  const TempDir folder;
  const std::atomic<bool> raised = true;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(run_child({"/bin/sleep", "60"}, folder / "out", raised), 128 + SIGINT);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
}

TEST(ChildProcess, WhatCannotStartIsAnError) {
  const TempDir folder;
  const std::atomic<bool> never = false;
  expect_error([&] { run_child({"/no/such/program"}, folder / "out", never); }, "could not be started", Fault::failure);
  expect_error([&] { run_child({"/bin/true"}, folder / "no" / "out", never); }, "could not be started", Fault::failure);
}

}  // namespace
}  // namespace mdsm
