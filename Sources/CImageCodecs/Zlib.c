#include "CImageCodecs.h"

// 15 bits is the largest window; 16 more mean "gzip wrapping only" (zlib.h, inflateInit2).
static const int gzip_window_bits = 15 + 16;

int codecs_gzip_read_start(z_stream *stream) {
    return inflateInit2(stream, gzip_window_bits);
}

int codecs_zlib_read_start(z_stream *stream) {
    return inflateInit(stream);
}

int codecs_gzip_write_start(z_stream *stream) {
    return deflateInit2(stream, Z_BEST_SPEED, Z_DEFLATED, gzip_window_bits, 8, Z_DEFAULT_STRATEGY);
}
