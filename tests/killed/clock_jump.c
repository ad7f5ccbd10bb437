/* Clocks of a process that jump when somebody else says so: by the seconds at the start of a file that is mapped into it.
 *
 * Loaded by LD_PRELOAD (clock_jump.py). All clocks jump together, as they do on a computer that was asleep and counts that time.
 * What waits until a moment by such a clock is told the true moment, so that a wait lasts as long as was meant.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile long long *jump;

__attribute__((constructor)) static void map_jump(void)
{
    const char *path = getenv("HVTREE_TEST_CLOCK");
    int file = path ? open(path, O_RDONLY) : -1;
    if (file < 0) return;
    void *page = mmap(NULL, sizeof *jump, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (page != MAP_FAILED) jump = page;
}

static long long jumped(void) { return jump ? *jump : 0; }

static void *next(const char *name, const char *version)
{
    void *found = dlvsym(RTLD_NEXT, name, version);
    return found ? found : dlsym(RTLD_NEXT, name);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = next("clock_gettime", "GLIBC_2.17");
    int result = real(clock, now);
    int is_time = clock != CLOCK_PROCESS_CPUTIME_ID && clock != CLOCK_THREAD_CPUTIME_ID;
    if (result == 0 && is_time) now->tv_sec += jumped();
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec found;
    (void) zone;
    int result = clock_gettime(CLOCK_REALTIME, &found);
    now->tv_sec = found.tv_sec;
    now->tv_usec = found.tv_nsec / 1000;
    return result;
}

time_t time(time_t *now)
{
    struct timespec found;
    clock_gettime(CLOCK_REALTIME, &found);
    if (now) *now = found.tv_sec;
    return found.tv_sec;
}

static struct timespec truly(const struct timespec *moment)
{
    struct timespec found = *moment;
    found.tv_sec -= jumped();
    return found;
}

int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex, const struct timespec *restrict until)
{
    static int (*real)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    if (!real) real = next("pthread_cond_timedwait", "GLIBC_2.3.2");
    struct timespec moment = truly(until);
    return real(cond, mutex, &moment);
}

int pthread_cond_clockwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex, clockid_t clock, const struct timespec *restrict until)
{
    static int (*real)(pthread_cond_t *, pthread_mutex_t *, clockid_t, const struct timespec *);
    if (!real) real = next("pthread_cond_clockwait", "GLIBC_2.30");
    struct timespec moment = truly(until);
    return real(cond, mutex, clock, &moment);
}

int sem_clockwait(sem_t *restrict sem, clockid_t clock, const struct timespec *restrict until)
{
    static int (*real)(sem_t *, clockid_t, const struct timespec *);
    if (!real) real = next("sem_clockwait", "GLIBC_2.30");
    struct timespec moment = truly(until);
    return real(sem, clock, &moment);
}

int sem_timedwait(sem_t *restrict sem, const struct timespec *restrict until)
{
    static int (*real)(sem_t *, const struct timespec *);
    if (!real) real = next("sem_timedwait", "GLIBC_2.2.5");
    struct timespec moment = truly(until);
    return real(sem, &moment);
}
