// The vector instructions that every kernel here is compiled for. Which of them a processor has is found out when it runs.
#ifndef CKernels_InstructionSets_h
#define CKernels_InstructionSets_h

/// In the order of preference, worst first.
enum {
    /// What every processor of the family has, through the compiler's vectors.
    ckernels_portable = 0,
    /// AVX2 with FMA.
    ckernels_avx2 = 1,
    /// AVX-512 with its byte, word and doubleword extensions.
    ckernels_avx512 = 2,
};

/// The best that this processor has; it has all before it, too.
int ckernels_best_instructions(void);

/// Single-precision numbers that a kernel of these instructions handles at once.
int ckernels_lanes(int instructions);

#endif
