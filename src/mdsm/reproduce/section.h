#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "mdsm/report/page.h"
#include "mdsm/reproduce/scale.h"

namespace mdsm::reproduce {

namespace block = report::block;
using report::Page;

/// Where a reproduction keeps things: DIR/index.html, DIR/runs/RUN, DIR/work/SECTION.
class Place {
 public:
  Place(std::filesystem::path out, Scale scale, std::string inception = "")
      : out_(std::move(out)), scale_(std::move(scale)), inception_(std::move(inception)) {}

  const std::filesystem::path& out() const { return out_; }
  const Scale& scale() const { return scale_; }
  /// The user's Inception network; empty: none.
  const std::string& inception() const { return inception_; }
  std::string run(const std::string& run) const { return (out_ / "runs" / run).string(); }
  std::filesystem::path work(const std::string& section) const { return out_ / "work" / section; }
  /// The data set of a run's experiment, "cifar10-jpeg".
  std::string data(const std::string& run) const;

 private:
  std::filesystem::path out_;
  Scale scale_;
  std::string inception_;
};

/// One command of mdsm whose result a section shows. What it prints is kept; files that it writes go to its section's
/// folder.
struct Step {
  std::string name;                     ///< unique in its section, [a-z0-9.-]+
  std::string run;                      ///< the trained energy that it needs
  std::vector<std::string> arguments;   ///< behind "mdsm"
  std::vector<std::string> needs = {};  ///< known data sets, "fashion-mnist/test"; without them the step is left out
  bool shared = false;                  ///< several sections have it, word for word: run once, kept in work/shared
};

/// The two lists, one behind the other.
std::vector<std::string> joined(std::vector<std::string> arguments, const std::vector<std::string>& more);

class Findings;

/// Whether what the paper says was seen here.
enum class Verdict { holds, fails, undecided };

/// A claim of the paper, put to the test.
struct Claim {
  std::string what;
  std::string seen;  ///< the figures that decide
  Verdict verdict = Verdict::undecided;
};

/// What a section says.
struct SectionText {
  Page& page;
  std::vector<Claim>& claims;
};

/// One table or figure of the paper: its commands, and what is said of their results.
struct Section {
  const char* name;  ///< of --only
  const char* title;
  std::vector<Step> (*steps)(const Place& place);
  void (*write)(const Findings& findings, SectionText& text);
};

}  // namespace mdsm::reproduce
