#include "mdsm/reproduce/pages.h"

#include <algorithm>
#include <set>

#include "mdsm/base/utc.h"
#include "mdsm/formats/file.h"
#include "mdsm/report/markdown.h"
#include "mdsm/reproduce/findings.h"
#include "mdsm/reproduce/record.h"
#include "mdsm/reproduce/standing.h"

namespace mdsm::reproduce {
namespace {

namespace fs = std::filesystem;

/// What is known of a section's steps.
struct Standing {
  std::vector<Step> steps;
  std::map<std::string, std::string> missing;  // left out, with the reason
  bool complete = false;                       // all others have their results
};

Standing standing_of(const Place& place, const Section& section) {
  Standing standing{section.steps(place), {}, true};
  for (const Step& step : standing.steps) {
    std::string reason = why_left_out(place, step);
    if (!reason.empty()) standing.missing[step.name] = reason;
    else if (!is_done(place, home_of(section.name, step), step)) standing.complete = false;
  }
  return standing;
}

std::string verdict_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return "**seen**";
    case Verdict::fails:
      return "**not seen**";
    case Verdict::undecided:
      return "not decided";
  }
  return "";
}

void write_commands(const Place& place, const Section& section, const Standing& standing, Page& page) {
  std::string text;
  std::set<std::string> runs;
  const auto add = [&](const std::string& part, const Step& step) {
    if (!text.empty()) text += '\n';
    text += Findings(place, part, {}).command(step.name);
  };
  for (const Step& step : standing.steps) {
    if (standing.missing.contains(step.name)) continue;
    if (runs.insert(step.run).second) add(kTraining, training_step(place, step.run));
    add(home_of(section.name, step), step);
  }
  if (!text.empty()) page.add(block::Code{text});
}

void write_section(const Place& place, const Section& section, const Standing& standing, Page& page,
                   std::vector<Claim>& claims) {
  page.heading(section.title);
  std::set<std::string> reasons;
  for (const auto& [step, reason] : standing.missing) reasons.insert(reason);
  if (standing.missing.size() < standing.steps.size()) {
    SectionText text{page, claims};
    section.write(Findings(place, section.name, standing.missing), text);
  }
  for (const std::string& reason : reasons) page.paragraph("Left out here: " + reason + ".");
  write_commands(place, section, standing, page);
}

void write_claims(const Scale& scale, const std::vector<Claim>& claims, Page& page) {
  if (claims.empty()) return;
  page.heading("What the paper claims, at this scale");
  block::Table table{{"claim", "seen here", "verdict"}, {}, ""};
  for (const Claim& claim : claims)
    table.rows.push_back({claim.what, claim.seen, verdict_text(scale.is_smoke() ? Verdict::undecided : claim.verdict)});
  page.add(table);
}

std::string scale_text(const Scale& scale) {
  if (scale.is_smoke())
    return "Scale smoke: every command is tried once, with tiny networks and next to no training. **No number here "
           "means anything.**";
  if (scale.is_paper())
    return "Scale " + scale.name() + ": the paper's networks and settings, that part of its updates and sample counts.";
  return "Scale two-cores: small networks and minutes of training instead of days. Numbers are to be compared with "
         "each other, and with the paper's only in kind.";
}

/// Wall clock of all that was kept.
double seconds_of(const Place& place) {
  double seconds = 0;
  for (const auto& entry : fs::recursive_directory_iterator(place.out() / "work")) {
    if (entry.path().extension() != ".json" || entry.path().parent_path().parent_path().filename() != "work") continue;
    if (const auto record = read_record(entry.path())) seconds += record->seconds;
  }
  return seconds;
}

}  // namespace

void write_pages(const Place& place, std::span<const Section> sections, const ReproduceOptions& options) {
  Page page{"Multiscale denoising score matching: the paper, made again",
            "Li, Chen, Sommer: Learning Energy-Based Models in High-Dimensional Spaces with Multiscale "
            "Denoising-Score Matching (arXiv:1910.07762, Entropy 25:1367)"};
  Page body;
  std::vector<Claim> claims;
  std::vector<std::string> absent;
  for (const Section& section : sections) {
    const Standing standing = standing_of(place, section);
    if (standing.complete) write_section(place, section, standing, body, claims);
    else absent.emplace_back(section.name);
  }
  page.add(block::Code{options.command});
  page.paragraph(scale_text(place.scale()));
  page.paragraph(
      fmt::format("mdsm {}, {}; {:.0f} minutes of commands; written {}. Every section ends with the commands "
                  "that made it.",
                  MDSM_VERSION, options.machine, seconds_of(place) / 60, utc_now().substr(0, 10)));
  if (!absent.empty()) page.paragraph(fmt::format("Not made yet: {}.", fmt::join(absent, ", ")));
  write_claims(place.scale(), claims, page);
  page.blocks.insert(page.blocks.end(), body.blocks.begin(), body.blocks.end());
  write_file_atomically(place.out() / "index.html", report::to_html(page));
  report::write_markdown(page, place.out() / "README.md", "pictures", "index.html");
}

}  // namespace mdsm::reproduce
