#include "mdsm/parallel/launch.h"

#include <gtest/gtest.h>

#include <map>

#include "support/expect_error.h"

namespace mdsm {
namespace {

using Variables = std::map<std::string, std::string>;

Environment environment(const Variables& variables) {
  return [&variables](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
}

Launch launch_of(const Variables& variables, Distributed wanted = Distributed::automatic) {
  return find_launch(wanted, environment(variables));
}

TEST(Launch, WithoutALauncherThereIsOneProcess) {
  const Launch launch = launch_of({});
  EXPECT_EQ(launch.by, Distributed::none);
  EXPECT_EQ(launch.size, 1);
  EXPECT_EQ(launch_of({}, Distributed::mpi).by, Distributed::mpi);
  testing::expect_error([] { launch_of({}, Distributed::gloo); }, "Start it with torchrun");
}

TEST(Launch, KnowsTheLaunchersOfMpi) {
  const Launch open_mpi = launch_of({{"OMPI_COMM_WORLD_RANK", "3"},
                                     {"OMPI_COMM_WORLD_SIZE", "8"},
                                     {"OMPI_COMM_WORLD_LOCAL_RANK", "1"},
                                     {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"}});
  EXPECT_EQ(open_mpi.by, Distributed::mpi);
  EXPECT_EQ(open_mpi.rank, 3);
  EXPECT_EQ(open_mpi.size, 8);
  EXPECT_EQ(open_mpi.local_rank, 1);
  EXPECT_EQ(open_mpi.local_size, 2);
  EXPECT_EQ(launch_of({{"PMI_RANK", "1"}, {"PMI_SIZE", "2"}}).rank, 1);
  const Launch slurm = launch_of({{"SLURM_PROCID", "5"},
                                  {"SLURM_STEP_NUM_TASKS", "8"},
                                  {"SLURM_LOCALID", "1"},
                                  {"SLURM_STEP_TASKS_PER_NODE", "4(x2)"},
                                  {"SLURM_RESTART_COUNT", "2"}});
  EXPECT_EQ(slurm.rank, 5);
  EXPECT_EQ(slurm.local_size, 4);
  EXPECT_EQ(slurm.restarts, 2);
}

TEST(Launch, OneRankNeedsNobody) {
  const Variables one{{"SLURM_PROCID", "0"}, {"SLURM_STEP_NUM_TASKS", "1"}, {"SLURM_RESTART_COUNT", "3"}};
  EXPECT_EQ(launch_of(one).by, Distributed::none);
  EXPECT_EQ(launch_of(one).restarts, 3);
  EXPECT_EQ(launch_of(one, Distributed::mpi).by, Distributed::mpi);
}

// Slurm tells a batch script of its tasks, too: the script is not one of them.
TEST(Launch, ABatchScriptIsNoRank) {
  EXPECT_EQ(launch_of({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "8"}, {"SLURM_LOCALID", "0"}}).by, Distributed::none);
}

TEST(Launch, KnowsTorchrun) {
  const Variables variables{{"RANK", "2"},
                            {"WORLD_SIZE", "4"},
                            {"LOCAL_RANK", "0"},
                            {"LOCAL_WORLD_SIZE", "2"},
                            {"MASTER_ADDR", "node7"},
                            {"MASTER_PORT", "29511"},
                            {"TORCHELASTIC_RESTART_COUNT", "1"},
                            {"TORCHELASTIC_USE_AGENT_STORE", "True"},
                            {"SLURM_PROCID", "0"},
                            {"SLURM_STEP_NUM_TASKS", "2"}};
  const Launch launch = launch_of(variables);
  EXPECT_EQ(launch.by, Distributed::gloo);
  EXPECT_EQ(launch.rank, 2);
  EXPECT_EQ(launch.size, 4);
  EXPECT_EQ(launch.place, "node7:29511");
  EXPECT_EQ(launch.restarts, 1);
  EXPECT_TRUE(launch.has_store);
  EXPECT_EQ(launch_of(variables, Distributed::mpi).by, Distributed::mpi);
  EXPECT_EQ(launch_of(variables, Distributed::none).size, 1);
}

TEST(Launch, RefusesWhatIsNoNumber) {
  testing::expect_error([] { launch_of({{"OMPI_COMM_WORLD_RANK", "one"}}); }, "OMPI_COMM_WORLD_RANK");
}

TEST(Launch, NamesWhatThisBuildHasNot) {
  EXPECT_EQ(distributed_from_name("auto"), Distributed::automatic);
  EXPECT_EQ(distributed_from_name("gloo"), Distributed::gloo);
  testing::expect_error([] { distributed_from_name("nccl"); }, "computes on the CPU alone");
  testing::expect_error([] { distributed_from_name("mpl"); }, "Did you mean 'mpi'");
}

TEST(Launch, RanksShareTheProcessors) {
  EXPECT_EQ(threads_of({}, environment({})), 0);
  EXPECT_GE(threads_of({.size = 2, .local_size = 1000}, environment({})), 1);
  EXPECT_EQ(threads_of({.size = 2, .local_size = 2}, environment({{"OMP_NUM_THREADS", "1"}})), 0);
}

}  // namespace
}  // namespace mdsm
