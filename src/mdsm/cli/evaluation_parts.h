#pragma once

#include <nlohmann/json.hpp>

#include "mdsm/cli/evaluation.h"
#include "mdsm/evaluate/parts.h"
#include "mdsm/sample/settings.h"

namespace mdsm::cli {

/// The store of partial results in the folder of --out; one that keeps nothing where there is none.
///
/// A store belongs to one evaluation of one checkpoint (by its SHA-256) under one seed and `settings`, which must hold
/// all else that decides the numbers.
PartStore parts_of(EvaluationContext& context, const std::string& evaluation, nlohmann::ordered_json settings);

/// The data that an evaluation measures: those that `name` names, or a half of the run's own where it is empty.
std::shared_ptr<const Source> data_of(EvaluationContext& context, const std::string& name, Split otherwise);

/// Its name with its half: "mnist/test".
std::string name_of(const Source& data);

/// The number asked for, or all data of a finite set up to `most`.
int64_t count_of(const EvaluationContext& context, const Source& data, int64_t most);

/// Writes NAME into the folder of --out and says so; nothing where there is none.
void write_beside(EvaluationContext& context, const std::string& name, const std::string& bytes);

/// How samples are drawn, where that is not the run's own table [sample].
using SamplerArguments = SamplerRequest;

/// Declares --sampler, --steps and --set on `app`.
void add_sampler_options(CLI::App& app, SamplerArguments& arguments);

/// The energy's own options with what the arguments change.
SampleOptions sampler_of(const TrainedEnergy& trained, const SamplerArguments& arguments);

/// The same for the run, and --batch.
SampleOptions sampler_of(EvaluationContext& context, const SamplerArguments& arguments);

/// All that decides the samples of given seeds, for the settings of a store.
nlohmann::ordered_json identity_of(SampleOptions sampler);

/// Samples of the run, one a seed from --seed on, drawn in chunks that `parts` keeps.
Tensor drawn_samples(EvaluationContext& context, const SampleOptions& sampler, int64_t count, const PartStore& parts);

}  // namespace mdsm::cli
