#include "mdsm/cli/evaluation_parts.h"

#include "mdsm/base/error.h"
#include "mdsm/config/option_list.h"
#include "mdsm/data/known.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/sha256.h"

namespace mdsm::cli {
namespace {

constexpr int64_t kSamplesAPart = 128;  // that are kept together

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

void add_sampler_options(CLI::App& app, SamplerArguments& arguments) {
  app.add_option("--sampler", arguments.sampler,
                 fmt::format("instead of the run's: one of {}", fmt::join(sampler_names(), ", ")));
  app.add_option("--steps", arguments.steps, "steps of the sampler instead of the run's; 0: its own default")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--set", arguments.set, "any key of the table [sample]: --set sample.schedule=linear");
}

SampleOptions sampler_of(const TrainedEnergy& trained, const SamplerArguments& arguments) {
  return sampler_settings(trained.experiment.sample, arguments);
}

SampleOptions sampler_of(EvaluationContext& context, const SamplerArguments& arguments) {
  SampleOptions sampler = sampler_of(context.trained(), arguments);
  if (context.options.batch > 0) sampler.batch = context.options.batch;
  return sampler;
}

nlohmann::ordered_json identity_of(SampleOptions sampler) {
  sampler.batch = 1;  // changes speed and memory only
  OptionList options;
  options.add_table("sample", sampler);
  return nlohmann::ordered_json::parse(to_json(options)).at("sample");
}

Tensor drawn_samples(EvaluationContext& context, const SampleOptions& sampler, int64_t count, const PartStore& parts) {
  Tensors samples;
  for (int64_t first = 0; first < count; first += kSamplesAPart) {
    const int64_t size = std::min(kSamplesAPart, count - first);
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
