#include "Normalization.h"

#include <stddef.h>
#include <string.h>

#include "InstructionSets.h"

#define KERNEL_TEMPLATE "NormalizationTemplate.h"
#include "ForEachInstructionSet.h"

void ckernels_normalization_moments(
    int instructions, const ckernels_normalization *shape, const float *x, double *sums, double *squares) {
    CHOOSE(moments, instructions)(shape, x, sums, squares);
}

void ckernels_normalization_forward(
    int instructions, const ckernels_normalization *shape, const float *x, const float *mean, const float *factor, const float *shift,
    const float *shortcut, int rectifies, float *y) {
    CHOOSE(forward, instructions)(shape, x, mean, factor, shift, shortcut, rectifies, y);
}

void ckernels_normalization_gradient_sums(
    int instructions, const ckernels_normalization *shape, const float *dy, const float *x, const float *y, const float *mean,
    double *sums, double *products) {
    CHOOSE(gradient_sums, instructions)(shape, dy, x, y, mean, sums, products);
}

void ckernels_normalization_backward(
    int instructions, const ckernels_normalization *shape, const float *dy, const float *x, const float *y, const float *mean,
    const float *factor, const float *offset, const float *slope, float *dx, float *dz) {
    CHOOSE(backward, instructions)(shape, dy, x, y, mean, factor, offset, slope, dx, dz);
}
