#include <stdlib.h>

#include "Internal.h"

_Static_assert(onednn_argument_source == DNNL_ARG_SRC && onednn_argument_destination == DNNL_ARG_DST, "argument");
_Static_assert(onednn_argument_weights == DNNL_ARG_WEIGHTS && onednn_argument_bias == DNNL_ARG_BIAS, "argument");
_Static_assert(
    onednn_argument_workspace == DNNL_ARG_WORKSPACE && onednn_argument_scratchpad == DNNL_ARG_SCRATCHPAD, "argument");
_Static_assert(
    onednn_argument_diff_source == DNNL_ARG_DIFF_SRC && onednn_argument_diff_destination == DNNL_ARG_DIFF_DST, "argument");
_Static_assert(
    onednn_argument_diff_weights == DNNL_ARG_DIFF_WEIGHTS && onednn_argument_diff_bias == DNNL_ARG_DIFF_BIAS, "argument");

struct onednn_primitive {
    dnnl_primitive_desc_t description;
    dnnl_primitive_t kernel;
};

struct onednn_binding {
    dnnl_primitive_t kernel;
    int count;
    dnnl_exec_arg_t arguments[];
};

dnnl_status_t attributes_create(int activation, dnnl_primitive_attr_t *attributes) {
    dnnl_post_ops_t operations = NULL;
    dnnl_status_t status = dnnl_primitive_attr_create(attributes);
    if (status != dnnl_success) return status;
    status = dnnl_primitive_attr_set_scratchpad_mode(*attributes, dnnl_scratchpad_mode_user);
    if (status == dnnl_success && activation != onednn_eltwise_none) {
        status = dnnl_post_ops_create(&operations);
#if DNNL_VERSION_MAJOR >= 3
        if (status == dnnl_success)
            status = dnnl_post_ops_append_eltwise(operations, eltwise_algorithm(activation), 0, 0);
#else
        if (status == dnnl_success)
            status = dnnl_post_ops_append_eltwise(operations, 1, eltwise_algorithm(activation), 0, 0);
#endif
        if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(*attributes, operations);
        if (operations != NULL) dnnl_post_ops_destroy(operations);
    }
    if (status != dnnl_success) {
        dnnl_primitive_attr_destroy(*attributes);
        *attributes = NULL;
    }
    return status;
}

dnnl_status_t primitive_adopt(dnnl_status_t status, dnnl_primitive_desc_t description, onednn_primitive **primitive) {
    if (status != dnnl_success) return status;
    onednn_primitive *made = malloc(sizeof(onednn_primitive));
    if (made == NULL) {
        dnnl_primitive_desc_destroy(description);
        return dnnl_out_of_memory;
    }
    made->description = description;
    status = dnnl_primitive_create(&made->kernel, description);
    if (status != dnnl_success) {
        dnnl_primitive_desc_destroy(description);
        free(made);
        return status;
    }
    *primitive = made;
    return dnnl_success;
}

void onednn_primitive_destroy(onednn_primitive *primitive) {
    dnnl_primitive_destroy(primitive->kernel);
    dnnl_primitive_desc_destroy(primitive->description);
    free(primitive);
}

const char *onednn_primitive_implementation(const onednn_primitive *primitive) {
    const char *name = NULL;
    dnnl_primitive_desc_query(primitive->description, dnnl_query_impl_info_str, 0, (void *)&name);
    return name == NULL ? "unnamed" : name;
}

// Not by size: version 2 reports no bytes for a region of a larger tensor.
static int layout_is_empty(layout_in description) {
#if DNNL_VERSION_MAJOR >= 3
    int rank = 0;
    return description == NULL || dnnl_memory_desc_query(description, dnnl_query_ndims_s32, &rank) != dnnl_success || rank == 0;
#else
    return description == NULL || description->ndims == 0;
#endif
}

static layout_in argument_layout(const onednn_primitive *primitive, int argument) {
    layout_in found = dnnl_primitive_desc_query_md(primitive->description, dnnl_query_exec_arg_md, argument);
    return layout_is_empty(found) ? NULL : found;
}

int onednn_primitive_layout(const onednn_primitive *primitive, int argument, onednn_layout **layout) {
    layout_in found = argument_layout(primitive, argument);
    *layout = NULL;
    return found == NULL ? dnnl_success : layout_copy(found, layout);
}

int onednn_binding_create(
    const onednn_engine *engine, const onednn_primitive *primitive, int count, const int *arguments, void *const *addresses,
    onednn_binding **binding) {
    onednn_binding *made = malloc(sizeof(onednn_binding) + (size_t)count * sizeof(dnnl_exec_arg_t));
    if (made == NULL) return dnnl_out_of_memory;
    made->kernel = primitive->kernel;
    made->count = 0;
    for (int index = 0; index < count; ++index) {
        layout_in description = argument_layout(primitive, arguments[index]);
        dnnl_memory_t memory = NULL;
        dnnl_status_t status = description == NULL
            ? dnnl_invalid_arguments
            : dnnl_memory_create(&memory, description, engine_handle(engine), addresses[index]);
        if (status != dnnl_success) {
            onednn_binding_destroy(made);
            return status;
        }
        made->arguments[made->count].arg = arguments[index];
        made->arguments[made->count].memory = memory;
        made->count += 1;
    }
    *binding = made;
    return dnnl_success;
}

void onednn_binding_destroy(onednn_binding *binding) {
    for (int index = 0; index < binding->count; ++index) dnnl_memory_destroy(binding->arguments[index].memory);
    free(binding);
}

int onednn_binding_execute(const onednn_binding *binding, onednn_stream *stream) {
    dnnl_status_t status
        = dnnl_primitive_execute(binding->kernel, (dnnl_stream_t)stream, binding->count, binding->arguments);
    return status == dnnl_success ? dnnl_stream_wait((dnnl_stream_t)stream) : status;
}
