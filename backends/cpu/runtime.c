/*
 * The native runtime: one thread pool, and the loop that runs a compiled program.
 *
 * A process loads this library once. Kernels never link against it: they are plain functions that
 * get their part of the grid as [begin, end), so the pool stays the only one in the process.
 * Several spinning pools in one process ruin each other.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#endif

#define EXPORT __attribute__((visibility("default")))
#define LINE 64
#define MAX_THREADS 256
/* How long a worker without work spins before it sleeps: long enough to bridge two calls of a
 * training loop, short enough that an idle kernel is idle. */
#define SPIN_NANOSECONDS 200000
/* Waking a sleeper costs the caller a system call of several µs; fewer chunks are not worth it. */
#define WAKE_CHUNKS 6
/* Up to so many chunks a thread, work is shared out evenly instead of in chunks of the given size. */
#define FEW_CHUNKS 8

typedef void kernel(void *const *buffers, const int64_t *sizes, int64_t begin, int64_t end);

/* One kernel call. `tasks` units of work are handed out `chunk` at a time; a step with
 * tasks <= chunk runs on the calling thread. Where it is shared out, a thread goes through its
 * range `backwards` if asked: what it then meets first is what the kernels before it, which went
 * forwards, left in the cache. */
typedef struct {
  kernel *run;
  void *const *buffers;
  const int64_t *sizes;
  int64_t tasks;
  int64_t chunk;
  int64_t backwards;
} step;

/* What one call executes; the caller keeps it between calls and patches pointers in place. */
typedef struct {
  int64_t count;
  const step *steps;
  const volatile int32_t *interrupt; /* polled between chunks; may be null */
  const volatile int32_t *failed;    /* set by a kernel whose check did not hold */
  int64_t *nanoseconds;              /* one per step; null when nobody asked */
} program;

/* ---- the job that is being shared out ---------------------------------------------------- */

/* Each thread takes chunks from its own contiguous range, then helps with the others', so
 * neighbouring steps touch the same data from the same core unless a core falls behind. */
typedef struct {
  _Atomic int64_t next;
  int64_t begin, end;
} __attribute__((aligned(LINE))) range;

static range ranges[MAX_THREADS];
static struct {
  step step;
  const volatile int32_t *interrupt, *failed;
  int threads;
} job;

/* generation << 32 | OPEN | number of workers inside. Workers may join while OPEN is set; the
 * master clears it and waits only for those inside, never for one that is still waking up. */
#define OPEN 0x80000000u
static _Atomic uint64_t gate __attribute__((aligned(LINE)));
static _Atomic uint32_t epoch __attribute__((aligned(LINE))); /* what sleepers wait on */
static _Atomic int sleepers;
static _Atomic int busy; /* one master owns the pool; a second one meanwhile runs alone */
static int workers;

static inline void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

#ifdef __linux__
static void sleep_while(uint32_t seen) {
  syscall(SYS_futex, &epoch, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
}
static void wake(int n) { syscall(SYS_futex, &epoch, FUTEX_WAKE_PRIVATE, n, NULL, NULL, 0); }
#else
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static void sleep_while(uint32_t seen) {
  pthread_mutex_lock(&mutex);
  while (epoch == seen) pthread_cond_wait(&changed, &mutex);
  pthread_mutex_unlock(&mutex);
}
static void wake(int n) {
  (void)n;
  pthread_mutex_lock(&mutex);
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);
}
#endif

static inline int stops(const volatile int32_t *interrupt, const volatile int32_t *failed) {
  return (interrupt && *interrupt) || *failed;
}

static void work(int self) {
  for (int i = 0; i < job.threads; i++) {
    range *r = &ranges[(self + i) % job.threads];
    for (;;) {
      if (stops(job.interrupt, job.failed)) return;
      int64_t begin =
          atomic_fetch_add_explicit(&r->next, job.step.chunk, memory_order_relaxed);
      if (begin >= r->end) break;
      int64_t end = begin + job.step.chunk < r->end ? begin + job.step.chunk : r->end;
      if (job.step.backwards) {
        int64_t mirrored = r->begin + r->end - end;
        end = r->begin + r->end - begin;
        begin = mirrored;
      }
      job.step.run(job.step.buffers, job.step.sizes, begin, end);
    }
  }
}

static void *worker(void *argument) {
  int self = (int)(intptr_t)argument;
  uint32_t done = 0;
  for (;;) {
    int64_t until = now() + SPIN_NANOSECONDS;
    for (int spins = 1;; spins++) {
      uint64_t seen = gate;
      uint32_t generation = seen >> 32;
      if ((seen & OPEN) && generation != done) {
        if (!atomic_compare_exchange_strong(&gate, &seen, seen + 1)) continue;
        done = generation;
        work(self);
        atomic_fetch_sub(&gate, 1);
        until = now() + SPIN_NANOSECONDS;
      }
      relax();
      if (spins % 64 == 0 && now() > until) break;
    }
    uint32_t seen = epoch;
    sleepers++;
    if ((uint32_t)(gate >> 32) == done || !(gate & OPEN)) sleep_while(seen);
    sleepers--;
  }
  return NULL;
}

static void share(const step *s, const program *p, int64_t chunks) {
  int threads = workers + 1;
  int few = chunks < FEW_CHUNKS * threads;
  job.step = *s;
  if (few) { /* the same amount for everyone: at the end nobody waits for somebody's last chunk */
    chunks = (chunks + threads - 1) / threads * threads;
    job.step.chunk = (s->tasks + chunks - 1) / chunks;
  }
  job.interrupt = p->interrupt;
  job.failed = p->failed;
  job.threads = threads;
  int64_t begin = 0;
  for (int i = 0; i < threads; i++) {
    int64_t end = few ? s->tasks * (i + 1) / threads : chunks * (i + 1) / threads * s->chunk;
    if (i == threads - 1) end = s->tasks;
    ranges[i].next = ranges[i].begin = begin;
    ranges[i].end = begin = end;
  }
  gate = ((gate >> 32) + 1) << 32 | OPEN;
  epoch++;
  int asleep = sleepers;
  if (asleep && chunks >= WAKE_CHUNKS) wake(asleep < chunks - 1 ? asleep : (int)(chunks - 1));
  work(0);
  atomic_fetch_and(&gate, ~(uint64_t)OPEN);
  /* Yield early: on a shared machine the worker we wait for may need this very core. */
  for (int spins = 0; gate & (OPEN - 1); spins++) {
    relax();
    if (spins > 256) sched_yield();
  }
}

/* ---- what the host calls ------------------------------------------------------------------ */

/* Grows the pool to `threads` in all, the caller included; returns how many there are. */
EXPORT int32_t hypatia_threads(int32_t threads) {
  if (threads > MAX_THREADS) threads = MAX_THREADS;
  sigset_t all, old;
  sigfillset(&all); /* signals are the host's: they must find its own threads */
  pthread_sigmask(SIG_SETMASK, &all, &old);
  while (workers < threads - 1) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, worker, (void *)(intptr_t)(workers + 1))) break;
    pthread_detach(thread);
    workers++;
  }
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  return workers + 1;
}

/* Runs a program; 0 when it is complete, 1 when the interrupt flag or a failed check stopped it. */
EXPORT int32_t hypatia_run(const program *p) {
  int alone = atomic_exchange(&busy, 1);
  int64_t start = p->nanoseconds ? now() : 0;
  int stopped = 0;
  for (int64_t i = 0; i < p->count && !stopped; i++) {
    const step *s = &p->steps[i];
    int64_t chunks = (s->tasks + s->chunk - 1) / s->chunk;
    if (chunks <= 1) {
      if (s->tasks > 0) s->run(s->buffers, s->sizes, 0, s->tasks);
    } else if (alone || workers == 0) {
      for (int64_t t = 0; t < s->tasks && !stops(p->interrupt, p->failed); t += s->chunk)
        s->run(s->buffers, s->sizes, t, t + s->chunk < s->tasks ? t + s->chunk : s->tasks);
    } else {
      share(s, p, chunks);
    }
    if (p->nanoseconds) {
      int64_t end = now();
      p->nanoseconds[i] = end - start;
      start = end;
    }
    stopped = stops(p->interrupt, p->failed);
  }
  if (!alone) busy = 0;
  return stopped;
}

/*
 * Blocks up to 64 MiB come from malloc's own heap, which keeps their pages: a fresh mapping for
 * each result of a training step costs more in page faults than the step's small kernels take.
 */
EXPORT void hypatia_keep_pages(void) {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
}

/* Asks for large pages in the whole ones inside a block. */
EXPORT void hypatia_use_large_pages(char *block, int64_t bytes) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  const intptr_t page = 2 << 20;
  char *first = (char *)(((intptr_t)block + page - 1) / page * page);
  char *end = (char *)((intptr_t)(block + bytes) / page * page);
  if (first < end) madvise(first, end - first, MADV_HUGEPAGE);
#else
  (void)block, (void)bytes;
#endif
}

/* A library of kernels, or null; hypatia_error says why. It stays loaded for good. Kernels are given
 * routines of the runtime's by pointer, in variables that have their names. */
EXPORT void *hypatia_load(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) return NULL;
  void **f32 = dlsym(library, "reduce_f32"), **f64 = dlsym(library, "reduce_f64");
  if (f32) *f32 = (void *)reduce_f32;
  if (f64) *f64 = (void *)reduce_f64;
  return library;
}
/* The address of a kernel or a routine, or null. */
EXPORT void *hypatia_symbol(void *library, const char *name) { return dlsym(library, name); }
EXPORT const char *hypatia_error(void) {
  const char *message = dlerror();
  return message ? message : "unknown error";
}
