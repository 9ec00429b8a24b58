// The libFuzzer program: `MDSM_FUZZ=png build/fuzz/fuzz CORPUS` (tools/fuzz.sh runs all). Without MDSM_FUZZ it names the targets.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "fuzz/target.h"

namespace {

const mdsm::fuzz::Target* chosen = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* name = std::getenv("MDSM_FUZZ");
  for (const mdsm::fuzz::Target& target : mdsm::fuzz::targets()) {
    if (name == nullptr) std::puts(target.name.c_str());
    else if (target.name == name) chosen = &target;
  }
  if (chosen == nullptr) std::exit(name == nullptr ? 0 : 2);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  mdsm::fuzz::refusal(*chosen, {reinterpret_cast<const char*>(data), size});
  return 0;
}
