// Vectors of 64 bytes (AVX-512), chosen when the program runs: the build itself is for a lower level. An element sees the same operations
// in the same order in a lane of any vector, so the bits are the same, and models neither store nor ask which one ran.
#pragma once

namespace dm {

bool processor_is_wide();     // x86-64-v4, and the system saves its registers
bool wide_vectors();          // what kernels follow: processor_is_wide(), unless a test says otherwise
void set_wide_vectors(bool);  // tests only, between calls; on has no effect where the processor is not

#define DM_INLINE __attribute__((always_inline))

// A function template with its own target: what it calls and is not inlined stays code of the build's level.
template <class F>
#ifdef __x86_64__
[[gnu::target("avx512f,avx512vl,avx512dq,avx512bw,prefer-vector-width=512")]]
#endif
void compiled_wide(const F& loops) {
  loops();
}

// loops(), a lambda with DM_INLINE over independent elements, compiled for both.
template <class F>
void by_wide_vectors(const F& loops) {
  wide_vectors() ? compiled_wide(loops) : loops();
}

}  // namespace dm
