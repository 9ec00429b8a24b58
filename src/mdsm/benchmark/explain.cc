#include "mdsm/benchmark/explain.h"

#include "mdsm/benchmark/work.h"

namespace mdsm {
namespace {

/// Least time of every pass of every node over several steps.
Profile least_profile(BenchmarkWork& work, int runs) {
  Profile least;
  for (int run = 0; run < runs; ++run) {
    const Profile profile = work.profile();
    if (least.empty()) least = profile;
    for (size_t i = 0; i < profile.size(); ++i) {
      for (size_t pass = 0; pass < profile[i].size(); ++pass)
        least[i][pass] = std::min(least[i][pass], profile[i][pass]);
    }
  }
  return least;
}

std::string table_of(const Graph& graph, const Profile& profile, int64_t batch) {
  std::string text = fmt::format("{:<36}{:<16}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}\n", "op", "output", "GFLOP", "forward",
                                 "backward", "tangent", "tangent'", "sum ms");
  PassTimes sums{};
  for (size_t i = 0; i < graph.nodes().size(); ++i) {
    const Node& node = graph.nodes()[i];
    std::vector<Shape> shapes;
    for (Slot slot : node.inputs) shapes.push_back(batch_shape(batch, graph.datum_shape(slot)));
    text += fmt::format("{:<36}{:<16}{:>9.3f}", node.op->name(), to_text(graph.datum_shape(node.output)),
                        1e-9 * node.op->flops(shapes));
    double sum = 0;
    for (size_t pass = 0; pass < sums.size(); ++pass) {
      text += fmt::format("{:>9.2f}", profile[i][pass] * 1e3);
      sums[pass] += profile[i][pass];
      sum += profile[i][pass];
    }
    text += fmt::format("{:>9.2f}\n", sum * 1e3);
  }
  text += fmt::format("{:<61}", "all");
  for (double sum : sums) text += fmt::format("{:>9.2f}", sum * 1e3);
  return text + fmt::format("{:>9.2f}\n", (sums[0] + sums[1] + sums[2] + sums[3]) * 1e3);
}

}  // namespace

std::string explain(const BenchmarkCase& what, const GraphOptions& options, int runs) {
  const auto table = [&](Folds folds) {
    GraphOptions chosen = options;
    chosen.folds = folds;
    BenchmarkWork work(what, chosen);
    work.step();
    return table_of(work.energy().graph(), least_profile(work, runs), what.batch);
  };
  const std::string before = table(Folds::off);
  const std::string after = options.folds == Folds::on ? table(Folds::on) : "the same: folds are off\n";
  return fmt::format(
      "{}, {}, batch {}. GFLOP of a forward pass; ms: forward, backward, tangent forward, tangent backward (the least "
      "of {} steps each).\n\nThe network's ops:\n{}\nThe ops that run, folded:\n{}\nMethods of convolutions:\n{}\n",
      what.name, options.arithmetic == at::kBFloat16 ? "bf16" : "fp32", what.batch, runs, before, after,
      options.conv_choice ? options.conv_choice->describe() : "all as LibTorch does them\n");
}

}  // namespace mdsm
