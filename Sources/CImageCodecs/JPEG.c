#include "CImageCodecs.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
// After jpeglib.h, which says what the library was built with.
#include <jerror.h>

// A progressive file may repeat its scans without end, each of a few bytes and all of the image's blocks to visit. Encoders make ten or so.
static const int scan_limit = 500;

typedef struct {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    jmp_buf failure;
    size_t count;
    // Whether more bytes were asked for than the file has.
    int ended;
    codecs_report *report;
} reader;

static reader *of(j_common_ptr jpeg) {
    return jpeg->client_data;
}

static void fail(j_common_ptr jpeg) {
    reader *self = of(jpeg);
    jpeg->err->format_message(jpeg, self->report->message);
    self->report->offset = self->ended ? self->count : self->count - self->source.bytes_in_buffer;
    longjmp(self->failure, 1);
}

// The warnings after which blocks are filled with a guess. All others are about markers, with every block decoded.
static int loses_pixels(int code) {
    return code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE || code == JWRN_ARITH_BAD_CODE || code == JWRN_MUST_RESYNC;
}

static void hear(j_common_ptr jpeg, int level) {
    if (level >= 0) return;
    if (loses_pixels(jpeg->err->msg_code)) fail(jpeg);
    if (of(jpeg)->report->warning_count++ == 0) jpeg->err->format_message(jpeg, of(jpeg)->report->message);
}

static void print_nothing(j_common_ptr jpeg) {
    (void)jpeg;
}

static void do_nothing(j_decompress_ptr jpeg) {
    (void)jpeg;
}

// The library reads ahead of what it needs, so the file's end is no failure yet: an end of image is made up, and whether blocks were
// missing shows later.
static boolean pretend_end(j_decompress_ptr jpeg) {
    static const JOCTET end[2] = {0xFF, JPEG_EOI};
    of((j_common_ptr)jpeg)->ended = 1;
    jpeg->src->next_input_byte = end;
    jpeg->src->bytes_in_buffer = sizeof end;
    return TRUE;
}

static void skip(j_decompress_ptr jpeg, long count) {
    if (count <= 0) return;
    if ((size_t)count > jpeg->src->bytes_in_buffer) {
        pretend_end(jpeg);
    } else {
        jpeg->src->next_input_byte += count;
        jpeg->src->bytes_in_buffer -= (size_t)count;
    }
}

static void count_scans(j_common_ptr jpeg) {
    if (((j_decompress_ptr)jpeg)->input_scan_number > scan_limit) {
        snprintf(of(jpeg)->report->message, sizeof of(jpeg)->report->message, "it has more than %d scans", scan_limit);
        of(jpeg)->report->offset = of(jpeg)->count - of(jpeg)->source.bytes_in_buffer;
        longjmp(of(jpeg)->failure, 1);
    }
}

static void prepare(reader *self, const uint8_t *bytes, size_t count, codecs_report *report) {
    memset(self, 0, sizeof *self);
    memset(report, 0, sizeof *report);
    self->count = count;
    self->report = report;
    self->jpeg.client_data = self;
    self->jpeg.err = jpeg_std_error(&self->errors);
    self->errors.error_exit = fail;
    self->errors.emit_message = hear;
    self->errors.output_message = print_nothing;
    self->source.next_input_byte = bytes;
    self->source.bytes_in_buffer = count;
    self->source.init_source = do_nothing;
    self->source.fill_input_buffer = pretend_end;
    self->source.skip_input_data = skip;
    self->source.resync_to_restart = jpeg_resync_to_restart;
    self->source.term_source = do_nothing;
    self->progress.progress_monitor = count_scans;
}

// Four inks to red, green and blue as Pillow has it: files hold them inverted, as Adobe began to, and black takes its share of the rest.
static void convert_inks(const uint8_t *inks, int width, uint8_t *pixels) {
    for (int x = 0; x < width; x++, inks += 4, pixels += 3) {
        int light = inks[3];
        for (int c = 0; c < 3; c++) {
            int product = (255 - inks[c]) * light + 128;
            pixels[c] = (uint8_t)(light - (((product >> 8) + product) >> 8));
        }
    }
}

// Whether the file had all of its blocks, if its end of image is missing; asked before the library forgets.
static int is_whole_without_end(j_decompress_ptr jpeg) {
    // An arithmetic coder's last bytes may be left out where they are zero: what is missing cannot be told.
    if (jpeg->arith_code) return 0;
    if (jpeg->coef_bits == NULL) return jpeg->comps_in_scan == jpeg->num_components;
    for (int c = 0; c < jpeg->num_components; c++) {
        for (int i = 0; i < DCTSIZE2; i++) {
            if (jpeg->coef_bits[c][i] != 0) return 0;
        }
    }
    return 1;
}

// Returns whether all blocks were there.
static int read_rows(reader *self, uint8_t *pixels) {
    j_decompress_ptr jpeg = &self->jpeg;
    size_t row_bytes = 3 * (size_t)jpeg->output_width;
    int has_inks = jpeg->out_color_space == JCS_CMYK;
    JSAMPROW scratch = NULL;
    if (has_inks || pixels == NULL) {
        scratch = jpeg->mem->alloc_large((j_common_ptr)jpeg, JPOOL_IMAGE, 4 * (size_t)jpeg->output_width);
    }
    while (jpeg->output_scanline < jpeg->output_height) {
        uint8_t *target = pixels == NULL ? NULL : pixels + jpeg->output_scanline * row_bytes;
        JSAMPROW row = scratch != NULL ? scratch : target;
        jpeg_read_scanlines(jpeg, &row, 1);
        if (has_inks && target != NULL) convert_inks(scratch, (int)jpeg->output_width, target);
    }
    int is_whole = is_whole_without_end(jpeg);
    jpeg_finish_decompress(jpeg);
    return is_whole || !self->ended;
}

int codecs_jpeg_read(
    const uint8_t *bytes, size_t count, int height, int width, int reduction, uint8_t *pixels, codecs_report *report
) {
    reader self;
    prepare(&self, bytes, count, report);
    if (setjmp(self.failure) != 0) {
        jpeg_destroy_decompress(&self.jpeg);
        return -1;
    }
    j_decompress_ptr jpeg = &self.jpeg;
    jpeg_create_decompress(jpeg);
    jpeg->src = &self.source;
    jpeg->progress = &self.progress;
    jpeg_read_header(jpeg, TRUE);
    jpeg->out_color_space = jpeg->num_components == 4 ? JCS_CMYK : JCS_RGB;
    jpeg->dct_method = JDCT_ISLOW;
    jpeg->scale_num = 1;
    jpeg->scale_denom = (unsigned)reduction;
    jpeg_start_decompress(jpeg);
    if (jpeg->output_width != (JDIMENSION)width || jpeg->output_height != (JDIMENSION)height) {
        snprintf(report->message, sizeof report->message, "its size changes on the way");
        longjmp(self.failure, 1);
    }
    if (!read_rows(&self, pixels)) {
        report->offset = count;
        snprintf(report->message, sizeof report->message, "the file ends before the image does");
        longjmp(self.failure, 1);
    }
    if (self.ended && report->warning_count++ == 0) {
        snprintf(report->message, sizeof report->message, "the marker of the image's end is missing");
    }
    jpeg_destroy_decompress(jpeg);
    return 0;
}
