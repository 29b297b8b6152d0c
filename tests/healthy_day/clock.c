/* Shows a process, and all that it starts, a wall clock that is ahead of the real one by as many seconds as a file says.

   Only the wall clock moves: what waits, waits as long as ever. The file holds one 64-bit number, so it changes at once
   for everybody. (libfaketime 0.9.10 cannot be taken: threads of Python 3.11 that wait hang under it.) */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile long long *ahead;

static long long seconds_ahead(void) {
    if (!ahead) {
        int file = open(getenv("MOVED_CLOCK"), O_RDONLY);
        ahead = mmap(0, sizeof *ahead, PROT_READ, MAP_SHARED, file, 0);
        close(file);
    }
    return *ahead;
}

int clock_gettime(clockid_t which, struct timespec *at) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(which, at);
    if (!failed && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) at->tv_sec += seconds_ahead();
    return failed;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
    static int (*real)(struct timeval *, void *);
    if (!real) real = dlsym(RTLD_NEXT, "gettimeofday");
    int failed = real(at, zone);
    if (!failed) at->tv_sec += seconds_ahead();
    return failed;
}

time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}
