#ifndef CImageWriters_h
#define CImageWriters_h

// Writers of image files for tests: JPEG of every kind that libjpeg-turbo writes, PNG by libpng's simplified interface.
#include <png.h>
#include <stddef.h>
#include <stdint.h>

/// What kind of JPEG to write.
typedef struct {
    /// 1 grey, 3 red, green and blue, 4 inks.
    int channels;
    /// Whether three or four channels are turned to luma and colour differences, as is usual.
    int has_luma;
    /// Sampling factors of each component, 1 to 4.
    int across[4], down[4];
    int quality;
    int is_progressive;
    int is_arithmetic;
    /// Whether each component comes in a scan of its own.
    int is_in_scans;
    /// Whether codes are made for this image, rather than the usual ones.
    int has_own_codes;
    /// Minimal units between two restart markers; 0 for none.
    int restart_interval;
    /// Whether `pixels` are one row, which is repeated: an image of any height in little memory.
    int repeats_row;
} image_writers_jpeg_kind;

/// Writes `pixels`, [height, width, channels], to memory that the caller frees; returns its size in bytes, or 0 where it cannot.
size_t image_writers_jpeg(const uint8_t *pixels, int height, int width, const image_writers_jpeg_kind *kind, uint8_t **file);

/// Sets `image` up as libpng asks: zeroed, with the version of the header this was compiled with.
void image_writers_png_prepare(png_image *image);

#endif
