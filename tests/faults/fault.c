/* Preloaded into a process (LD_PRELOAD): what disks and power cuts do, at a chosen call.
 *
 *   MDSM_FAULT=kill:N    the N-th change of a file (write, rename, link, fsync) is half done, then the process is killed
 *   MDSM_FAULT=full:N    from the N-th change on, writes fail with ENOSPC
 *   MDSM_FAULT_COUNT=F   the number of changes is written to the file F at the end
 *   MDSM_SLOW=F          while there is a file F, each change takes a second
 *   MDSM_CLOCK=back      the time of day goes back by an hour each time it is asked for
 *
 * Counted are changes to regular files alone, not to the terminal or pipes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum Kind { none, killed, full };
static enum Kind kind = none;
static long at = 0;
static atomic_long changes = 0;
static int clock_goes_back = 0;
static atomic_long times_asked = 0;
static const char* slow_while = NULL;

__attribute__((constructor)) static void begin(void) {
  const char* clock = getenv("MDSM_CLOCK");
  slow_while = getenv("MDSM_SLOW");
  clock_goes_back = clock != NULL && strcmp(clock, "back") == 0;
  const char* text = getenv("MDSM_FAULT");
  if (text == NULL) return;
  kind = strncmp(text, "kill:", 5) == 0 ? killed : strncmp(text, "full:", 5) == 0 ? full : none;
  at = atol(text + 5);
}

static ssize_t (*real_write)(int, const void*, size_t) = NULL;

__attribute__((destructor)) static void end(void) {
  const char* path = getenv("MDSM_FAULT_COUNT");
  FILE* file = path == NULL ? NULL : fopen(path, "w");
  if (file == NULL) return;
  fprintf(file, "%ld\n", atomic_load(&changes));
  fclose(file);
}

static int is_regular(int descriptor) {
  struct stat status;
  return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

/* 1 where this change is the one. */
static int strikes(void) {
  if (slow_while != NULL && access(slow_while, F_OK) == 0) sleep(1);
  const long number = atomic_fetch_add(&changes, 1) + 1;
  return kind == killed ? number == at : kind == full && number >= at;
}

static void die(void) { kill(getpid(), SIGKILL); }

ssize_t write(int descriptor, const void* bytes, size_t count) {
  if (real_write == NULL) real_write = (ssize_t(*)(int, const void*, size_t))dlsym(RTLD_NEXT, "write");
  if (is_regular(descriptor) && strikes()) {
    if (kind == full) {
      errno = ENOSPC;
      return -1;
    }
    real_write(descriptor, bytes, count / 2);
    die();
  }
  return real_write(descriptor, bytes, count);
}

int rename(const char* from, const char* to) {
  int (*real)(const char*, const char*) = (int (*)(const char*, const char*))dlsym(RTLD_NEXT, "rename");
  if (strikes() && kind == killed) die();
  return real(from, to);
}

int link(const char* from, const char* to) {
  int (*real)(const char*, const char*) = (int (*)(const char*, const char*))dlsym(RTLD_NEXT, "link");
  if (strikes() && kind == killed) die();
  return real(from, to);
}

int fsync(int descriptor) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  if (strikes() && kind == killed) die();
  return real(descriptor);
}

/* Seconds by which the time of day is behind now. */
static long behind(void) { return clock_goes_back ? 3600 * (atomic_fetch_add(&times_asked, 1) + 1) : 0; }

int clock_gettime(clockid_t which, struct timespec* now) {
  static int (*real)(clockid_t, struct timespec*) = NULL;
  if (real == NULL) real = (int (*)(clockid_t, struct timespec*))dlsym(RTLD_NEXT, "clock_gettime");
  const int result = real(which, now);
  if (result == 0 && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) now->tv_sec -= behind();
  return result;
}

int gettimeofday(struct timeval* restrict now, void* restrict zone) {
  static int (*real)(struct timeval*, void*) = NULL;
  if (real == NULL) real = (int (*)(struct timeval*, void*))dlsym(RTLD_NEXT, "gettimeofday");
  const int result = real(now, zone);
  if (result == 0) now->tv_sec -= behind();
  return result;
}

time_t time(time_t* out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != NULL) *out = now.tv_sec;
  return now.tv_sec;
}
