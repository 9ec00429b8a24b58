#include <fmt/format.h>

int main() {
  fmt::print("mdsm {}\n", MDSM_VERSION);
  return 0;
}
