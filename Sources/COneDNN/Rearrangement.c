#include <stdlib.h>

#include "Internal.h"

int onednn_reorder_create(
    const onednn_engine *engine, const onednn_layout *source, const onednn_layout *destination, onednn_primitive **primitive) {
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_primitive_desc_t description = NULL;
    dnnl_status_t status = attributes_create(onednn_eltwise_none, &attributes);
    if (status != dnnl_success) return status;
    status = dnnl_reorder_primitive_desc_create(
        &description, layout_description(source), engine_handle(engine), layout_description(destination),
        engine_handle(engine), attributes);
    dnnl_primitive_attr_destroy(attributes);
    return primitive_adopt(status, description, primitive);
}

#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t listed_layout;
static listed_layout listed(const onednn_layout *layout) { return layout_description(layout); }
#else
typedef dnnl_memory_desc_t listed_layout;
static listed_layout listed(const onednn_layout *layout) { return *layout_description(layout); }
#endif

static listed_layout *list(int count, const onednn_layout *const *layouts) {
    listed_layout *all = malloc((size_t)count * sizeof(listed_layout));
    if (all == NULL) return NULL;
    for (int index = 0; index < count; ++index) all[index] = listed(layouts[index]);
    return all;
}

int onednn_concat_create(
    const onednn_engine *engine, int axis, int count, const onednn_layout *const *sources, const onednn_layout *destination,
    onednn_primitive **primitive) {
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_primitive_desc_t description = NULL;
    listed_layout *all = list(count, sources);
    if (all == NULL) return dnnl_out_of_memory;
    dnnl_status_t status = attributes_create(onednn_eltwise_none, &attributes);
    if (status == dnnl_success) {
#if DNNL_VERSION_MAJOR >= 3
        status = dnnl_concat_primitive_desc_create(
            &description, engine_handle(engine), layout_description(destination), count, axis, all, attributes);
#else
        status = dnnl_concat_primitive_desc_create(
            &description, layout_description(destination), count, axis, all, attributes, engine_handle(engine));
#endif
        dnnl_primitive_attr_destroy(attributes);
    }
    free(all);
    return primitive_adopt(status, description, primitive);
}

int onednn_sum_create(
    const onednn_engine *engine, int count, const float *scales, const onednn_layout *const *sources,
    const onednn_layout *destination, onednn_primitive **primitive) {
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_primitive_desc_t description = NULL;
    listed_layout *all = list(count, sources);
    if (all == NULL) return dnnl_out_of_memory;
    dnnl_status_t status = attributes_create(onednn_eltwise_none, &attributes);
    if (status == dnnl_success) {
#if DNNL_VERSION_MAJOR >= 3
        status = dnnl_sum_primitive_desc_create(
            &description, engine_handle(engine), layout_description(destination), count, scales, all, attributes);
#else
        status = dnnl_sum_primitive_desc_create(
            &description, layout_description(destination), count, scales, all, attributes, engine_handle(engine));
#endif
        dnnl_primitive_attr_destroy(attributes);
    }
    free(all);
    return primitive_adopt(status, description, primitive);
}
