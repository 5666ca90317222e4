#include "CHwloc.h"

uint64_t chwloc_node_bytes(hwloc_obj_t node) { return node->attr->numanode.local_memory; }

uint64_t chwloc_cache_bytes(hwloc_obj_t cache) { return cache->attr->cache.size; }

unsigned chwloc_cache_level(hwloc_obj_t cache) { return cache->attr->cache.depth; }
