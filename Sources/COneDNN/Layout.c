#include <stdlib.h>
#include <string.h>

#include <oneapi/dnnl/dnnl_debug.h>

#include "Internal.h"

_Static_assert(onednn_maximum_rank == DNNL_MAX_NDIMS, "rank");
_Static_assert(onednn_type_bf16 == dnnl_bf16 && onednn_type_f32 == dnnl_f32, "type");
_Static_assert(onednn_type_i32 == dnnl_s32 && onednn_type_i8 == dnnl_s8 && onednn_type_u8 == dnnl_u8, "type");

#if DNNL_VERSION_MAJOR >= 3

dnnl_status_t layout_copy(layout_in description, onednn_layout **layout) {
    return dnnl_memory_desc_clone((dnnl_memory_desc_t *)layout, description);
}

static dnnl_status_t create_with_tag(
    int rank, const int64_t *dims, int type, dnnl_format_tag_t tag, onednn_layout **layout) {
    return dnnl_memory_desc_create_with_tag((dnnl_memory_desc_t *)layout, rank, dims, (dnnl_data_type_t)type, tag);
}

int onednn_layout_create_strided(int rank, const int64_t *dims, int type, const int64_t *strides, onednn_layout **layout) {
    return dnnl_memory_desc_create_with_strides((dnnl_memory_desc_t *)layout, rank, dims, (dnnl_data_type_t)type, strides);
}

void onednn_layout_destroy(onednn_layout *layout) { dnnl_memory_desc_destroy((dnnl_memory_desc_t)layout); }

static dnnl_status_t query_dims(layout_in description, dnnl_query_t what, int count, int64_t *values) {
    const dnnl_dims_t *found = NULL;
    dnnl_status_t status = dnnl_memory_desc_query(description, what, (void *)&found);
    if (status == dnnl_success) memcpy(values, *found, (size_t)count * sizeof(int64_t));
    return status;
}

int onednn_layout_inspect(
    const onednn_layout *layout, int *rank, int *type, int *format, int64_t *dims, int64_t *padded_dims, int64_t *strides,
    int64_t *first_element, int *block_count, int64_t *block_dims, int64_t *block_sizes) {
    layout_in description = layout_description(layout);
    dnnl_data_type_t data_type = dnnl_data_type_undef;
    dnnl_format_kind_t kind = dnnl_format_kind_undef;
    *first_element = 0;
    *block_count = 0;
    dnnl_status_t status = dnnl_memory_desc_query(description, dnnl_query_ndims_s32, rank);
    if (status == dnnl_success) status = dnnl_memory_desc_query(description, dnnl_query_data_type, &data_type);
    if (status == dnnl_success) status = dnnl_memory_desc_query(description, dnnl_query_format_kind, &kind);
    if (status == dnnl_success) status = query_dims(description, dnnl_query_dims, *rank, dims);
    if (status == dnnl_success) status = query_dims(description, dnnl_query_padded_dims, *rank, padded_dims);
    if (status != dnnl_success) return status;
    *type = (int)data_type;
    *format = kind == dnnl_format_kind_undef ? onednn_format_none
        : kind == dnnl_format_kind_any       ? onednn_format_any
        : kind == dnnl_blocked               ? onednn_format_blocked
                                             : onednn_format_opaque;
    if (*format != onednn_format_blocked) return dnnl_success;
    status = dnnl_memory_desc_query(description, dnnl_query_submemory_offset_s64, first_element);
    if (status == dnnl_success) status = query_dims(description, dnnl_query_strides, *rank, strides);
    if (status == dnnl_success) status = dnnl_memory_desc_query(description, dnnl_query_inner_nblks_s32, block_count);
    if (status == dnnl_success && *block_count > 0) {
        status = query_dims(description, dnnl_query_inner_idxs, *block_count, block_dims);
        if (status == dnnl_success) status = query_dims(description, dnnl_query_inner_blks, *block_count, block_sizes);
    }
    return status;
}

#else

dnnl_status_t layout_copy(layout_in description, onednn_layout **layout) {
    *layout = malloc(sizeof(onednn_layout));
    if (*layout == NULL) return dnnl_out_of_memory;
    (*layout)->description = *description;
    return dnnl_success;
}

static dnnl_status_t copy_if(dnnl_status_t status, const dnnl_memory_desc_t *description, onednn_layout **layout) {
    return status == dnnl_success ? layout_copy(description, layout) : status;
}

static dnnl_status_t create_with_tag(
    int rank, const int64_t *dims, int type, dnnl_format_tag_t tag, onednn_layout **layout) {
    dnnl_memory_desc_t description;
    return copy_if(
        dnnl_memory_desc_init_by_tag(&description, rank, dims, (dnnl_data_type_t)type, tag), &description, layout);
}

int onednn_layout_create_strided(int rank, const int64_t *dims, int type, const int64_t *strides, onednn_layout **layout) {
    dnnl_memory_desc_t description;
    return copy_if(
        dnnl_memory_desc_init_by_strides(&description, rank, dims, (dnnl_data_type_t)type, strides), &description, layout);
}

void onednn_layout_destroy(onednn_layout *layout) { free(layout); }

int onednn_layout_inspect(
    const onednn_layout *layout, int *rank, int *type, int *format, int64_t *dims, int64_t *padded_dims, int64_t *strides,
    int64_t *first_element, int *block_count, int64_t *block_dims, int64_t *block_sizes) {
    const dnnl_memory_desc_t *description = layout_description(layout);
    *rank = description->ndims;
    *type = (int)description->data_type;
    *format = description->format_kind == dnnl_format_kind_undef ? onednn_format_none
        : description->format_kind == dnnl_format_kind_any       ? onednn_format_any
        : description->format_kind == dnnl_blocked               ? onednn_format_blocked
                                                                 : onednn_format_opaque;
    *first_element = 0;
    *block_count = 0;
    const size_t bytes = (size_t)description->ndims * sizeof(int64_t);
    memcpy(dims, description->dims, bytes);
    memcpy(padded_dims, description->padded_dims, bytes);
    if (*format != onednn_format_blocked) return dnnl_success;
    const dnnl_blocking_desc_t *blocking = &description->format_desc.blocking;
    *first_element = description->offset0;
    *block_count = blocking->inner_nblks;
    memcpy(strides, blocking->strides, bytes);
    memcpy(block_dims, blocking->inner_idxs, (size_t)blocking->inner_nblks * sizeof(int64_t));
    memcpy(block_sizes, blocking->inner_blks, (size_t)blocking->inner_nblks * sizeof(int64_t));
    return dnnl_success;
}

#endif

int onednn_layout_create_any(int rank, const int64_t *dims, int type, onednn_layout **layout) {
    return create_with_tag(rank, dims, type, dnnl_format_tag_any, layout);
}

int onednn_format_end(void) { return dnnl_format_tag_last; }

const char *onednn_format_name(int tag) {
    return tag > dnnl_format_tag_any && tag < dnnl_format_tag_last ? dnnl_fmt_tag2str((dnnl_format_tag_t)tag) : NULL;
}

int onednn_layout_create_format(int rank, const int64_t *dims, int type, int tag, onednn_layout **layout) {
    return create_with_tag(rank, dims, type, (dnnl_format_tag_t)tag, layout);
}

int onednn_layout_equal(const onednn_layout *left, const onednn_layout *right) {
    return dnnl_memory_desc_equal(layout_description(left), layout_description(right));
}

size_t onednn_layout_byte_count(const onednn_layout *layout) { return dnnl_memory_desc_get_size(layout_description(layout)); }

dnnl_status_t layout_in_format_of(
    const onednn_layout *model, const onednn_layout *layout, layout_in *description, onednn_layout **made) {
    int rank, type, wanted, format, block_count;
    int64_t dims[onednn_maximum_rank], padded[onednn_maximum_rank], strides[onednn_maximum_rank], first_element;
    int64_t block_dims[onednn_maximum_rank], block_sizes[onednn_maximum_rank];
    *made = NULL;
    *description = layout_description(layout);
    dnnl_status_t status = (dnnl_status_t)onednn_layout_inspect(
        model, &rank, &wanted, &format, dims, padded, strides, &first_element, &block_count, block_dims, block_sizes);
    if (status == dnnl_success)
        status = (dnnl_status_t)onednn_layout_inspect(
            layout, &rank, &type, &format, dims, padded, strides, &first_element, &block_count, block_dims, block_sizes);
    if (status != dnnl_success || type == wanted) return status;
    status = create_with_tag(rank, dims, wanted, dnnl_format_tag_any, made);
    if (status == dnnl_success) *description = layout_description(*made);
    return status;
}
