#include "mdsm/cli/evaluation_parts.h"

#include "mdsm/base/error.h"
#include "mdsm/base/file.h"
#include "mdsm/base/sha256.h"
#include "mdsm/data/known.h"

namespace mdsm::cli {
namespace {

/// Samples of a kept part, unless the sampler moves more together.
constexpr int64_t kSamplesAPart = 128;

}  // namespace

PartStore parts_of(EvaluationContext& context, const std::string& evaluation, nlohmann::ordered_json settings) {
  if (context.options.out.empty()) return {};
  const TrainedEnergy& trained = context.trained();
  const nlohmann::ordered_json all{{"evaluation", evaluation},
                                   {"checkpoint_sha256", sha256_of_file(trained.file)},
                                   {"weights", trained.weights == Weights::raw ? "raw" : "average"},
                                   {"seed", context.options.seed},
                                   {"settings", std::move(settings)}};
  return {context.options.out, all.dump(2) + "\n"};
}

std::shared_ptr<const Source> data_of(EvaluationContext& context, const std::string& name, Split otherwise) {
  const TrainedEnergy& trained = context.trained();
  if (name.empty()) return load_source(trained.experiment.data, otherwise);
  return load_named_data(trained.experiment.data, name, trained.energy->datum_shape());
}

std::string name_of(const Source& data) { return data.info().name + "/" + to_text(data.info().split); }

int64_t count_of(const EvaluationContext& context, const Source& data, int64_t most) {
  return context.count_or(std::min(data.size(), most));
}

void write_beside(EvaluationContext& context, const std::string& name, const std::string& bytes) {
  if (context.options.out.empty()) return;
  const std::filesystem::path file = context.out_folder() / name;
  write_file_atomically(file, bytes);
  context.terminal.say(fmt::format("wrote {}", file.string()));
}

Tensor drawn_samples(EvaluationContext& context, int64_t count, const PartStore& parts) {
  SampleOptions sampler = context.trained().experiment.sample;
  if (context.options.batch > 0) sampler.batch = context.options.batch;
  const int64_t chunk = std::max(kSamplesAPart, sampler.batch);
  Tensors samples;
  for (int64_t first = 0; first < count; first += chunk) {
    const int64_t size = std::min(chunk, count - first);
    const std::vector<NamedArray> part =
        parts.get(fmt::format("samples-{:06}-{}", first, size), [&]() -> std::vector<NamedArray> {
          return {{"samples", context.draw(context.trained(), context.seeds(size, first), sampler, first, count)}};
        });
    samples.push_back(array_of(part, "samples"));
  }
  context.terminal.progress().finish();
  return at::cat(samples);
}

}  // namespace mdsm::cli
