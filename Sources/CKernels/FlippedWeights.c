#include "FlippedWeights.h"

#include "Extents.h"

void ckernels_flip_weights(
    int64_t groups, int64_t outputs, int64_t inputs, int64_t taps, int64_t side, const float *from, float *to) {
    for (int64_t group = 0; group < groups; group++) {
        const int64_t start = group * outputs * inputs * taps;
        for (int64_t first_output = 0; first_output < outputs; first_output += side) {
            const int64_t end_output = least(first_output + side, outputs);
            for (int64_t first_input = 0; first_input < inputs; first_input += side) {
                const int64_t end_input = least(first_input + side, inputs);
                for (int64_t input = first_input; input < end_input; input++) {
                    for (int64_t output = first_output; output < end_output; output++) {
                        const float *kernel = from + start + (output * inputs + input) * taps;
                        float *flipped = to + start + (input * outputs + output) * taps;
                        for (int64_t tap = 0; tap < taps; tap++) flipped[taps - 1 - tap] = kernel[tap];
                    }
                }
            }
        }
    }
}
