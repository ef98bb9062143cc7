/*
 * argSort: for each line of n elements, `inner` apart, the positions that sort it ascending.
 * Stable, NaN last. A bottom-up merge sort of positions; a task is one line.
 */
#include <stdint.h>
#include <stdlib.h>

#define ARG_SORT(NAME, T)                                                                         \
  static inline int NAME##_after(T a, T b) { return a > b || (a != a && b == b); }                \
  __attribute__((visibility("default"))) void NAME(void *const *buffers, const int64_t *sizes,    \
                                                   int64_t begin, int64_t end) {                  \
    int64_t n = sizes[0], inner = sizes[1];                                                       \
    if (n == 0) return;                                                                           \
    T *keys = malloc(n * sizeof(T));                                                              \
    int32_t *from = malloc(n * sizeof(int32_t)), *to = malloc(n * sizeof(int32_t));               \
    if (!keys || !from || !to) abort();                                                           \
    for (int64_t line = begin; line < end; line++) {                                              \
      int64_t start = line / inner * n * inner + line % inner;                                    \
      const T *x = (const T *)buffers[0] + start;                                                 \
      int32_t *result = (int32_t *)buffers[1] + start;                                            \
      for (int64_t i = 0; i < n; i++) keys[i] = x[i * inner], from[i] = (int32_t)i;               \
      for (int64_t width = 1; width < n; width *= 2) {                                            \
        for (int64_t low = 0; low < n; low += 2 * width) {                                        \
          int64_t middle = low + width < n ? low + width : n;                                     \
          int64_t high = low + 2 * width < n ? low + 2 * width : n;                               \
          int64_t i = low, j = middle;                                                            \
          for (int64_t k = low; k < high; k++) {                                                  \
            int right = j < high && (i >= middle || NAME##_after(keys[from[i]], keys[from[j]]));  \
            to[k] = right ? from[j++] : from[i++];                                                \
          }                                                                                       \
        }                                                                                         \
        int32_t *swap = from;                                                                     \
        from = to;                                                                                \
        to = swap;                                                                                \
      }                                                                                           \
      for (int64_t i = 0; i < n; i++) result[i * inner] = from[i];                                \
    }                                                                                             \
    free(keys), free(from), free(to);                                                             \
  }

ARG_SORT(hypatia_sort_bool, uint8_t)
ARG_SORT(hypatia_sort_u8, uint8_t)
ARG_SORT(hypatia_sort_u16, uint16_t)
ARG_SORT(hypatia_sort_u32, uint32_t)
ARG_SORT(hypatia_sort_u64, uint64_t)
ARG_SORT(hypatia_sort_i8, int8_t)
ARG_SORT(hypatia_sort_i16, int16_t)
ARG_SORT(hypatia_sort_i32, int32_t)
ARG_SORT(hypatia_sort_i64, int64_t)
ARG_SORT(hypatia_sort_f32, float)
ARG_SORT(hypatia_sort_f64, double)
