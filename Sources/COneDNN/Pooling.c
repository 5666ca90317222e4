#include "Internal.h"

typedef struct {
    const int64_t *kernel, *strides, *padding_begin, *padding_end;
} window;

static dnnl_status_t describe(
    dnnl_engine_t engine, int pass, dnnl_alg_kind_t algorithm, layout_in source, layout_in destination, window by,
    dnnl_primitive_attr_t attributes, dnnl_primitive_desc_t hint, dnnl_primitive_desc_t *description) {
    const dnnl_prop_kind_t forward = pass == onednn_pass_inference ? dnnl_forward_inference : dnnl_forward_training;
#if DNNL_VERSION_MAJOR >= 3
    const dnnl_dims_t dense = {0};
    if (pass == onednn_pass_backward_data)
        return dnnl_pooling_backward_primitive_desc_create(
            description, engine, algorithm, source, destination, by.strides, by.kernel, dense, by.padding_begin,
            by.padding_end, hint, attributes);
    return dnnl_pooling_forward_primitive_desc_create(
        description, engine, forward, algorithm, source, destination, by.strides, by.kernel, dense, by.padding_begin,
        by.padding_end, attributes);
#else
    dnnl_pooling_desc_t operation;
    dnnl_status_t status = pass == onednn_pass_backward_data
        ? dnnl_pooling_backward_desc_init(
            &operation, algorithm, source, destination, by.strides, by.kernel, by.padding_begin, by.padding_end)
        : dnnl_pooling_forward_desc_init(
            &operation, forward, algorithm, source, destination, by.strides, by.kernel, by.padding_begin, by.padding_end);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(description, &operation, attributes, engine, hint);
#endif
}

int onednn_pooling_create(
    const onednn_engine *engine, int pass, int kind, const onednn_layout *source, const onednn_layout *destination,
    const int64_t *kernel, const int64_t *strides, const int64_t *padding_begin, const int64_t *padding_end,
    onednn_primitive **primitive) {
    const dnnl_alg_kind_t algorithm = kind == onednn_pooling_max ? dnnl_pooling_max
        : kind == onednn_pooling_average_include_padding         ? dnnl_pooling_avg_include_padding
                                                                 : dnnl_pooling_avg_exclude_padding;
    const window by = {kernel, strides, padding_begin, padding_end};
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_primitive_desc_t hint = NULL, description = NULL;
    dnnl_status_t status = attributes_create(onednn_eltwise_none, &attributes);
    if (status != dnnl_success) return status;
    if (pass == onednn_pass_backward_data)
        status = describe(
            engine_handle(engine), onednn_pass_training, algorithm, layout_description(source),
            layout_description(destination), by, attributes, NULL, &hint);
    if (status == dnnl_success)
        status = describe(
            engine_handle(engine), pass, algorithm, layout_description(source), layout_description(destination), by,
            attributes, hint, &description);
    if (hint != NULL) dnnl_primitive_desc_destroy(hint);
    dnnl_primitive_attr_destroy(attributes);
    return primitive_adopt(status, description, primitive);
}
