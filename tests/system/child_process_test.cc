#include "mdsm/system/child_process.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>

#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::read_bytes;
using testing::TempDir;

TEST(ChildProcess, KeepsOutputAndExitCode) {
  const TempDir folder;
  EXPECT_EQ(run_child({"/bin/sh", "-c", "echo said; echo unheard >&2; exit 7"}, folder / "out"), 7);
  EXPECT_EQ(read_bytes(folder / "out"), "said\n");
}

TEST(ChildProcess, ArgumentsGoAsTheyAre) {
  const TempDir folder;
  EXPECT_EQ(run_child({"/bin/echo", "a b", "$HOME", "'"}, folder / "out"), 0);
  EXPECT_EQ(read_bytes(folder / "out"), "a b $HOME '\n");
}

TEST(ChildProcess, AnInterruptReachesTheChild) {
  const TempDir folder;
  const Watch raised(nullptr, [] { return true; });
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(run_child({"/bin/sleep", "60"}, folder / "out", raised), 128 + SIGINT);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
}

// As in a job that a shell runs in the background.
TEST(ChildProcess, AnInterruptThatThisProcessIgnoresReachesTheChild) {
  const TempDir folder;
  const auto before = std::signal(SIGINT, SIG_IGN);
  EXPECT_EQ(run_child({"/bin/sleep", "60"}, folder / "out", Watch(nullptr, [] { return true; })), 128 + SIGINT);
  std::signal(SIGINT, before);
}

TEST(ChildProcess, ItsOutputComesBackWhole) {
  EXPECT_EQ(output_of_child({"/bin/echo", "a b", "$HOME", "'"}), "a b $HOME '\n");
  EXPECT_EQ(output_of_child({"/bin/true"}), "");
  // More than a pipe holds.
  EXPECT_EQ(output_of_child({"/usr/bin/head", "-c", "1000000", "/dev/zero"}), std::string(1000000, '\0'));
}

TEST(ChildProcess, AFailureOfAChildThatIsReadIsAnError) {
  expect_error([] { output_of_child({"/bin/sh", "-c", "echo said; exit 3"}); }, "exit code 3", Fault::failure);
  expect_error([] { output_of_child({"/no/such/program"}); }, "could not be started", Fault::failure);
}

TEST(ChildProcess, WhatCannotStartIsAnError) {
  const TempDir folder;
  expect_error([&] { run_child({"/no/such/program"}, folder / "out"); }, "could not be started", Fault::failure);
  expect_error([&] { run_child({"/bin/true"}, folder / "no" / "out"); }, "could not be started", Fault::failure);
}

}  // namespace
}  // namespace mdsm
