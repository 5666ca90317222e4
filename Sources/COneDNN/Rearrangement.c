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
