// Compiles the file that KERNEL_TEMPLATE names once for each set of instructions. In it:
//
//   LANES          numbers of a vector
//   REGISTERS      vector registers
//   COMPILED       goes before every function
//   VARIANT(name)  the function's name for these instructions
//
// CHOOSE(name, instructions) is then the function that the instructions stand for.
#define VARIANT_PASTED(name, suffix) name##_##suffix
#define VARIANT_NAMED(name, suffix) VARIANT_PASTED(name, suffix)
#define VARIANT(name) VARIANT_NAMED(name, INSTRUCTIONS)

#if defined(__x86_64__)

#define INSTRUCTIONS avx512
#define LANES 16
#define REGISTERS 32
#define COMPILED static __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma")))
#include KERNEL_TEMPLATE
#undef INSTRUCTIONS
#undef LANES
#undef REGISTERS
#undef COMPILED

#define INSTRUCTIONS avx2
#define LANES 8
#define REGISTERS 16
#define COMPILED static __attribute__((target("avx2,fma")))
#include KERNEL_TEMPLATE
#undef INSTRUCTIONS
#undef LANES
#undef REGISTERS
#undef COMPILED

#define CHOOSE(name, instructions) \
    ((instructions) == ckernels_avx512 ? name##_avx512 : (instructions) == ckernels_avx2 ? name##_avx2 : name##_portable)
#else
#define CHOOSE(name, instructions) ((void)(instructions), name##_portable)
#endif

#define INSTRUCTIONS portable
#define LANES 4
#if defined(__aarch64__)
#define REGISTERS 32
#else
#define REGISTERS 16
#endif
#define COMPILED static
#include KERNEL_TEMPLATE
#undef INSTRUCTIONS
#undef LANES
#undef REGISTERS
#undef COMPILED
