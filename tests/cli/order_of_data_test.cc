// What a command finds does not depend on the order of the data: every count takes a part that stands for the set.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "mdsm/base/rng.h"
#include "mdsm/formats/npy.h"
#include "support/mnist.h"
#include "support/run_program.h"
#include "support/tiny_run.h"

namespace mdsm {
namespace {

using testing::Outcome;
using testing::run_program;
using testing::TempDir;
using Json = nlohmann::json;

constexpr int64_t kOfEach = 900;

/// The same noughts and ones three times: in any order, sorted by class, and the noughts alone.
class Digits {
 public:
  Digits() {
    const Tensor labels = testing::mnist_test_labels();
    const Tensor images = (testing::mnist_test_images() * 255).round().to(at::kByte);
    const auto first_of = [&](int64_t digit) { return (labels == digit).nonzero().flatten().narrow(0, 0, kOfEach); };
    const Tensor sorted = at::cat({first_of(0), first_of(1)});
    const Tensor order = at::tensor(permutation({.seed = 7}, 2 * kOfEach), at::kLong);
    write("any", images, labels, sorted.index_select(0, order));
    write("sorted", images, labels, sorted);
    write("noughts", images, labels, first_of(0));
  }
  std::string file(const std::string& name) const { return (folder_ / (name + ".npz")).string(); }
  /// The file that a run was trained on, with the content of one of the three.
  void become(const std::string& name) const {
    std::filesystem::copy_file(file(name), file("set"), std::filesystem::copy_options::overwrite_existing);
  }

 private:
  void write(const std::string& name, const Tensor& images, const Tensor& labels, const Tensor& places) const {
    write_npz(file(name), {{"x", images.index_select(0, places)}, {"y", labels.index_select(0, places)}});
  }
  TempDir folder_;
};

const Digits& digits() {
  static const Digits kDigits;
  return kDigits;
}

/// The number at a JSON pointer; "/*/sigma" is the mean of all elements' sigma.
double number_at(const Json& json, const std::string& pointer) {
  if (!pointer.starts_with("/*")) return json.at(Json::json_pointer(pointer)).get<double>();
  double sum = 0;
  for (const Json& each : json) sum += number_at(each, pointer.substr(2));
  return sum / static_cast<double>(json.size());
}

/// A command with FILE for the data, RUN for a run and NOUGHTS for those, and where its JSON has a number that classes
/// decide.
struct Case {
  const char* name;
  std::string command;
  std::string pointer;
};

std::string replaced(std::string text, const std::string& word, const std::string& by) {
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word)) text.replace(at, word.size(), by);
  return text;
}

double found(const Case& each, const std::string& file, const std::string& run) {
  std::string command = replaced(replaced(each.command, "FILE", file), "NOUGHTS", digits().file("noughts"));
  command = replaced(command, "RUN", run) + " --json -q --threads 1";
  const Outcome outcome = run_program(command);
  EXPECT_EQ(outcome.code, 0) << command << "\n" << outcome.err;
  return number_at(Json::parse(outcome.out), each.pointer);
}

/// Noughts alone differ from the whole set by h, the half of what the two classes differ by. Of 400 of 1800 data, two
/// means over classes in their shares differ by h sqrt(2 (1 - 400/1800) / 400) = h/16 in standard deviation, and by as
/// much again through what varies within the classes: 0.5 h are 5 deviations. False alarms: below 1e-5 a case. One that
/// takes the first N finds h.
void expect_same(double any, double sorted, double noughts, const std::string& what) {
  EXPECT_LT(std::abs(sorted - any), 0.5 * std::abs(noughts - any))
      << what << ": " << any << " in any order, " << sorted << " sorted, " << noughts << " of one class";
}

class OrderOfDataOfCommands : public ::testing::TestWithParam<Case> {};

TEST_P(OrderOfDataOfCommands, DoesNotMatter) {
  const auto of = [&](const char* name) { return found(GetParam(), digits().file(name), testing::trained_run()); };
  expect_same(of("any"), of("sorted"), of("noughts"), GetParam().command);
}

std::vector<Case> commands() {
  const std::string evaluate = "evaluate RUN ", images = " --images FILE -n 400";
  return {
      {"ScoreEnergy", "score RUN FILE -n 400", "/mean"},
      {"ScoreGradient", "score RUN FILE -n 400 --by gradient", "/mean"},
      {"EnergiesTest", evaluate + "energies" + images, "/energies/1/mean"},
      {"EnergiesTrain", evaluate + "energies --reference FILE -n 400", "/energies/0/mean"},
      {"OodInside", evaluate + "ood --against noise" + images, "/detection/0/mean_inside"},
      {"OodAgainst", evaluate + "ood --against FILE -n 400", "/detection/0/mean_outside"},
      {"NoiseLevels", evaluate + "noise-levels --levels 2" + images, "/noise_levels/0/implied_sigma"},
      {"Curvature", evaluate + "curvature --levels 1 --probes 1" + images, "/curvature/0/squared_error"},
      {"LogDensity", evaluate + "log-density --levels 2 --steps 1" + images, "/log_density/0/log_density"},
      {"Neighbours", evaluate + "neighbours --reference NOUGHTS" + images, "/exact_copies"},
      {"Likelihood",
       evaluate + "likelihood --images FILE --chains 400 --temperatures 2 --leapfrogs 1 --pilot-chains 2 "
                  "--fit 50 --rank 2",
       "/energy_mean"},
      {"Fid", evaluate + "fid --features digits --reference mnist/test --reference-n 400" + images,
       "/frechet_inception_distance"},
      {"FidReference", evaluate + "fid --features digits --images mnist/test -n 400 --reference FILE --reference-n 400",
       "/frechet_inception_distance"},
      {"Kid", evaluate + "kid --features digits --reference mnist/test --reference-n 400 --subset-size 100" + images,
       "/kernel_inception_distance_mean"},
      {"Is", evaluate + "is --features digits" + images, "/inception_score_mean"},
      {"Noise", "data noise FILE -n 400", "/sigma_max"},
      {"Denoise", "denoise RUN FILE -n 400 --add-noise 0.2 --out FILE.npy", "/*/psnr_noisy"},
      {"Restore", "restore RUN FILE -n 400 --task inpaint --mask right-half --steps 2", "/pseudo_inverse/psnr"},
  };
}

INSTANTIATE_TEST_SUITE_P(All, OrderOfDataOfCommands, ::testing::ValuesIn(commands()),
                         [](const auto& each) { return each.param.name; });

/// Of a run: its own data are read again, in another order.
class OrderOfDataOfARun : public ::testing::Test {
 protected:
  OrderOfDataOfARun() {
    digits().become("any");
    run_ = testing::train_tiny(folder_, "--set data.name=" + digits().file("set") + " --set data.held_out=400");
  }
  void expect_does_not_matter(const Case& each) const {
    const auto of = [&](const char* name) {
      digits().become(name);
      return found(each, "", run_);
    };
    expect_same(of("any"), of("sorted"), of("noughts"), each.name);
  }
  TempDir folder_;
  std::string run_;
};

TEST_F(OrderOfDataOfARun, DoesNotMatter) {
  const std::string evaluate = "evaluate RUN ";
  expect_does_not_matter({"typicality", evaluate + "ood --against noise -n 400", "/mean_training_energy"});
  expect_does_not_matter({"what training saw", evaluate + "energies -n 400", "/energies/0/mean"});
  expect_does_not_matter({"what was set aside", evaluate + "energies -n 400", "/energies/1/mean"});
}

// Of 12000 data that are sorted by class all labels are counted, and the values of 10000 tell of all.
TEST(OrderOfDataInInspect, AllLabelsAreCounted) {
  const TempDir folder;
  const Tensor labels = at::arange(3).repeat_interleave(4000);
  write_npz(folder / "x.npz", {{"x", labels.to(at::kFloat).view({12000, 1})}, {"y", labels}});
  const Outcome outcome = run_program("data inspect --json " + (folder / "x.npz").string());
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const Json json = Json::parse(outcome.out);
  EXPECT_EQ(json["inspected"], 10000);
  EXPECT_EQ(json["classes"], (Json{{"0", 4000}, {"1", 4000}, {"2", 4000}}));
  // Mean of 10000 of 12000: deviation sqrt(2/3 / 10000 / 6) = 0.0033. False alarms: below 2e-6.
  EXPECT_NEAR(json["mean"].get<double>(), 1, 4.75 * 0.0034);
}

}  // namespace
}  // namespace mdsm
