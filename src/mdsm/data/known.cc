#include "mdsm/data/known.h"

#include "mdsm/base/error.h"
#include "mdsm/base/named.h"
#include "mdsm/data/readers/celeba.h"
#include "mdsm/data/readers/cifar.h"
#include "mdsm/data/readers/file_tree.h"
#include "mdsm/data/readers/image_collector.h"
#include "mdsm/data/readers/image_set.h"
#include "mdsm/data/readers/path_data.h"
#include "mdsm/data/readers/svhn.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

/// A file that several mirrors carry under its own name.
RemoteFile mirrored(const std::string& name, const std::vector<std::string>& mirrors, int64_t size,
                    const std::string& sha256) {
  RemoteFile file{name, {}, size, sha256};
  for (const std::string& mirror : mirrors) file.urls.push_back(mirror + name);
  return file;
}

std::vector<RemoteFile> idx_files(const std::vector<std::string>& mirrors,
                                  const std::array<std::pair<int64_t, const char*>, 4>& sums) {
  constexpr std::array kNames{"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
                              "t10k-labels-idx1-ubyte.gz"};
  std::vector<RemoteFile> files;
  for (size_t i = 0; i < 4; ++i) files.push_back(mirrored(kNames.at(i), mirrors, sums.at(i).first, sums.at(i).second));
  return files;
}

std::vector<std::string> idx_needed(Split split) {
  const std::string half = split == Split::train ? "train" : "t10k";
  return {fmt::format("{0}-images-idx3-ubyte.gz|{0}-images-idx3-ubyte", half),
          fmt::format("{0}-labels-idx1-ubyte.gz|{0}-labels-idx1-ubyte", half)};
}

/// Readers of the four idx files, with these class names.
auto idx_reader(std::vector<std::string> classes) {
  return [classes = std::move(classes)](const fs::path& folder, Split split, const Reading& reading) {
    LabelledData content = read_idx_half(folder, split, reading.prepare);
    content.classes = classes;
    return content;
  };
}

const std::vector<std::string> kDigits{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
const std::vector<std::string> kLetters{"A", "B", "C", "D", "E", "F", "G", "H", "I", "J"};
const std::vector<std::string> kGarments{"T-shirt", "trouser", "pullover", "dress", "coat",
                                         "sandal",  "shirt",   "sneaker",  "bag",   "ankle boot"};

KnownSet mnist() {
  return {.name = "mnist",
          .description = "handwritten digits, grey (LeCun, Cortes, Burges); comes with mdsm",
          .datum_shape = {1, 28, 28},
          .train_count = 60000,
          .test_count = 10000,
          .licence = "see data/mnist/LICENSE",
          .files = idx_files(
              {"https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"},
              {{{9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"},
                {28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"},
                {1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"},
                {4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"}}}),
          .needed = idx_needed,
          .read = idx_reader(kDigits)};
}

KnownSet fashion_mnist() {
  return {.name = "fashion-mnist",
          .description = "garments, grey (Xiao, Rasul, Vollgraf 2017)",
          .datum_shape = {1, 28, 28},
          .train_count = 60000,
          .test_count = 10000,
          .licence = "MIT",
          .files = idx_files({"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
                              "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/"},
                             {{{26421880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"},
                               {29515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"},
                               {4422102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"},
                               {5148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"}}}),
          .needed = idx_needed,
          .read = idx_reader(kGarments)};
}

KnownSet notmnist() {
  return {.name = "notmnist",
          .description = "letters A to J in many fonts, grey (Bulatov 2011): the 10k test half only",
          .datum_shape = {1, 28, 28},
          .test_count = 10000,
          .licence = "see the set's LICENSE",
          .how_to_get = "Put t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz (MNIST's format) there yourself.",
          .needed = idx_needed,
          .read = idx_reader(kLetters)};
}

/// CIFAR's binary version: the published archive, read without unpacking, or the unpacked folder.
KnownSet cifar(const char* name, const char* description, CifarKind kind, RemoteFile archive) {
  const std::string unpacked = kind == CifarKind::ten ? "cifar-10-batches-bin" : "cifar-100-binary";
  const std::string file = archive.name;
  return {.name = name,
          .description = description,
          .datum_shape = {3, 32, 32},
          .train_count = 50000,
          .test_count = 10000,
          .licence = "cite Krizhevsky 2009, \"Learning multiple layers of features from tiny images\"",
          .files = {std::move(archive)},
          .needed = [file, unpacked](Split) { return std::vector<std::string>{file + "|" + unpacked}; },
          .read =
              [kind, file, unpacked](const fs::path& folder, Split split, const Reading& reading) {
                const bool is_unpacked = fs::exists(folder / unpacked);
                return read_cifar(folder / (is_unpacked ? unpacked : file), kind, split, reading.prepare);
              }};
}

KnownSet cifar_jpeg() {
  return {
      .name = "cifar10-jpeg",
      .description = "CIFAR-10 as JPEG of quality 75: lossy, so scores compare only with each other",
      .datum_shape = {3, 32, 32},
      .train_count = 50000,
      .test_count = 10000,
      .licence = "as cifar10",
      .how_to_get = "Put cifar10-jpeg.tar.gz (train/CLASS/nnnn.jpg, test/CLASS/nnnn.jpg) there yourself.",
      .needed = [](Split) { return std::vector<std::string>{"cifar10-jpeg.tar.gz"}; },
      .read = [](const fs::path& folder, Split split,
                 const Reading& reading) { return read_image_set(folder / "cifar10-jpeg.tar.gz", split, reading); }};
}

KnownSet bsds500() {
  const auto places = [](const fs::path& folder, Split split) {
    PicturePlaces found{.where = folder / "bsds500.tar", .paths = {}};
    for (const std::string& path : list_files(found.where)) {
      const bool measured = path.starts_with("val/");  // the hundred photographs of BSD100
      if (is_visible(path) && is_image_name(path) && measured == (split == Split::test)) found.paths.push_back(path);
    }
    std::sort(found.paths.begin(), found.paths.end());
    return found;
  };
  return {.name = "bsds500",
          .description =
              "photographs of 481 x 321 (Arbelaez et al. 2011); its folder val is the test half, the others train",
          .datum_shape = {3, 321, 481},
          .train_count = 400,
          .test_count = 100,
          .licence = "non-commercial research and education",
          .how_to_get = "Put bsds500.tar (train/, val/ and test/ of JPEG files as published) there yourself.",
          .needed = [](Split) { return std::vector<std::string>{"bsds500.tar"}; },
          .read =
              [places](const fs::path& folder, Split split, const Reading& reading) {
                const PicturePlaces half = places(folder, split);
                ImageCollector images(half.where.string(), half.paths, reading);
                for_each_file(half.where, half.paths,
                              [&](const std::string& path, const auto& read) { images.add(path, read); });
                return images.finish("", {});
              },
          .pictures = places};
}

KnownSet svhn() {
  const auto file = [](Split split) {
    return std::string(split == Split::train ? "train_32x32.mat" : "test_32x32.mat");
  };
  const std::vector<std::string> mirrors{"http://ufldl.stanford.edu/housenumbers/"};
  return {.name = "svhn",
          .description = "street view house numbers, cropped, colour (Netzer et al. 2011)",
          .datum_shape = {3, 32, 32},
          .train_count = 73257,
          .test_count = 26032,
          .licence = "non-commercial use only",
          .files = {mirrored("train_32x32.mat", mirrors, 182040794,
                             "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8"),
                    mirrored("test_32x32.mat", mirrors, 64275384,
                             "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b")},
          .needed = [file](Split split) { return std::vector<std::string>{file(split)}; },
          .read =
              [file](const fs::path& folder, Split split, const Reading& reading) {
                LabelledData content = read_svhn(folder / file(split), reading.prepare);
                content.classes = kDigits;
                return content;
              }};
}

KnownSet celeba() {
  return {.name = "celeba",
          .description = "faces of celebrities, aligned (Liu et al. 2015); centre crop 140, resized to 32",
          .datum_shape = {3, 32, 32},
          .train_count = 162770,
          .test_count = 19962,
          .licence = "non-commercial research only",
          .how_to_get =
              "Ask its authors for img_align_celeba.zip and put it there (or the unpacked folder img_align_celeba).",
          .needed = [](Split) { return std::vector<std::string>{"img_align_celeba.zip|img_align_celeba"}; },
          .read = read_celeba};
}

}  // namespace

const std::vector<KnownSet>& known_sets() {
  const std::vector<std::string> toronto{"https://www.cs.toronto.edu/~kriz/"};
  static const std::vector<KnownSet> sets{
      mnist(),
      fashion_mnist(),
      cifar("cifar10", "photographs of ten classes, colour (Krizhevsky 2009)", CifarKind::ten,
            mirrored("cifar-10-binary.tar.gz", toronto, 170052171,
                     "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd")),
      cifar("cifar100", "photographs of a hundred classes, colour (Krizhevsky 2009)", CifarKind::hundred,
            mirrored("cifar-100-binary.tar.gz", toronto, 168513733,
                     "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec")),
      cifar_jpeg(),
      svhn(),
      celeba(),
      notmnist(),
      bsds500(),
  };
  return sets;
}

std::vector<std::string> known_names() { return names_of(known_sets()); }

bool is_known(std::string_view name) {
  return std::any_of(known_sets().begin(), known_sets().end(), [&](const KnownSet& set) { return set.name == name; });
}

const KnownSet& known_set(std::string_view name) { return find_named(known_sets(), name, "data set"); }

}  // namespace mdsm
