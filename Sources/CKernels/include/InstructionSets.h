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

/// The best that this processor has and `ckernels_instruction_limit` leaves; there are all before it, too.
int ckernels_best_instructions(void);

/// The most that may be used: what the environment's PARTRAIN_MAX_ISA names (portable, avx2 or avx512; the last leaves out what came
/// after AVX-512's byte, word and doubleword extensions); `ckernels_no_limit` without it; `ckernels_unknown_limit` where it is another
/// word, which limits nothing. Read once.
int ckernels_instruction_limit(void);
enum { ckernels_no_limit = -1, ckernels_unknown_limit = -2 };

/// Single-precision numbers that a kernel of these instructions handles at once.
int ckernels_lanes(int instructions);

#endif
