#ifndef CImageCodecs_h
#define CImageCodecs_h

// What Swift sees of libjpeg-turbo (libjpeg's API), libpng, libwebp and zlib. Errors of the first two leave by longjmp, which must not
// cross Swift: each call here catches its own.
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

/// What was said while an image was read.
typedef struct {
    /// Of the failure, or else of the first warning; empty where nothing was said.
    char message[256];
    /// How many bytes of the file had been taken when the failure was found.
    size_t offset;
    /// Things that were not in order, although every pixel was there.
    long warning_count;
} codecs_report;

/// Reads a JPEG file at a reduction of 1, 2, 4 or 8 into `pixels`, [ceil(height / reduction), ceil(width / reduction), 3]; the size is the
/// one expected, and another is a failure. Without `pixels` it is read and forgotten, row by row: that proves that its data are there.
///
/// Returns 0, or -1 where pixels are missing, with the reason in `report`.
int codecs_jpeg_read(
    const uint8_t *bytes, size_t count, int height, int width, int reduction, uint8_t *pixels, codecs_report *report);

/// Reads a PNG file into `pixels`, [height, width, 3]: no gamma is applied, alpha is left out, and of 16 bits the upper 8 are taken.
/// Without `pixels` it is read and forgotten, row by row.
///
/// Returns 0, or -1 where pixels are missing, with the reason in `report`.
int codecs_png_read(
    const uint8_t *bytes, size_t count, int height, int width, uint8_t *pixels, codecs_report *report);

/// The size of the image in a WebP file; returns 0, or -1 where its header is damaged or cut off.
int codecs_webp_size(const uint8_t *bytes, size_t count, int *height, int *width);

/// Reads a WebP image without animation into rows of `stride` bytes from `pixels` on, of which `capacity` bytes are there; alpha is
/// left out. Returns 0, or -1 where the data are damaged, with the reason in `report`.
int codecs_webp_read(
    const uint8_t *bytes, size_t count, uint8_t *pixels, size_t capacity, int stride, codecs_report *report);

// inflateInit and its kin are macros, which Swift cannot call. The two for gzip speak its wrapping alone, never zlib's own.

/// Prepares `stream` to read gzip; returns zlib's code.
int codecs_gzip_read_start(z_stream *stream);
/// Prepares `stream` to read zlib's own wrapping, as PNG files have it; returns zlib's code.
int codecs_zlib_read_start(z_stream *stream);
/// Prepares `stream` to write gzip; returns zlib's code.
int codecs_gzip_write_start(z_stream *stream);

#endif
