#include <oneapi/dnnl/dnnl_debug.h>

#include <stdlib.h>

#include "Internal.h"

const char *onednn_status_name(int status) { return dnnl_status2str((dnnl_status_t)status); }

void onednn_library_version(int *major, int *minor, int *patch) {
    const dnnl_version_t *version = dnnl_version();
    *major = version->major;
    *minor = version->minor;
    *patch = version->patch;
}

int onednn_processor_has_bf16(void) {
#if defined(__x86_64__) || defined(__i386__)
    // A set of instructions has the bits of all those that it includes.
    const unsigned wanted = dnnl_cpu_isa_avx512_core_bf16;
    return ((unsigned)dnnl_get_effective_cpu_isa() & wanted) == wanted;
#elif defined(__ARM_FEATURE_BF16)
    return 1;
#else
    return 0;
#endif
}

void onednn_limit_instructions(int level) {
#if defined(__x86_64__) || defined(__i386__)
    if (getenv("ONEDNN_MAX_CPU_ISA") != NULL || getenv("DNNL_MAX_CPU_ISA") != NULL) return;
    const dnnl_cpu_isa_t most[] = {dnnl_cpu_isa_sse41, dnnl_cpu_isa_avx2, dnnl_cpu_isa_avx512_core};
    if (level >= 0 && level < 3) dnnl_set_max_cpu_isa(most[level]);
#else
    (void)level;
#endif
}

const char *onednn_instructions(void) {
#if defined(__x86_64__) || defined(__i386__)
    // The name for people has spaces and brands; what is recorded is the constant's.
    switch ((unsigned)dnnl_get_effective_cpu_isa()) {
    case dnnl_cpu_isa_sse41: return "sse41";
    case dnnl_cpu_isa_avx: return "avx";
    case dnnl_cpu_isa_avx2: return "avx2";
    case 0x407: return "avx2_vnni";
    case 0xc07: return "avx2_vnni_2";
    case dnnl_cpu_isa_avx512_core: return "avx512_core";
    case dnnl_cpu_isa_avx512_core_vnni: return "avx512_core_vnni";
    case dnnl_cpu_isa_avx512_core_bf16: return "avx512_core_bf16";
    case 0x1ef: return "avx512_core_fp16";
    case dnnl_cpu_isa_avx512_core_amx: return "avx512_core_amx";
    case 0xfef: return "avx512_core_amx_fp16";
    default: return dnnl_cpu_isa2str(dnnl_get_effective_cpu_isa());
    }
#else
    return "";
#endif
}

// Declared here because the compiler that builds Swift packages does not bring GCC's omp.h.
void omp_set_num_threads(int count);
int omp_get_max_threads(void);

void onednn_thread_set_openmp_threads(int count) { omp_set_num_threads(count); }

int onednn_thread_openmp_threads(void) { return omp_get_max_threads(); }

int onednn_engine_create(onednn_engine **engine) { return dnnl_engine_create((dnnl_engine_t *)engine, dnnl_cpu, 0); }

void onednn_engine_destroy(onednn_engine *engine) { dnnl_engine_destroy((dnnl_engine_t)engine); }

int onednn_stream_create(const onednn_engine *engine, onednn_stream **stream) {
    return dnnl_stream_create((dnnl_stream_t *)stream, engine_handle(engine), dnnl_stream_default_flags);
}

void onednn_stream_destroy(onednn_stream *stream) { dnnl_stream_destroy((dnnl_stream_t)stream); }
