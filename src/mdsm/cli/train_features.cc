// mdsm train-features digits: trains the digit classifier whose features and classes evaluations use.

#include <chrono>
#include <cstdio>

#include "mdsm/cli/command.h"
#include "mdsm/cli/option_flags.h"
#include "mdsm/cli/terminal.h"
#include "mdsm/cli/word_checks.h"
#include "mdsm/data/load.h"
#include "mdsm/evaluate/train_digits.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/places.h"

namespace mdsm::cli {
namespace {

struct TrainFeaturesArguments {
  std::string network;
  std::string data = "mnist";
  std::string out = "digits.safetensors";
  DigitTraining training;
};

int run_train_features(const TrainFeaturesArguments& arguments, const CommonOptions& common) {
  std::filesystem::path out = arguments.out;
  require_file_place("--out", out, {".safetensors"});
  DataOptions data;
  data.name = arguments.data;
  const auto train = load_source(data, Split::train);
  const auto test = load_source(data, Split::test);
  Terminal terminal(common);
  std::string log = common.command_line + "\n";
  double accuracy = 0;
  const auto begin = std::chrono::steady_clock::now();
  const auto after_epoch = [&](const DigitEpoch& at) {
    accuracy = at.accuracy;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const std::string line = fmt::format("epoch {}: training loss {:.5f}, test accuracy {:.4f}, {:.0f} s", at.epoch,
                                         at.loss, at.accuracy, seconds);
    terminal.say(line);
    log += line + "\n";
  };
  const DigitNetwork network = train_digits(*train, *test, arguments.training, after_epoch, terminal.watch());
  terminal.progress().finish();
  const std::string about = arguments.training.about(arguments.data, accuracy);
  network.write(out, about);
  write_file_atomically(out.replace_extension(".log"), log + about + "\n");
  fmt::print("{}\n", arguments.out);
  return 0;
}

std::function<int()> declare_train_features(CLI::App& app, const CommonOptions& common) {
  auto arguments = std::make_shared<TrainFeaturesArguments>();
  app.add_option("NETWORK", arguments->network, "digits: the classifier of handwritten digits")
      ->required()
      ->check(texts(one_of({"digits"})));
  app.add_option("-o,--out", arguments->out, "file for the weights; the log goes beside it, X.log")
      ->capture_default_str();
  app.add_option("--data", arguments->data, "grey images of 28 x 28 in ten classes")->capture_default_str();
  add_option_flags(app, arguments->training);
  return [arguments, &common] { return run_train_features(*arguments, common); };
}

}  // namespace

const Command kTrainFeatures{"train-features", "Train the network that evaluations of digits look through.",
                             "mdsm train-features digits --out digits.safetensors", declare_train_features};

}  // namespace mdsm::cli
