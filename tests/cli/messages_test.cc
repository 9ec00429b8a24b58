// What the program says of a bad request: every option of every command with values that it cannot take.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "mdsm/cli/command.h"
#include "mdsm/formats/npy.h"
#include "support/run_here.h"
#include "support/temp_dir.h"
#include "support/tiny_run.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using testing::kQuick;
using ::testing::Not;
using testing::Outcome;
using testing::run_here;
using testing::TempDir;
using testing::trained_run;

using Words = std::vector<std::string>;

/// A place of its own to be in, with a file; afterwards nothing else may be there.
class Messages : public ::testing::Test {
 protected:
  void SetUp() override {
    trained_run();
    back_ = fs::current_path();
    fs::current_path(folder_.path());
    testing::write_bytes("file.txt", "no folder\n");
    write_npy("x.npy", at::full({2, 1, 28, 28}, 128, at::kByte));
  }
  void TearDown() override {
    std::vector<std::string> left;
    for (const auto& entry : fs::directory_iterator(folder_.path())) left.push_back(entry.path().filename());
    fs::current_path(back_);
    EXPECT_THAT(left, ::testing::UnorderedElementsAre("file.txt", "x.npy")) << "something was written";
  }

 private:
  TempDir folder_;
  fs::path back_;
};

/// One line, exit 2, and none of the things that a message must not have in it.
void expect_good(const Outcome& outcome, const std::string& what) {
  EXPECT_EQ(outcome.code, 2) << what << "\n" << outcome.err;
  EXPECT_EQ(outcome.out, "") << what;
  EXPECT_TRUE(outcome.err.starts_with("mdsm: ") && outcome.err.ends_with("\n")) << what << "\n" << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << what << "\n" << outcome.err;
  for (const char* never : {"unexpected", "mistake of this program", "(expected )", "what():", "e+308", "[json", "0x"})
    EXPECT_THAT(outcome.err, Not(HasSubstr(never))) << what;
  EXPECT_THAT(outcome.err, Not(ContainsRegex("[0-9]{100}|-nan"))) << what;
  EXPECT_LT(outcome.err.size(), 1000U) << what << "\n" << outcome.err;
}

/// Words with which a command would run, in little time, were it not for the option that is looked at.
Words good_words(const std::string& command) {
  const std::string run = trained_run();
  static const std::map<std::string, Words> kOwn{
      {"mdsm train", {kQuick, "--dry-run"}},
      {"mdsm sample", {run, "--steps", "2"}},
      {"mdsm denoise", {run, "x.npy", "--grid", "g.png"}},
      {"mdsm restore", {run, "x.npy", "--grid", "g.png", "--task", "inpaint", "--steps", "2"}},
      {"mdsm score", {run, "x.npy"}},
      {"mdsm density", {run}},
      {"mdsm report", {run}},
      {"mdsm train-features", {"digits"}},
      {"mdsm data fetch", {"mnist"}},
      {"mdsm data inspect", {"x.npy"}},
      {"mdsm data noise", {"x.npy"}},
      {"mdsm reproduce", {"paper", "--dry-run"}}};
  const auto found = kOwn.find(command);
  if (found != kOwn.end()) return found->second;
  for (const char* seeing : {"fid", "is", "kid", "select"}) {  // through a network whose weights are here
    if (command == std::string("mdsm evaluate ") + seeing) return {run, "--features", "digits"};
  }
  return command.starts_with("mdsm evaluate") ? Words{run} : Words{};
}

/// A command with all its names and its options.
struct Leaf {
  std::string name;
  const CLI::App* app;
};

std::vector<Leaf> leaves(const CLI::App& app) {
  std::vector<Leaf> all;
  for (const CLI::App* sub : app.get_subcommands({})) {
    all.push_back({"mdsm " + sub->get_name(), sub});
    for (const CLI::App* nested : sub->get_subcommands({}))
      all.push_back({"mdsm " + sub->get_name() + " " + nested->get_name(), nested});
  }
  return all;
}

/// The command's words without "mdsm", its other words, then the option.
Words command_line(const std::string& command, const CLI::Option& option, const std::string& value) {
  Words words;
  std::istringstream names(command.substr(5));
  for (std::string name; names >> name;) words.push_back(name);
  Words others = good_words(command);
  if (option.get_positional()) {
    const bool second = option.get_name() == "IMAGE" || option.get_name() == "DATA";
    const size_t place =
        second && others.size() > 1 && command != "mdsm data inspect" && command != "mdsm data noise" ? 1 : 0;
    if (others.size() > place) others[place] = value;
    else others.push_back(value);
    words.insert(words.end(), others.begin(), others.end());
    return words;
  }
  const std::string flag = option.get_lnames().empty() ? "-" + option.get_snames()[0] : "--" + option.get_lnames()[0];
  for (size_t i = 0; i + 1 < others.size(); ++i) {  // given twice would be another mistake
    if (others[i] == flag)
      others.erase(others.begin() + static_cast<int64_t>(i), others.begin() + static_cast<int64_t>(i) + 2);
  }
  words.insert(words.end(), others.begin(), others.end());
  words.push_back(flag + "=" + value);
  return words;
}

bool is_looked_at(const CLI::Option& option) {
  const std::string name = option.get_name();
  return name != "--help" && name != "--version" && !name.starts_with("--help-");
}

/// Values that an option of this type cannot take, whatever else it says.
Words bad_values(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  if (option.get_items_expected_max() == 0) return {"seven"};
  if (type.starts_with("TEXT:{")) return {"", "no-such-thing"};
  if (type.starts_with("TEXT")) return {""};
  Words bad{"", "seven", "-7", "nan", "inf", "1e999", "--"};
  if (!type.starts_with("FLOAT")) bad.insert(bad.end(), {"1.5", "99999999999999999999", "9223372036854775807"});
  return bad;
}

TEST_F(Messages, OfEveryOptionNameItAndTheValueAndWhatIsAllowed) {
  std::function<int()> chosen;
  cli::CommonOptions common;
  const auto app = cli::build_app(chosen, common);
  int count = 0;
  for (const Leaf& leaf : leaves(*app)) {
    if (!leaf.app->get_subcommands({}).empty()) continue;
    for (const CLI::Option* option : leaf.app->get_options()) {
      if (!is_looked_at(*option)) continue;
      for (const std::string& value : bad_values(*option)) {
        const Outcome outcome = run_here(command_line(leaf.name, *option, value));
        const std::string what = fmt::format("{} {} '{}'", leaf.name, option->get_name(), value);
        expect_good(outcome, what);
        EXPECT_THAT(outcome.err, HasSubstr(option->get_name() + ": ")) << what;
        EXPECT_THAT(outcome.err, HasSubstr(value)) << what;
        EXPECT_THAT(outcome.err, ContainsRegex("expected|is not|takes no value|needs more"));
        EXPECT_THAT(outcome.err, HasSubstr("See `" + leaf.name + " --help`")) << what;
        ++count;
      }
    }
  }
  EXPECT_GT(count, 800);
}

// Names of files and sets that are not there, or cannot be: a place inside a file, and one without a known ending.
TEST_F(Messages, OfEveryNameNameIt) {
  std::function<int()> chosen;
  cli::CommonOptions common;
  const auto app = cli::build_app(chosen, common);
  // Read where another option asks for them, or in place of what the run has.
  const std::vector<std::string> elsewhere{"--inception", "--seeds", "--mask", "--set", "--reference"};
  for (const Leaf& leaf : leaves(*app)) {
    if (leaf.app->get_subcommands({}).empty() == false || leaf.name == "mdsm data fetch" ||
        leaf.name == "mdsm evaluate modes")
      continue;
    for (const CLI::Option* option : leaf.app->get_options()) {
      const std::string name = option->get_name();
      if (!is_looked_at(*option) || option->get_type_name() != "TEXT" || option->get_items_expected_max() == 0)
        continue;
      if (std::find(elsewhere.begin(), elsewhere.end(), name) != elsewhere.end()) continue;
      const std::string value = "file.txt/none/x.zzz";
      const std::string what = fmt::format("{} {}", leaf.name, name);
      const Outcome outcome = run_here(command_line(leaf.name, *option, value));
      expect_good(outcome, what);
      EXPECT_THAT(outcome.err, HasSubstr("file.txt")) << what;
    }
  }
}

TEST_F(Messages, PointToTheHelpThatThereIs) {
  std::function<int()> chosen;
  cli::CommonOptions common;
  const auto app = cli::build_app(chosen, common);
  for (const Leaf& leaf : leaves(*app)) {
    Words words;
    std::istringstream names(leaf.name.substr(5));
    for (std::string name; names >> name;) words.push_back(name);
    Words help = words;
    help.push_back("--help");
    EXPECT_EQ(run_here(help).code, 0) << leaf.name;
    words.push_back("--no-such-option");
    const Outcome outcome = run_here(words);
    expect_good(outcome, leaf.name);
    EXPECT_THAT(outcome.err, HasSubstr("unknown option '--no-such-option'")) << leaf.name;
    EXPECT_THAT(outcome.err, HasSubstr("See `" + leaf.name + " --help`")) << leaf.name;
  }
}

struct Case {
  Words words;
  std::string part;
};

void expect_all(const std::vector<Case>& cases) {
  for (const auto& [words, part] : cases) {
    const Outcome outcome = run_here(words);
    const std::string what = fmt::format("{}", fmt::join(words, " "));
    expect_good(outcome, what);
    EXPECT_THAT(outcome.err, HasSubstr(part)) << what;
  }
}

// A dry run says what the training would.
TEST_F(Messages, OfADryRunSayWhatTheTrainingWould) {
  const auto with = [](const std::string& set) { return Words{"train", kQuick, "--dry-run", "--set", set}; };
  expect_all({{with("noise.sigma_min=5"), "the noise levels run from 5 to"},
              {with("sample.sigma_min=900"), "noise schedule: from"},
              {with("train.learning_rate=inf"),
               "train.learning_rate = inf (expected above 0 and at most 1000000000000000000)"},
              {with("train.batch=9223372036854775807"), "expected from 1 to 9007199254740992"},
              {with("train.seed=-1"), "expected from 0 to 4611686018427387904"},
              {with("sample.start_centre=nan"), "expected a number"},
              {with("train.stpes=3"), "Did you mean 'steps'?"},
              {with("nonsense"), "not of the form table.key=value"}});
}

// What can be known beforehand is said before anything is computed: the only line is the message.
TEST_F(Messages, ComeBeforeAnythingIsComputed) {
  const std::string run = trained_run();
  const auto evaluate = [&](const std::string& what, Words more) {
    Words words{"evaluate", run, what};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  expect_all({
      {evaluate("fid", {"--features", "digits", "--out", "x.npz"}), "out x.npz: this names a file"},
      {evaluate("fid", {"--features", "digits", "--save-stats", "none/s.npz"}), "the folder none does not exist"},
      {evaluate("fid", {"--features", "digits", "--save-stats", "s.npy"}), "ends in .npz"},
      {evaluate("kid", {"--features", "digits", "-n", "20"}), "subset_size = 1000"},
      {evaluate("is", {"--features", "digits", "-n", "4"}), "splits = 10"},
      {evaluate("neighbours", {"--grid", "g.jpg"}), "ends in .png"},
      {evaluate("noise-levels", {"--sigma-min", "5", "--sigma-max", "1"}), "0 < smallest <= largest"},
      {evaluate("ood", {"--against", "checkerboard", "-n", "8"}), "are no images"},
      {evaluate("ood", {"--against", "nowhere"}), "'nowhere'"},
      {{"score", run, "x.npy", "--out", "none/s.csv"}, "the folder none does not exist"},
      {{"score", run, "x.npy", "--out", "s.npz"}, "ends in .csv or .npy"},
      {{"sample", run, "-n", "1", "--out", "x.npz"}, "this names a file"},
      {{"sample", run, "-n", "1", "--out", "file.txt"}, "this is a file"},
      {{"sample", run, "-n", "1", "--grid", "none/g.png"}, "the folder none does not exist"},
      {{"sample", run, "-n", "1", "--trace", "none/t.csv"}, "the folder none does not exist"},
      {{"restore", run, "x.npy", "--task", "inpaint", "--out", "r.png"}, "this names a file"},
      {{"restore", run, "x.npy", "--task", "inpaint", "--mask", "none.png", "--grid", "g.png"}, "none.png"},
      {{"denoise", run, "x.npy", "--out", "d.npz"}, "this names a file"},
      {{"data", "inspect", "x.npy", "--grid", "none/g.png"}, "the folder none does not exist"},
      {{"data", "inspect", "checkerboard", "--grid", "g.png"}, "are no images"},
      {{"report", run, "--out", "none/r.html"}, "the folder none does not exist"},
      {{"report", run, "--compare", "nowhere", "--out", "r.html"}, "nowhere"},
      {{"density", run, "--out", "d.jpg"}, "ends in .png"},
      {{"train", kQuick, "--out", "run.npz"}, "this names a file"},
      {{"train-features", "digits", "--out", "none/d.safetensors"}, "the folder none does not exist"},
      {{"reproduce", "paper", "--inception", "none.pt", "--out", "o"}, "there is no such file"},
      {{"reproduce", "paper", "--scale", "17", "--out", "o"}, "17"},
      {{"reproduce", "paper", "--only", "nothing", "--dry-run", "--out", "o"}, "nothing"},
  });
}

}  // namespace
}  // namespace mdsm
