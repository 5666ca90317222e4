// hwloc as Swift sees it, and the little that Swift cannot read from it: unions behind pointers.
#ifndef CHwloc_h
#define CHwloc_h

#include <hwloc.h>
#include <stdint.h>

#if HWLOC_API_VERSION < 0x00020300
#error "partrain needs hwloc 2.3 or later (Debian and Ubuntu: libhwloc-dev)"
#endif

/// Bytes of memory on a NUMA node.
uint64_t chwloc_node_bytes(hwloc_obj_t node);

/// Bytes a cache holds.
uint64_t chwloc_cache_bytes(hwloc_obj_t cache);

/// 1 for the cache nearest to the core, 2 and 3 further out.
unsigned chwloc_cache_level(hwloc_obj_t cache);

#endif
