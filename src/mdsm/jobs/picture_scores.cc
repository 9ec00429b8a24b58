#include "mdsm/jobs/picture_scores.h"

#include <cmath>
#include <filesystem>
#include <functional>
#include <map>

#include "mdsm/base/error.h"
#include "mdsm/data/load.h"
#include "mdsm/data/pictures/patch_data.h"
#include "mdsm/data/subset.h"
#include "mdsm/evaluate/batch_scores.h"
#include "mdsm/evaluate/finite_scores.h"
#include "mdsm/evaluate/run_data.h"
#include "mdsm/formats/image_file.h"
#include "mdsm/parallel/job.h"
#include "mdsm/parallel/share.h"

namespace mdsm {
namespace {

/// Energies of sizes that are kept: each holds its programs.
constexpr size_t kMostSizes = 8;

/// A picture that is read when it is wanted: (C, H, W) float32.
struct Wanted {
  std::string name;
  std::function<Tensor()> read;
};

void add_pictures(std::vector<Wanted>& all, const TrainedEnergy& trained, const std::string& text,
                  std::vector<std::string>& notes) {
  const PictureSet set = open_named_pictures(trained.experiment.data, text, trained.energy->datum_shape()[0]);
  for (const int64_t place : set.pictures.places) {
    const std::string quoted = set.pictures.all->name(place);  // as error texts have it: 'PATH'
    all.push_back({quoted.substr(1, quoted.size() - 2), [pictures = set.pictures.all, place] {
                     const Tensor bytes = pictures->read(place);
                     require(bytes.defined(), "{} cannot be decoded. Take it out.", pictures->name(place));
                     return bytes.to(at::kFloat).div_(255);
                   }});
  }
  for (const auto& some : {set.info.notes, set.pictures.all->notes()})
    notes.insert(notes.end(), some.begin(), some.end());
}

/// Images of one size: an array, or a known set.
void add_data(std::vector<Wanted>& all, const TrainedEnergy& trained, const std::string& text,
              std::vector<std::string>& notes) {
  DataOptions plain = trained.experiment.data;
  plain.crop = plain.image_size = plain.pad_to = plain.patch = 0;
  const auto source = load_named_data(plain, text, trained.energy->datum_shape());
  const Shape& shape = source->info().datum_shape;
  require(shape.size() == 3, "{}: data of shape {} are no images.", text, to_text(shape));
  require(source->size() != Source::kEndless, "{}: these data never end. Name a finite set.", text);
  for (int64_t i = 0; i < source->size(); ++i) {
    all.push_back({fmt::format("{}-{:06}", std::filesystem::path(source->info().name).stem().string(), i),
                   [source, i] { return source->read(std::vector<int64_t>{i})[0]; }});
  }
  notes.insert(notes.end(), source->info().notes.begin(), source->info().notes.end());
}

/// The energy of each size, the last ones kept.
class EnergyBySize {
 public:
  explicit EnergyBySize(const TrainedEnergy& trained) : trained_(trained) {}

  const Energy& of(const Shape& shape) {
    if (kept_.size() >= kMostSizes && !kept_.contains(shape)) kept_.clear();
    std::shared_ptr<Energy>& energy = kept_[shape];
    if (!energy) energy = trained_.energy_for(shape);
    return *energy;
  }

 private:
  const TrainedEnergy& trained_;
  std::map<Shape, std::shared_ptr<Energy>> kept_;
};

/// Mean energy a pixel of training patches, for typicality alone.
double typical_energy(const TrainedEnergy& trained, const PictureScoring& asked, const Watch& watch) {
  if (asked.kind != ScoreKind::typicality) return 0;
  const Shape& patch = trained.energy->datum_shape();
  return mean_training_energy(trained, asked.seed, asked.batch, watch.silent()) /
         static_cast<double>(patch[1] * patch[2]);
}

/// (own.count, 4) float64: height, width, score, score a pixel.
Tensor rows_of(const TrainedEnergy& trained, const std::vector<Wanted>& all, const std::vector<int64_t>& places,
               const PictureScoring& asked, double typical, const Rows& own, const Watch& watch) {
  EnergyBySize energies(trained);
  Tensor rows = at::empty({own.count, 4}, at::kDouble);
  for (int64_t i = 0; i < own.count; ++i) {
    const Wanted& picture = all[static_cast<size_t>(places[static_cast<size_t>(own.first + i)])];
    const Tensor x = picture.read().unsqueeze(0);
    const int64_t height = x.size(2), width = x.size(3), pixels = height * width;
    const Tensor score = batch_scores(energies.of(datum_shape_of(x)), x, asked.kind, trained.sigma0(),
                                      typical * static_cast<double>(pixels), asked.seed)
                             .to(at::kDouble);
    require_finite_scores(score, x, picture.name, 0);
    rows[i].copy_(at::tensor({static_cast<double>(height), static_cast<double>(width), score.item<double>(),
                              pixel_score(asked.kind, score, pixels).item<double>()},
                             at::kDouble));
    watch.update(i + 1, own.count, "pictures: scored");
  }
  return rows;
}

/// As a field of a table: quoted where it must be.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

}  // namespace

std::vector<PictureScore> score_pictures(const TrainedEnergy& trained, const std::vector<std::string>& sources,
                                         const PictureScoring& asked, const Watch& watch,
                                         std::vector<std::string>* notes) {
  require(trained.takes_any_size(), "{}: this energy takes data of shape {} alone.", trained.file.string(),
          to_text(trained.energy->datum_shape()));
  std::vector<Wanted> all;
  std::vector<std::string> heard;
  for (const std::string& text : sources) {
    const bool pictures = names_pictures(text) || is_image_name(text);
    if (pictures) add_pictures(all, trained, text, heard);
    else add_data(all, trained, text, heard);
  }
  if (notes != nullptr) notes->insert(notes->end(), heard.begin(), heard.end());
  const auto size = static_cast<int64_t>(all.size());
  require(size >= 1, "scores: there are no pictures.");
  require(asked.count <= size, "{} pictures asked for (there are {}). Lower n.", asked.count, size);
  const std::vector<int64_t> places = subset_of(size, asked.count == 0 ? size : asked.count, asked.seed);
  const double typical = typical_energy(trained, asked, watch);
  const Tensor rows = rows_of_all(job(), static_cast<int64_t>(places.size()), [&](const Rows& own) {
    return rows_of(trained, all, places, asked, typical, own, watch);
  });
  std::vector<PictureScore> scores;
  for (size_t i = 0; i < places.size(); ++i) {
    const Tensor row = rows[static_cast<int64_t>(i)];
    scores.push_back({places[i], all[static_cast<size_t>(places[i])].name, static_cast<int64_t>(row[0].item<double>()),
                      static_cast<int64_t>(row[1].item<double>()), row[2].item<double>(), row[3].item<double>()});
  }
  return scores;
}

std::string pixel_score_unit(ScoreKind kind) {
  switch (kind) {
    case ScoreKind::energy:
      return "nats a pixel, up to the network's own constant";
    case ScoreKind::gradient:
      return "nats per unit of pixels in [0, 1]: root mean square over pixels";
    case ScoreKind::residual:
      return "pixels in [0, 1]: root mean square over pixels";
    case ScoreKind::typicality:
      return "nats a pixel, from the mean of training patches";
    case ScoreKind::denoising_loss:
      return "squared errors over sigma^2, summed over three noise levels, a pixel";
    case ScoreKind::error_ratio:
      return "squared error over the predicted one";
  }
  fail("pixel_score_unit: unknown kind");
}

Tensor pixel_score(ScoreKind kind, const Tensor& score, int64_t pixels) {
  const auto n = static_cast<double>(pixels);
  switch (kind) {
    case ScoreKind::energy:
    case ScoreKind::typicality:
    case ScoreKind::denoising_loss:
      return score / n;
    case ScoreKind::gradient:
    case ScoreKind::residual:
      return score / std::sqrt(n);
    case ScoreKind::error_ratio:
      return score;
  }
  fail("pixel_score: unknown kind");
}

std::string picture_scores_csv(const std::vector<PictureScore>& scores, const std::string& score) {
  std::string text = fmt::format("index,name,height,width,{0},{0}_per_pixel\n", score);
  for (const PictureScore& at : scores) {
    text += fmt::format("{},{},{},{},{:.9g},{:.9g}\n", at.index, field(at.name), at.height, at.width, at.score,
                        at.per_pixel);
  }
  return text;
}

Tensor scores_per_pixel(const std::vector<PictureScore>& scores) {
  Tensor values = at::empty({static_cast<int64_t>(scores.size())}, at::kFloat);
  for (size_t i = 0; i < scores.size(); ++i) values[static_cast<int64_t>(i)] = scores[i].per_pixel;
  return values;
}

}  // namespace mdsm
