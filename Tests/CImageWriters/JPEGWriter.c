#include "CImageWriters.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

typedef struct {
    struct jpeg_error_mgr errors;
    jmp_buf failure;
} error_manager;

static void fail(j_common_ptr jpeg) {
    longjmp(((error_manager *)jpeg->err)->failure, 1);
}

static void choose_colours(j_compress_ptr jpeg, const image_writers_jpeg_kind *kind) {
    static const J_COLOR_SPACE plain[5] = {0, JCS_GRAYSCALE, 0, JCS_RGB, JCS_CMYK};
    jpeg->input_components = kind->channels;
    jpeg->in_color_space = plain[kind->channels];
    jpeg_set_defaults(jpeg);
    if (kind->channels == 3) jpeg_set_colorspace(jpeg, kind->has_luma ? JCS_YCbCr : JCS_RGB);
    if (kind->channels == 4) jpeg_set_colorspace(jpeg, kind->has_luma ? JCS_YCCK : JCS_CMYK);
    for (int c = 0; c < kind->channels; c++) {
        jpeg->comp_info[c].h_samp_factor = kind->across[c];
        jpeg->comp_info[c].v_samp_factor = kind->down[c];
    }
}

static void choose_coding(j_compress_ptr jpeg, const image_writers_jpeg_kind *kind, jpeg_scan_info *scans) {
    jpeg_set_quality(jpeg, kind->quality, TRUE);
    jpeg->arith_code = kind->is_arithmetic != 0;
    jpeg->optimize_coding = kind->has_own_codes != 0;
    jpeg->restart_interval = (unsigned)kind->restart_interval;
    if (kind->is_progressive) jpeg_simple_progression(jpeg);
    if (kind->is_in_scans) {
        for (int c = 0; c < kind->channels; c++) {
            scans[c] = (jpeg_scan_info){.comps_in_scan = 1, .component_index = {c}, .Ss = 0, .Se = 63, .Ah = 0, .Al = 0};
        }
        jpeg->scan_info = scans;
        jpeg->num_scans = kind->channels;
    }
}

size_t image_writers_jpeg(const uint8_t *pixels, int height, int width, const image_writers_jpeg_kind *kind, uint8_t **file) {
    struct jpeg_compress_struct jpeg;
    error_manager errors;
    jpeg_scan_info scans[4];
    unsigned long size = 0;
    unsigned char *bytes = NULL;
    memset(&jpeg, 0, sizeof jpeg);
    jpeg.err = jpeg_std_error(&errors.errors);
    errors.errors.error_exit = fail;
    if (setjmp(errors.failure) != 0) {
        jpeg_destroy_compress(&jpeg);
        return 0;
    }
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &bytes, &size);
    jpeg.image_width = (JDIMENSION)width;
    jpeg.image_height = (JDIMENSION)height;
    choose_colours(&jpeg, kind);
    choose_coding(&jpeg, kind, scans);
    jpeg_start_compress(&jpeg, TRUE);
    while (jpeg.next_scanline < jpeg.image_height) {
        size_t line = kind->repeats_row ? 0 : jpeg.next_scanline;
        JSAMPROW row = (JSAMPROW)(pixels + line * (size_t)(width * kind->channels));
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    *file = bytes;
    return size;
}

void image_writers_png_prepare(png_image *image) {
    memset(image, 0, sizeof *image);
    image->version = PNG_IMAGE_VERSION;
}
