// How long idle threads of OpenMP spin.
//
// GNU's runtime lets them spin for 300 000 rounds, some milliseconds, before they sleep. With another program on the
// machine, threads that wait hold the cores that the thread they wait for needs: a training step of the U-Net that
// takes 60 ms alone took 9.5 s beside a second training, and 0.14 s with 1000 rounds (docs/measurements.md). The
// runtime reads its setting when it is loaded, before main(): so the program starts itself again with it, before any
// library's constructors run, which costs some milliseconds. Set GOMP_SPINCOUNT or OMP_WAIT_POLICY to decide otherwise.

#if defined(__linux__) && defined(__GLIBC__)

#include <alloca.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace {

constexpr const char* kSetting = "GOMP_SPINCOUNT=2000";

bool names(const char* entry, const char* variable) {
  const size_t length = std::strlen(variable);
  return std::strncmp(entry, variable, length) == 0 && entry[length] == '=';
}

// Nothing is initialised yet: no allocation, no iostreams.
__attribute__((no_sanitize("address", "undefined"))) void limit_spinning(int /*argc*/, char** argv,
                                                                         char** environment) {
  size_t count = 0;
  for (; environment[count]; ++count) {
    // LD_PRELOAD: tools that replace functions (valgrind) do not survive a second start.
    for (const char* variable : {"GOMP_SPINCOUNT", "OMP_WAIT_POLICY", "LD_PRELOAD"}) {
      if (names(environment[count], variable)) return;
    }
  }
  auto** extended = static_cast<char**>(alloca((count + 2) * sizeof(char*)));
  std::copy_n(environment, count, extended);
  extended[count] = const_cast<char*>(kSetting);
  extended[count + 1] = nullptr;
  execve("/proc/self/exe", argv, extended);  // returns only if it failed: then all goes on as it was
}

__attribute__((section(".preinit_array"), used)) void (*const kBeforeAll)(int, char**, char**) = limit_spinning;

}  // namespace

#endif
