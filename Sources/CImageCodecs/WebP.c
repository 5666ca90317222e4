#include "CImageCodecs.h"

#include <stdio.h>
#include <string.h>

#include <webp/decode.h>

static const char *reason(VP8StatusCode code) {
    switch (code) {
    case VP8_STATUS_OUT_OF_MEMORY: return "libwebp has no memory";
    case VP8_STATUS_BITSTREAM_ERROR: return "the coded data are not in order";
    case VP8_STATUS_UNSUPPORTED_FEATURE: return "it has a feature that libwebp does not know";
    case VP8_STATUS_NOT_ENOUGH_DATA: return "the file ends before the image does";
    default: return "libwebp refuses it";
    }
}

int codecs_webp_size(const uint8_t *bytes, size_t count, int *height, int *width) {
    return WebPGetInfo(bytes, count, width, height) != 0 ? 0 : -1;
}

int codecs_webp_read(
    const uint8_t *bytes, size_t count, uint8_t *pixels, size_t capacity, int stride, codecs_report *report
) {
    memset(report, 0, sizeof *report);
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) {
        snprintf(report->message, sizeof report->message, "libwebp is of another version than its header");
        return -1;
    }
    config.output.colorspace = MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = pixels;
    config.output.u.RGBA.stride = stride;
    config.output.u.RGBA.size = capacity;
    VP8StatusCode code = WebPDecode(bytes, count, &config);
    WebPFreeDecBuffer(&config.output);
    if (code == VP8_STATUS_OK) return 0;
    snprintf(report->message, sizeof report->message, "%s", reason(code));
    return -1;
}
