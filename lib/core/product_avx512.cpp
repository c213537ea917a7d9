// The blocks of product.h for AVX-512. A vector is a whole panel, and 8 rows by two of them take 16 of the 32 registers: chains enough to
// hide the latency of two units, and 8 divides the tile of 64 rows. Twice the rate of AVX2 where the units are 64 bytes wide, never slower
// elsewhere by more than the clock that a processor may give up.
#include "core/product_block.h"

#ifdef __AVX512F__

#include "core/simd512.h"

namespace dm {

template <class T>
constinit const Blocks<T> Avx512<T>::blocks = blocks_of<T, Simd512<T>, 8>("avx512");

#else

namespace dm {

template <class T>
constinit const Blocks<T> Avx512<T>::blocks = {};

#endif

template struct Avx512<float>;
template struct Avx512<double>;

}  // namespace dm
