#include "mdsm/data/catalogue.h"

#include "mdsm/data/known.h"
#include "mdsm/data/stacked.h"
#include "mdsm/data/synthetic.h"

namespace mdsm {

std::vector<CatalogueEntry> data_catalogue() {
  std::vector<CatalogueEntry> entries;
  for (const KnownSet& set : known_sets()) {
    entries.push_back({.name = set.name,
                       .description = set.description,
                       .datum_shape = set.datum_shape,
                       .train_count = set.train_count,
                       .test_count = set.test_count,
                       .here = is_here(set, set.train_count > 0 ? Split::train : Split::test),
                       .licence = set.licence});
  }
  entries.push_back({.name = std::string(kStackedName),
                     .description = "three MNIST digits as colours: 1000 modes, endless",
                     .datum_shape = {3, 28, 28},
                     .endless = true,
                     .here = is_here(known_set("mnist"), Split::train)});
  for (const std::string& name : synthetic_names()) {
    const Shape shape = synthetic_source(name, Split::train)->info().datum_shape;
    entries.push_back({.name = name,
                       .description = shape.size() == 3 ? "drawn digits, endless"
                                                        : "points of the plane with a known density, endless",
                       .datum_shape = shape,
                       .endless = true,
                       .here = true});
  }
  return entries;
}

}  // namespace mdsm
