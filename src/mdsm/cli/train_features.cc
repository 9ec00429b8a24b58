// mdsm train-features digits: trains the digit classifier whose features and classes evaluations use.

#include <chrono>
#include <cstdio>

#include "mdsm/base/error.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/terminal.h"
#include "mdsm/data/load.h"
#include "mdsm/evaluate/train_digits.h"
#include "mdsm/formats/file.h"

namespace mdsm::cli {
namespace {

struct TrainFeaturesArguments {
  std::string network;
  std::string data = "mnist";
  std::string out = "digits.safetensors";
  DigitTraining training;
};

std::string about(const TrainFeaturesArguments& arguments, double accuracy) {
  const DigitTraining& t = arguments.training;
  return fmt::format(
      "digit classifier, data {}, {} epochs, batch {}, learning rate {}, moving average {}, shift {}, seed {}; test "
      "accuracy {:.4f}",
      arguments.data, t.epochs, t.batch, t.learning_rate, t.average, t.shift, t.seed, accuracy);
}

int run_train_features(const TrainFeaturesArguments& arguments, const CommonOptions& common) {
  const std::filesystem::path out = arguments.out;
  require(out.extension() == ".safetensors", "--out {}: weights are written as .safetensors. Name the file so.",
          arguments.out);
  const std::filesystem::path folder = out.has_parent_path() ? out.parent_path() : ".";
  require(std::filesystem::is_directory(folder), "--out {}: there is no such folder. Make it, or choose another.",
          arguments.out);
  DataOptions data;
  data.name = arguments.data;
  const auto train = load_source(data, Split::train);
  const auto test = load_source(data, Split::test);
  Terminal terminal(common);
  std::string log = common.command_line + "\n";
  double accuracy = 0;
  const auto begin = std::chrono::steady_clock::now();
  DigitHooks hooks;
  hooks.progress = [&](int64_t update, int64_t updates) {
    terminal.progress().update(static_cast<double>(update) / static_cast<double>(updates),
                               fmt::format("update {} of {}", update, updates));
    return !terminal.interrupted();
  };
  hooks.epoch = [&](const DigitEpoch& at) {
    accuracy = at.accuracy;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const std::string line = fmt::format("epoch {}: training loss {:.5f}, test accuracy {:.4f}, {:.0f} s", at.epoch,
                                         at.loss, at.accuracy, seconds);
    terminal.say(line);
    log += line + "\n";
  };
  const DigitNetwork network = train_digits(*train, *test, arguments.training, hooks);
  terminal.progress().finish();
  network.write(out, about(arguments, accuracy));
  write_file_atomically(std::filesystem::path(out).replace_extension(".log"), log + about(arguments, accuracy) + "\n");
  fmt::print("{}\n", arguments.out);
  return 0;
}

std::function<int()> declare_train_features(CLI::App& app, const CommonOptions& common) {
  auto arguments = std::make_shared<TrainFeaturesArguments>();
  DigitTraining& training = arguments->training;
  app.add_option("NETWORK", arguments->network, "digits: the classifier of handwritten digits")
      ->required()
      ->check(CLI::IsMember({"digits"}));
  app.add_option("-o,--out", arguments->out, "file for the weights; the log goes beside it, X.log")
      ->capture_default_str();
  app.add_option("--data", arguments->data, "grey images of 28 x 28 in ten classes")->capture_default_str();
  app.add_option("--epochs", training.epochs, "passes over the data")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--seed", training.seed, "of the first weights, the order and the shifts")->capture_default_str();
  return [arguments, &common] { return run_train_features(*arguments, common); };
}

}  // namespace

const Command kTrainFeatures{"train-features", "Train the network that evaluations of digits look through.",
                             "mdsm train-features digits --out digits.safetensors", declare_train_features};

}  // namespace mdsm::cli
