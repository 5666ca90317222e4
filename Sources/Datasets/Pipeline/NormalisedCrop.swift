import Tensors

/// Writes one window of a stored image as a network sees it: cropped, mirrored, shifted in colour, normalised.
struct NormalisedCrop: Sendable {
    /// [C, H, W] of the stored image and of the window.
    let storedShape: Shape
    let windowShape: Shape
    let normalisation: Normalisation

    /// Rows and columns that the stored image has more than the window.
    var marginHeight: Int { storedShape[1] - windowShape[1] }
    var marginWidth: Int { storedShape[2] - windowShape[2] }

    /// `target`[c, y, x] = (`image`[c, top + y, left + x] / 255 + shift[c] − mean[c]) / deviation[c], x counted from the
    /// right if mirrored. Cost: one product and one sum per element.
    func write(
        _ image: UnsafePointer<UInt8>, _ draw: AugmentationDraw, shift: SIMD3<Float>, into target: UnsafeMutablePointer<Float>
    ) {
        let (height, width) = (windowShape[1], windowShape[2])
        let (storedHeight, storedWidth) = (storedShape[1], storedShape[2])
        for channel in 0..<windowShape[0] {
            let deviation = normalisation.standardDeviation[channel]
            let scale = 1 / (255 * deviation)
            let offset = ((channel < 3 ? shift[channel] : 0) - normalisation.mean[channel]) / deviation
            for y in 0..<height {
                let source = image + (channel * storedHeight + draw.top + y) * storedWidth + draw.left
                let row = target + (channel * height + y) * width
                if draw.mirrored {
                    for x in 0..<width { row[x] = Float(source[width - 1 - x]) * scale + offset }
                } else {
                    for x in 0..<width { row[x] = Float(source[x]) * scale + offset }
                }
            }
        }
    }
}
