// What the shim's own files share: where versions 2 and 3 of the library differ in how a memory descriptor is held.

#ifndef COneDNN_Internal_h
#define COneDNN_Internal_h

#include <oneapi/dnnl/dnnl.h>

#include "COneDNN.h"

#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t layout_in;
static inline layout_in layout_description(const onednn_layout *layout) { return (layout_in)layout; }
#else
struct onednn_layout {
    dnnl_memory_desc_t description;
};
typedef const dnnl_memory_desc_t *layout_in;
static inline layout_in layout_description(const onednn_layout *layout) { return layout ? &layout->description : NULL; }
#endif

static inline dnnl_engine_t engine_handle(const onednn_engine *engine) { return (dnnl_engine_t)engine; }

/// A copy of a descriptor that the library owns.
dnnl_status_t layout_copy(layout_in description, onednn_layout **layout);

/// For the forward pass that a backward pass is told of: `layout` where it has the number format of `model`, else an open layout of
/// its dimensions in that format, which `*made` then owns (NULL where nothing was made).
dnnl_status_t layout_in_format_of(
    const onednn_layout *model, const onednn_layout *layout, layout_in *description, onednn_layout **made);

dnnl_alg_kind_t eltwise_algorithm(int kind);

/// Attributes in user scratchpad mode, with `activation` (an eltwise kind or none) as the only post-op.
dnnl_status_t attributes_create(int activation, dnnl_primitive_attr_t *attributes);

/// Compiles the kernel of `description` and takes ownership of it, on failure too. `status` is how making the description went.
dnnl_status_t primitive_adopt(dnnl_status_t status, dnnl_primitive_desc_t description, onednn_primitive **primitive);

#endif
