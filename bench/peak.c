/* Peak of fused multiply-adds in f32, in GFLOP/s: on one thread, and on as many as there are cores.
 * Sixteen independent accumulators hide the latency of the two FMA pipes of any current core. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#ifdef __AVX512F__
#define LANES 16
#elif defined(__AVX__)
#define LANES 8
#else
#define LANES 4
#endif
#define CHAINS 16
#define ROUNDS 4000000L

typedef float lanes __attribute__((vector_size(4 * LANES)));

static volatile float sink[64];

/* Named variables, as gcc keeps the elements of an array in memory at -O2. */
#define EACH(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) \
  DO(8) DO(9) DO(10) DO(11) DO(12) DO(13) DO(14) DO(15)
#define DECLARE(i) lanes s##i = shift * (float)i;
#define STEP(i) s##i = s##i * scale + shift;
#define COLLECT(i) total += s##i;

static void *work(void *argument) {
  lanes scale = {0}, shift = {0}, total = {0};
  scale += 0.999999f, shift += 1e-6f;
  EACH(DECLARE)
  for (long n = 0; n < ROUNDS; n++) { EACH(STEP) }
  EACH(COLLECT)
  sink[(long)argument & 63] = total[0];
  return NULL;
}

static double gflops(long threads) {
  struct timespec begin, end;
  pthread_t all[256];
  clock_gettime(CLOCK_MONOTONIC, &begin);
  for (long t = 1; t < threads; t++) pthread_create(&all[t], NULL, work, (void *)t);
  work(NULL);
  for (long t = 1; t < threads; t++) pthread_join(all[t], NULL);
  clock_gettime(CLOCK_MONOTONIC, &end);
  double seconds = (end.tv_sec - begin.tv_sec) + 1e-9 * (end.tv_nsec - begin.tv_nsec);
  return 2.0 * LANES * CHAINS * ROUNDS * threads / seconds * 1e-9;
}

int main(void) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  if (cores > 256) cores = 256;
  double one = 0, all = 0;
  for (int round = 0; round < 5; round++) {
    double first = gflops(1), second = gflops(cores);
    if (first > one) one = first;
    if (second > all) all = second;
  }
  printf("{\"one\": %.1f, \"all\": %.1f, \"threads\": %ld}\n", one, all, cores);
  return 0;
}
