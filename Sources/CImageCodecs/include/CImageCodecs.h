#ifndef CImageCodecs_h
#define CImageCodecs_h

// What Swift sees of libjpeg-turbo (TurboJPEG API), libpng (simplified API) and zlib.
#include <png.h>
#include <turbojpeg.h>
#include <zlib.h>

// inflateInit and its kin are macros, which Swift cannot call. The two for gzip speak its wrapping alone, never zlib's own.

/// Prepares `stream` to read gzip; returns zlib's code.
int codecs_gzip_read_start(z_stream *stream);
/// Prepares `stream` to read zlib's own wrapping, as PNG files have it; returns zlib's code.
int codecs_zlib_read_start(z_stream *stream);
/// Prepares `stream` to write gzip; returns zlib's code.
int codecs_gzip_write_start(z_stream *stream);

/// Sets `image` up as libpng asks: zeroed, with the version of the header this was compiled with.
void codecs_png_prepare(png_image *image);
/// The message libpng left in `image`.
const char *codecs_png_message(const png_image *image);

#endif
