#include "Internal.h"

typedef struct {
    int64_t size;
    float alpha, beta, k;
} response;

static dnnl_status_t describe(
    dnnl_engine_t engine, int pass, layout_in data, layout_in gradient, response by, dnnl_primitive_attr_t attributes,
    dnnl_primitive_desc_t hint, dnnl_primitive_desc_t *description) {
    const dnnl_prop_kind_t forward = pass == onednn_pass_inference ? dnnl_forward_inference : dnnl_forward_training;
#if DNNL_VERSION_MAJOR >= 3
    if (pass == onednn_pass_backward_data)
        return dnnl_lrn_backward_primitive_desc_create(
            description, engine, dnnl_lrn_across_channels, gradient, gradient, data, by.size, by.alpha, by.beta, by.k, hint,
            attributes);
    return dnnl_lrn_forward_primitive_desc_create(
        description, engine, forward, dnnl_lrn_across_channels, data, data, by.size, by.alpha, by.beta, by.k, attributes);
#else
    dnnl_lrn_desc_t operation;
    dnnl_status_t status = pass == onednn_pass_backward_data
        ? dnnl_lrn_backward_desc_init(
            &operation, dnnl_lrn_across_channels, gradient, data, by.size, by.alpha, by.beta, by.k)
        : dnnl_lrn_forward_desc_init(
            &operation, forward, dnnl_lrn_across_channels, data, by.size, by.alpha, by.beta, by.k);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(description, &operation, attributes, engine, hint);
#endif
}

int onednn_lrn_create(
    const onednn_engine *engine, int pass, const onednn_layout *data, const onednn_layout *gradient, int64_t size, float alpha,
    float beta, float k, onednn_primitive **primitive) {
    const response by = {size, alpha, beta, k};
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_primitive_desc_t hint = NULL, description = NULL;
    dnnl_status_t status = attributes_create(onednn_eltwise_none, &attributes);
    if (status != dnnl_success) return status;
    if (pass == onednn_pass_backward_data)
        status = describe(
            engine_handle(engine), onednn_pass_training, layout_description(data), NULL, by, attributes, NULL, &hint);
    if (status == dnnl_success)
        status = describe(
            engine_handle(engine), pass, layout_description(data), layout_description(gradient), by, attributes, hint,
            &description);
    if (hint != NULL) dnnl_primitive_desc_destroy(hint);
    dnnl_primitive_attr_destroy(attributes);
    return primitive_adopt(status, description, primitive);
}
