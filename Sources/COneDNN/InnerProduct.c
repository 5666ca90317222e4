#include "Internal.h"

static dnnl_status_t describe(
    dnnl_engine_t engine, int pass, layout_in source, layout_in weights, layout_in bias, layout_in destination,
    dnnl_primitive_attr_t attributes, dnnl_primitive_desc_t hint, dnnl_primitive_desc_t *description) {
    const dnnl_prop_kind_t forward = pass == onednn_pass_inference ? dnnl_forward_inference : dnnl_forward_training;
#if DNNL_VERSION_MAJOR >= 3
    switch (pass) {
    case onednn_pass_backward_data:
        return dnnl_inner_product_backward_data_primitive_desc_create(
            description, engine, source, weights, destination, hint, attributes);
    case onednn_pass_backward_weights:
        return dnnl_inner_product_backward_weights_primitive_desc_create(
            description, engine, source, weights, bias, destination, hint, attributes);
    default:
        return dnnl_inner_product_forward_primitive_desc_create(
            description, engine, forward, source, weights, bias, destination, attributes);
    }
#else
    dnnl_inner_product_desc_t operation;
    dnnl_status_t status;
    switch (pass) {
    case onednn_pass_backward_data:
        status = dnnl_inner_product_backward_data_desc_init(&operation, source, weights, destination);
        break;
    case onednn_pass_backward_weights:
        status = dnnl_inner_product_backward_weights_desc_init(&operation, source, weights, bias, destination);
        break;
    default:
        status = dnnl_inner_product_forward_desc_init(&operation, forward, source, weights, bias, destination);
    }
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(description, &operation, attributes, engine, hint);
#endif
}

int onednn_inner_product_create(
    const onednn_engine *engine, int pass, const onednn_layout *source, const onednn_layout *weights, const onednn_layout *bias,
    const onednn_layout *destination, int activation, onednn_primitive **primitive) {
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_primitive_desc_t hint = NULL, description = NULL;
    dnnl_status_t status = attributes_create(activation, &attributes);
    if (status != dnnl_success) return status;
    if (pass == onednn_pass_backward_data || pass == onednn_pass_backward_weights) {
        // A gradient may be in another format than the products; the forward pass knows one format only.
        layout_in forward_source = NULL, forward_weights = NULL;
        onednn_layout *made_source = NULL, *made_weights = NULL;
        status = layout_in_format_of(destination, source, &forward_source, &made_source);
        if (status == dnnl_success) status = layout_in_format_of(destination, weights, &forward_weights, &made_weights);
        if (status == dnnl_success)
            status = describe(
                engine_handle(engine), onednn_pass_training, forward_source, forward_weights, layout_description(bias),
                layout_description(destination), attributes, NULL, &hint);
        if (made_source != NULL) onednn_layout_destroy(made_source);
        if (made_weights != NULL) onednn_layout_destroy(made_weights);
    }
    if (status == dnnl_success)
        status = describe(
            engine_handle(engine), pass, layout_description(source), layout_description(weights), layout_description(bias),
            layout_description(destination), attributes, hint, &description);
    if (hint != NULL) dnnl_primitive_desc_destroy(hint);
    dnnl_primitive_attr_destroy(attributes);
    return primitive_adopt(status, description, primitive);
}
