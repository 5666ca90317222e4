#include "Internal.h"

dnnl_alg_kind_t eltwise_algorithm(int kind) {
    switch (kind) {
    case onednn_eltwise_relu: return dnnl_eltwise_relu;
    case onednn_eltwise_tanh: return dnnl_eltwise_tanh;
    case onednn_eltwise_logistic: return dnnl_eltwise_logistic;
    case onednn_eltwise_relu_using_destination: return dnnl_eltwise_relu_use_dst_for_bwd;
    case onednn_eltwise_tanh_using_destination: return dnnl_eltwise_tanh_use_dst_for_bwd;
    case onednn_eltwise_logistic_using_destination: return dnnl_eltwise_logistic_use_dst_for_bwd;
    case onednn_eltwise_gelu: return dnnl_eltwise_gelu_erf;
    default: return dnnl_alg_kind_undef;
    }
}

static dnnl_status_t describe(
    dnnl_engine_t engine, int pass, dnnl_alg_kind_t algorithm, layout_in data, layout_in gradient,
    dnnl_primitive_attr_t attributes, dnnl_primitive_desc_t hint, dnnl_primitive_desc_t *description) {
    const dnnl_prop_kind_t forward = pass == onednn_pass_inference ? dnnl_forward_inference : dnnl_forward_training;
#if DNNL_VERSION_MAJOR >= 3
    if (pass == onednn_pass_backward_data)
        return dnnl_eltwise_backward_primitive_desc_create(
            description, engine, algorithm, gradient, gradient, data, 0, 0, hint, attributes);
    return dnnl_eltwise_forward_primitive_desc_create(
        description, engine, forward, algorithm, data, data, 0, 0, attributes);
#else
    dnnl_eltwise_desc_t operation;
    dnnl_status_t status = pass == onednn_pass_backward_data
        ? dnnl_eltwise_backward_desc_init(&operation, algorithm, gradient, data, 0, 0)
        : dnnl_eltwise_forward_desc_init(&operation, forward, algorithm, data, 0, 0);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(description, &operation, attributes, engine, hint);
#endif
}

int onednn_eltwise_create(
    const onednn_engine *engine, int pass, int kind, const onednn_layout *data, const onednn_layout *gradient,
    onednn_primitive **primitive) {
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_primitive_desc_t hint = NULL, description = NULL;
    dnnl_status_t status = attributes_create(onednn_eltwise_none, &attributes);
    if (status != dnnl_success) return status;
    if (pass == onednn_pass_backward_data)
        status = describe(
            engine_handle(engine), onednn_pass_training, eltwise_algorithm(kind), layout_description(data), NULL, attributes,
            NULL, &hint);
    if (status == dnnl_success)
        status = describe(
            engine_handle(engine), pass, eltwise_algorithm(kind), layout_description(data), layout_description(gradient),
            attributes, hint, &description);
    if (hint != NULL) dnnl_primitive_desc_destroy(hint);
    dnnl_primitive_attr_destroy(attributes);
    return primitive_adopt(status, description, primitive);
}
