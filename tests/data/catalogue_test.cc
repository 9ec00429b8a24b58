#include "mdsm/data/catalogue.h"

#include <gtest/gtest.h>

#include <set>

#include "mdsm/data/known.h"
#include "mdsm/data/load.h"

namespace mdsm {
namespace {

// Whatever is there can be read under its name, with the shape and size that are said of it.
TEST(Catalogue, EveryEntryThatIsHereLoadsAsItSays) {
  std::set<std::string> names;
  int64_t read = 0;
  for (const CatalogueEntry& entry : data_catalogue()) {
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    EXPECT_FALSE(entry.description.empty()) << entry.name;
    EXPECT_EQ(entry.endless, entry.train_count + entry.test_count == 0) << entry.name;
    const bool large = !entry.endless && entry.name != "mnist";  // seconds each
    if (!entry.here || large) continue;
    const auto source = load_source({.name = entry.name}, Split::train);
    EXPECT_EQ(source->info().datum_shape, entry.datum_shape) << entry.name;
    EXPECT_EQ(source->size(), entry.endless ? Source::kEndless : entry.train_count) << entry.name;
    ++read;
  }
  EXPECT_GE(read, 9);  // MNIST, the stacked digits, strokes and six densities come with the program
}

TEST(Catalogue, AHalfThatDoesNotExistIsNotHere) {
  EXPECT_TRUE(is_here(known_set("mnist"), Split::test));
  EXPECT_FALSE(is_here(known_set("notmnist"), Split::train));
}

}  // namespace
}  // namespace mdsm
