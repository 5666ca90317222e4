#include "CImageCodecs.h"

#include <stdio.h>
#include <string.h>

#include <png.h>

typedef struct {
    const uint8_t *bytes;
    size_t count;
    size_t position;
    codecs_report *report;
    // Where rows go that are not kept.
    png_bytep scratch;
} reader;

static void fail(png_structp png, png_const_charp message) {
    reader *self = png_get_error_ptr(png);
    snprintf(self->report->message, sizeof self->report->message, "%s", message);
    self->report->offset = self->position;
    png_longjmp(png, 1);
}

static void hear(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static void take(png_structp png, png_bytep bytes, size_t count) {
    reader *self = png_get_io_ptr(png);
    if (count > self->count - self->position) png_error(png, "the file ends before the image does");
    memcpy(bytes, self->bytes + self->position, count);
    self->position += count;
}

// Gamma, profiles and texts change nothing here, so they are passed over rather than inflated; so are transparent colours, since a
// transparent pixel counts as the colour that it has. What is critical is always read.
static void pass_over_chunks(png_structp png) {
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, (png_const_bytep) "tRNS", 1);
}

static void ask_for_colours(png_structp png, png_infop info) {
    int colour = png_get_color_type(png, info);
    if (colour == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
    if (png_get_bit_depth(png, info) == 16) png_set_strip_16(png);
    if (colour == PNG_COLOR_TYPE_GRAY && png_get_bit_depth(png, info) < 8) png_set_expand_gray_1_2_4_to_8(png);
    if (!(colour & PNG_COLOR_MASK_COLOR)) png_set_gray_to_rgb(png);
    if (colour & PNG_COLOR_MASK_ALPHA) png_set_strip_alpha(png);
}

int codecs_png_read(
    const uint8_t *bytes, size_t count, int height, int width, uint8_t *pixels, codecs_report *report
) {
    memset(report, 0, sizeof *report);
    reader self = {bytes, count, 0, report, NULL};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &self, fail, hear);
    png_infop info = png == NULL ? NULL : png_create_info_struct(png);
    if (info == NULL) {
        png_destroy_read_struct(&png, NULL, NULL);
        snprintf(report->message, sizeof report->message, "libpng has no memory");
        return -1;
    }
    if (setjmp(png_jmpbuf(png)) != 0) {
        png_free(png, self.scratch);
        png_destroy_read_struct(&png, &info, NULL);
        return -1;
    }
    png_set_read_fn(png, &self, take);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    pass_over_chunks(png);
    png_read_info(png, info);
    if (pixels != NULL) ask_for_colours(png, info);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    size_t row_bytes = 3 * (size_t)width;
    if (png_get_image_height(png, info) != (png_uint_32)height || png_get_image_width(png, info) != (png_uint_32)width
        || (pixels != NULL && png_get_rowbytes(png, info) != row_bytes)) {
        png_error(png, "its size changes on the way");
    }
    if (pixels == NULL) self.scratch = png_malloc(png, png_get_rowbytes(png, info));
    for (int pass = 0; pass < passes; pass++) {
        for (int y = 0; y < height; y++) {
            png_read_row(png, pixels == NULL ? self.scratch : pixels + (size_t)y * row_bytes, NULL);
        }
    }
    png_free(png, self.scratch);
    png_destroy_read_struct(&png, &info, NULL);
    return 0;
}
