// oneDNN as Swift sees it: opaque handles, status codes, results through pointers. Nothing here names a type of the library, so
// the same Swift code builds against version 2 (descriptor structs) and version 3 (descriptor handles).
//
// Every function that can fail returns a status: 0 is success, the rest are the library's own codes (`onednn_status_name`).

#ifndef COneDNN_h
#define COneDNN_h

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct onednn_engine onednn_engine;
typedef struct onednn_stream onednn_stream;
typedef struct onednn_layout onednn_layout;
typedef struct onednn_primitive onednn_primitive;
typedef struct onednn_binding onednn_binding;

/// The most dimensions a tensor can have: the room that every array given to `onednn_layout_inspect` must offer.
enum { onednn_maximum_rank = 12 };

// Argument numbers of the library.
enum {
    onednn_argument_source = 1,
    onednn_argument_destination = 17,
    onednn_argument_weights = 33,
    onednn_argument_bias = 41,
    onednn_argument_workspace = 64,
    onednn_argument_scratchpad = 80,
    onednn_argument_diff_source = 129,
    onednn_argument_diff_destination = 145,
    onednn_argument_diff_weights = 161,
    onednn_argument_diff_bias = 169
};

enum { onednn_type_bf16 = 2, onednn_type_f32 = 3, onednn_type_i32 = 4, onednn_type_i8 = 5, onednn_type_u8 = 6 };
enum { onednn_format_none, onednn_format_any, onednn_format_blocked, onednn_format_opaque };
enum { onednn_pass_inference, onednn_pass_training, onednn_pass_backward_data, onednn_pass_backward_weights };
enum { onednn_convolution_direct, onednn_convolution_winograd };
enum { onednn_pooling_max, onednn_pooling_average_include_padding, onednn_pooling_average_exclude_padding };
enum {
    onednn_eltwise_none,
    onednn_eltwise_relu,
    onednn_eltwise_tanh,
    onednn_eltwise_logistic,
    onednn_eltwise_relu_using_destination,
    onednn_eltwise_tanh_using_destination,
    onednn_eltwise_logistic_using_destination,
    onednn_eltwise_gelu
};

// Library and calling thread
const char *onednn_status_name(int status);
void onednn_library_version(int *major, int *minor, int *patch);
/// Whether the processor multiplies bfloat16 numbers itself.
int onednn_processor_has_bf16(void);

/// Holds the library to what came with a set of instructions: 0 what every x86-64 has (SSE4.1), 1 AVX2, 2 AVX-512 with its byte, word
/// and doubleword extensions. Before anything else is asked of it; without effect where its own variable of the environment says how
/// far it may go, and on other processors.
void onednn_limit_instructions(int level);

/// The library's name for the instructions that it uses at most, such as "avx512_core_bf16"; "" where it does not say.
const char *onednn_instructions(void);
/// Sets the OpenMP team size of the calling thread: the setting is per thread.
void onednn_thread_set_openmp_threads(int count);
int onednn_thread_openmp_threads(void);

// Engine and stream
int onednn_engine_create(onednn_engine **engine);
void onednn_engine_destroy(onednn_engine *engine);
int onednn_stream_create(const onednn_engine *engine, onednn_stream **stream);
void onednn_stream_destroy(onednn_stream *stream);

// Layouts (memory descriptors)
int onednn_layout_create_any(int rank, const int64_t *dims, int type, onednn_layout **layout);
int onednn_layout_create_strided(int rank, const int64_t *dims, int type, const int64_t *strides, onednn_layout **layout);
/// The library's tags of formats are numbers below this.
int onednn_format_end(void);
/// Such as "aBcd16b"; null where the number is no tag of a format.
const char *onednn_format_name(int tag);
int onednn_layout_create_format(int rank, const int64_t *dims, int type, int tag, onednn_layout **layout);
void onednn_layout_destroy(onednn_layout *layout);
int onednn_layout_equal(const onednn_layout *left, const onednn_layout *right);
size_t onednn_layout_byte_count(const onednn_layout *layout);
/// Strides and blocks are filled for blocked formats only.
int onednn_layout_inspect(
    const onednn_layout *layout, int *rank, int *type, int *format, int64_t *dims, int64_t *padded_dims, int64_t *strides,
    int64_t *first_element, int *block_count, int64_t *block_dims, int64_t *block_sizes);

// Primitives: description and compiled kernel together, always in user scratchpad mode.
//
// Gradients take the place of the tensors they are gradients of: `source` is diff source in a backward data pass, and so on.
// `bias` may be null. Dilations are the library's: 0 is dense.
int onednn_convolution_create(
    const onednn_engine *engine, int pass, int algorithm, const onednn_layout *source, const onednn_layout *weights,
    const onednn_layout *bias, const onednn_layout *destination, const int64_t *strides, const int64_t *dilations,
    const int64_t *padding_begin, const int64_t *padding_end, int activation, onednn_primitive **primitive);
int onednn_inner_product_create(
    const onednn_engine *engine, int pass, const onednn_layout *source, const onednn_layout *weights, const onednn_layout *bias,
    const onednn_layout *destination, int activation, onednn_primitive **primitive);
int onednn_pooling_create(
    const onednn_engine *engine, int pass, int kind, const onednn_layout *source, const onednn_layout *destination,
    const int64_t *kernel, const int64_t *strides, const int64_t *padding_begin, const int64_t *padding_end,
    onednn_primitive **primitive);
/// `data` is the source, or the destination for the kinds that use it. `gradient` is unused forward.
int onednn_eltwise_create(
    const onednn_engine *engine, int pass, int kind, const onednn_layout *data, const onednn_layout *gradient,
    onednn_primitive **primitive);
int onednn_reorder_create(
    const onednn_engine *engine, const onednn_layout *source, const onednn_layout *destination, onednn_primitive **primitive);
void onednn_primitive_destroy(onednn_primitive *primitive);
/// Valid as long as the primitive.
const char *onednn_primitive_implementation(const onednn_primitive *primitive);
/// `layout` becomes null when the primitive has no such argument.
int onednn_primitive_layout(const onednn_primitive *primitive, int argument, onednn_layout **layout);

// Bindings: a primitive on fixed addresses. Executing allocates nothing on this side.
int onednn_binding_create(
    const onednn_engine *engine, const onednn_primitive *primitive, int count, const int *arguments, void *const *addresses,
    onednn_binding **binding);
void onednn_binding_destroy(onednn_binding *binding);
int onednn_binding_execute(const onednn_binding *binding, onednn_stream *stream);

#ifdef __cplusplus
}
#endif

#endif
