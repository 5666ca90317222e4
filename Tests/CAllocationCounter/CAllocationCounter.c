#define _GNU_SOURCE
#include "CAllocationCounter.h"

#include <errno.h>
#include <link.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#if defined(__GLIBC__) && !defined(SANITIZED)

// glibc lets a program define these itself, and keeps its own under these names.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *memory);

enum { LIBRARIES = 4 };

// The libraries that are set apart, entered one after the other before they matter.
static struct {
    const char *name;
    uintptr_t begin, end;
} apart[LIBRARIES];

static _Thread_local uint64_t allocations;
static _Thread_local uint64_t allocations_apart[LIBRARIES];
// Below zero on a thread that frees what others have allocated.
static _Thread_local int64_t live, peak;

static void note(const void *caller) {
    uintptr_t address = (uintptr_t)caller;
    for (int i = 0; i < LIBRARIES; i++) {
        if (address >= apart[i].begin && address < apart[i].end) {
            allocations_apart[i]++;
            return;
        }
    }
    allocations++;
}

#define COUNT() note(__builtin_return_address(0))

static void *taken(void *memory) {
    live += (int64_t)malloc_usable_size(memory);
    if (live > peak) peak = live;
    return memory;
}

void *malloc(size_t size) {
    COUNT();
    return taken(__libc_malloc(size));
}

void *calloc(size_t count, size_t size) {
    COUNT();
    return taken(__libc_calloc(count, size));
}

void *realloc(void *memory, size_t size) {
    COUNT();
    int64_t before = (int64_t)malloc_usable_size(memory);
    void *result = __libc_realloc(memory, size);
    if (!result && size) return NULL;
    live -= before;
    return taken(result);
}

void *aligned_alloc(size_t alignment, size_t size) {
    COUNT();
    return taken(__libc_memalign(alignment, size));
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    COUNT();
    *memory = taken(__libc_memalign(alignment, size));
    return *memory ? 0 : ENOMEM;
}

void free(void *memory) {
    live -= (int64_t)malloc_usable_size(memory);
    __libc_free(memory);
}

static int find(struct dl_phdr_info *info, size_t size, void *entry) {
    (void)size;
    int i = *(int *)entry;
    if (!strstr(info->dlpi_name, apart[i].name)) return 0;
    for (int part = 0; part < info->dlpi_phnum; part++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[part];
        if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X)) continue;
        apart[i].begin = info->dlpi_addr + segment->p_vaddr;
        apart[i].end = apart[i].begin + segment->p_memsz;
    }
    return 1;
}

static int entry_of(const char *library) {
    for (int i = 0; i < LIBRARIES; i++) {
        if (!apart[i].name || strcmp(apart[i].name, library) == 0) return i;
    }
    return -1;
}

bool callocationcounter_set_apart(const char *library) {
    int entry = entry_of(library);
    if (entry < 0) return false;
    if (!apart[entry].name) apart[entry].name = strdup(library);
    return dl_iterate_phdr(find, &entry) == 1;
}

uint64_t callocationcounter_of_this_thread_by(const char *library) {
    int entry = entry_of(library);
    return entry < 0 ? 0 : allocations_apart[entry];
}

bool callocationcounter_counts(void) { return true; }
uint64_t callocationcounter_of_this_thread(void) { return allocations; }
int64_t callocationcounter_live_bytes(void) { return live; }
int64_t callocationcounter_peak_bytes(void) { return peak; }
void callocationcounter_restart_peak(void) { peak = live; }

#else

bool callocationcounter_set_apart(const char *library) { return false; }
bool callocationcounter_counts(void) { return false; }
uint64_t callocationcounter_of_this_thread(void) { return 0; }
int64_t callocationcounter_live_bytes(void) { return 0; }
int64_t callocationcounter_peak_bytes(void) { return 0; }
void callocationcounter_restart_peak(void) {}
uint64_t callocationcounter_of_this_thread_by(const char *library) { return 0; }

#endif
