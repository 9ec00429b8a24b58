#include "mdsm/cli/program.h"
#include "mdsm/system/file_descriptor.h"

int main(int argc, char** argv) {
  mdsm::hold_standard_descriptors();
  return mdsm::cli::run_program({argv + (argc > 0 ? 1 : 0), argv + argc});
}
