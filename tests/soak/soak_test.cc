// Random but valid experiments and options, for a minute or for MDSM_SOAK_SECONDS of processor time: each is trained,
// stopped, resumed, sampled, evaluated and restored, or refused with a reason. MDSM_SOAK_SEED begins elsewhere.

#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <map>

#include "mdsm/base/error.h"
#include "mdsm/base/rng.h"
#include "mdsm/base/seeds.h"
#include "mdsm/evaluate/evaluations/evaluation.h"
#include "mdsm/formats/npy.h"
#include "mdsm/jobs/restoration.h"
#include "mdsm/sample/draw.h"
#include "mdsm/system/memory.h"
#include "mdsm/system/recycle.h"
#include "mdsm/system/runtime.h"
#include "mdsm/train/trainer.h"
#include "soak/random_options.h"
#include "support/temp_dir.h"

namespace mdsm::soak {
namespace {

/// What a soak can afford; without it most rounds would be refused, or take minutes.
const Ranges kRanges{
    {"data.crop", {0, 0}},           {"data.image_size", {0, 0}},     {"data.channels", {0, 0}},
    {"data.pad_to", {0, 0}},         {"data.held_out", {0, 6}},       {"noise.sigma_min", {0.01, 0.3}},
    {"noise.sigma_max", {0.3, 30}},  {"noise.count", {0, 12}},        {"energy.depth", {1, 3}},
    {"energy.blocks", {1, 2}},       {"train.steps", {2, 5}},         {"train.batch", {1, 12}},
    {"train.minutes", {0, 0}},       {"train.seed", {0, 1000}},       {"train.learning_rate", {1e-5, 1e-2}},
    {"train.moments_rank", {0, 24}}, {"objective.sigma0", {0.01, 1}}, {"sample.steps", {2, 20}},
    {"sample.sigma_max", {0, 30}},   {"sample.sigma_min", {0, 0.3}},  {"sample.step_size", {1e-3, 0.1}},
    {"sample.leapfrogs", {1, 3}}};

/// The evaluations that need neither features nor another data set.
const std::vector<std::string> kEvaluations{"likelihood", "neighbours", "energies", "noise-levels", "trace"};

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double number_of_environment(const char* name, double otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atof(text);
}

class Soak {
 public:
  Soak() {
    setenv("MDSM_CACHE", (folder_ / "cache").c_str(), 1);
    setenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16", 1);  // else it grows with every new shape, up to 1024
    set_up_process();
    for (const Shape& shape :
         {Shape{40, 1, 16, 16}, Shape{30, 3, 8, 8}, Shape{40, 1, 32, 32}, Shape{64, 2}, Shape{50, 7}}) {
      const Tensor x =
          RandomRows::slots(1, Stream::data, 0, shape[0]).uniform(0, Shape(shape.begin() + 1, shape.end()));
      files_.push_back({(folder_ / fmt::format("{}.npy", files_.size())).string(), shape.size() == 4});
      write_npy(files_.back().path, x);
    }
  }

  /// Everything that is done with one random experiment.
  void round(uint64_t seed) {
    seed_ = seed;
    Chance chance(seed);
    const Experiment experiment = random_experiment(chance);
    const RunDirectory run(folder_ / "run");
    if (tried("train", [&] { train(experiment, run, chance); })) use(run, chance);
    std::filesystem::remove_all(run.path());
    release_recycled_buffers();
  }

  /// "train: 31 done, 4 refused; ..."
  std::string summary() const {
    std::string text;
    for (const auto& [what, count] : counts_)
      text += fmt::format("{}{}: {} done, {} refused", text.empty() ? "" : "; ", what, count.done, count.refused);
    return text;
  }
  /// Part of the times that it was tried.
  double done(const std::string& what) const {
    const Count count = counts_.at(what);
    return static_cast<double>(count.done) / static_cast<double>(count.done + count.refused);
  }

 private:
  struct File {
    std::string path;
    bool images;
  };
  struct Count {
    int64_t done = 0, refused = 0;
  };

  Experiment random_experiment(Chance& chance) {
    Experiment experiment;
    const File& file = chance.one_of(files_);
    shake(experiment.options(), kRanges, chance);
    experiment.data.name = file.path;
    experiment.data.layout = "auto";
    if (chance.coin(0.1)) return experiment;  // whatever comes
    if (!file.images) experiment.energy.kind = "mlp";
    if (!file.images) experiment.data.flip = false;
    if (experiment.energy.kind == "resnet") experiment.energy.depth = chance.one_of(std::vector<int64_t>{6, 12});
    if (experiment.energy.kind != "mlp") experiment.energy.width = 2 * chance.integer(1, 4);
    if (experiment.sample.schedule == "list")
      experiment.sample.temperatures.assign(static_cast<size_t>(experiment.sample.steps - 1), 1.0);
    return experiment;
  }

  /// In two goes, the second of which reads what the first wrote.
  void train(const Experiment& experiment, const RunDirectory& run, Chance& chance) {
    const TrainingData data = load_training_data(experiment);
    Trainer(experiment, data, run).run({}, chance.integer(1, experiment.train.steps));
    Trainer(experiment, data, run).run();
  }

  void use(const RunDirectory& run, Chance& chance) {
    const TrainedEnergy trained = load_trained_energy(run.path(), chance.coin(0.5) ? Weights::average : Weights::raw);
    const std::vector<uint64_t> seeds = consecutive_seeds(seed_, 3);
    tried("sample", [&] { draw_samples(*trained.energy, trained.experiment.sample, trained.sample_context(), seeds); });
    evaluate(trained, chance);
    if (trained.energy->datum_shape().size() == 3) restore(trained, chance);
  }

  void evaluate(const TrainedEnergy& trained, Chance& chance) {
    const EvaluationKind& kind = find_evaluation(chance.one_of(kEvaluations));
    const auto evaluation = kind.make();
    shake(evaluation->options(), {}, chance);
    EvaluationContext context(trained, {.n = chance.integer(1, 6), .seed = seed_, .batch = chance.integer(1, 4)});
    tried(std::string("evaluate ") + kind.name, [&] { evaluated(kind, *evaluation, context).to_table(); });
  }

  void restore(const TrainedEnergy& trained, Chance& chance) {
    const Tensor images = RandomRows::slots(2, Stream::data, 0, 2).uniform(0, trained.energy->datum_shape());
    RestorationRequest request;
    OptionList options;
    options.add_table("restore", request);
    shake(options, {{"restore.samples", {1, 2}}, {"restore.batch", {1, 3}}}, chance);
    request.measured = false;
    request.baseline = "auto";
    tried("restore", [&] { restore_images(trained, images, request); });
  }

  /// \return  whether it was done; a refusal must have a reason
  bool tried(const std::string& what, const std::function<void()>& work) {
    try {
      work();
      ++counts_[what].done;
      return true;
    } catch (const Error& error) {
      const std::string text = error.what();
      ++counts_[what].refused;
      const bool reason =
          text.size() > 20 && text.size() < 1500 && std::string(".?)").find(text.back()) != std::string::npos;
      EXPECT_TRUE(reason && text.find('\n') == std::string::npos) << "seed " << seed_ << ", " << what << ": " << text;
      if (std::getenv("MDSM_SOAK_SHOW") != nullptr) std::printf("%lu %s: %s\n", seed_, what.c_str(), text.c_str());
    } catch (const std::exception& error) {
      ADD_FAILURE() << "seed " << seed_ << ", " << what << ": " << error.what();
    }
    return false;
  }

  testing::TempDir folder_;
  std::vector<File> files_;
  std::map<std::string, Count> counts_;
  uint64_t seed_ = 0;
};

/// Resident bytes once all that is idle is given back.
int64_t settled_bytes() {
  malloc_trim(0);
  return resident_bytes();
}

TEST(SlowSoak, NothingCrashesLeaksOrFailsWithoutAReason) {
  const double seconds = number_of_environment("MDSM_SOAK_SECONDS", 60);
  auto seed = static_cast<uint64_t>(number_of_environment("MDSM_SOAK_SEED", 0));
  Soak soak;
  std::vector<int64_t> resident;
  const double begun = processor_seconds();
  int64_t rounds = 0;
  for (; processor_seconds() - begun < seconds; ++rounds) {
    std::printf("seed %lu\r", seed);  // where it ends in a crash, this is the last that is seen
    std::fflush(stdout);
    soak.round(seed++);
    resident.push_back(settled_bytes());
  }
  // A mean over the second quarter and over the last: what is set up once was set up in the first.
  const auto mean_of_quarter = [&](size_t quarter) {
    const size_t from = resident.size() * quarter / 4, to = resident.size() * (quarter + 1) / 4;
    double sum = 0;
    for (size_t i = from; i < to; ++i) sum += static_cast<double>(resident[i]);
    return sum / static_cast<double>(to - from) / (1 << 20);
  };
  ASSERT_GE(rounds, 40) << "too few rounds to judge by: raise MDSM_SOAK_SECONDS";
  const double early = mean_of_quarter(1), late = mean_of_quarter(3);
  std::printf(
      "%ld experiments in %.0f s of processor time; %s; resident %.1f MiB in the second quarter, %.1f MiB in the last\n",
      rounds, processor_seconds() - begun, soak.summary().c_str(), early, late);
  EXPECT_LT(late, 1.01 * early);
  EXPECT_GT(soak.done("train"), 0.5) << "a soak of refusals tries nothing";
  EXPECT_GT(soak.done("sample"), 0.5);
}

}  // namespace
}  // namespace mdsm::soak
