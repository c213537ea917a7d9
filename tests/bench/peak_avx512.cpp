#include "peak.h"

#ifdef __AVX512F__
#include "core/simd512.h"

namespace dm {
constinit const ChainsOf chains_avx512 = {Chains<Simd512<float>>::run, Chains<Simd512<float>>::flops};
}
#else
namespace dm {
constinit const ChainsOf chains_avx512 = {};
}
#endif
