import Tensors

/// Writes one window of a stored image as a network sees it: cropped, mirrored, shifted in colour, normalised, with a part cut out.
struct NormalisedCrop: Sendable {
    /// [C, H, W] of the stored image and of the window.
    let storedShape: Shape
    let windowShape: Shape
    let normalisation: Normalisation
    /// What a window shows that reaches beyond the stored image.
    var padMode = Augmentation.PadMode.zeros

    /// Rows and columns that the stored image has more than the window.
    var marginHeight: Int { storedShape[1] - windowShape[1] }
    var marginWidth: Int { storedShape[2] - windowShape[2] }

    /// `target`[c, y, x] = (`image`[c, top + y, left + x] / 255 + shift[c] − mean[c]) / deviation[c], x counted from the
    /// right if mirrored; 0 in what is cut out. Cost: one product and one sum per element.
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
                let row = target + (channel * height + y) * width
                if let storedRow = place(draw.top + y, in: storedHeight) {
                    write(
                        image + (channel * storedHeight + storedRow) * storedWidth, draw, scale: scale, offset: offset, into: row)
                } else {
                    row.update(repeating: offset, count: width)
                }
            }
            cutOut(draw, of: target + channel * height * width)
        }
    }

    /// Writes a row of the window, whose pixels come from `line`, a row of the stored image.
    private func write(
        _ line: UnsafePointer<UInt8>, _ draw: AugmentationDraw, scale: Float, offset: Float, into row: UnsafeMutablePointer<Float>
    ) {
        let width = windowShape[2]
        let source = line + draw.left
        // Of the window's columns, counted from the left of the image, those that lie in it.
        let first = min(max(-draw.left, 0), width)
        let inside = first..<max(min(storedShape[2] - draw.left, width), first)
        if draw.mirrored {
            for x in width - inside.upperBound..<width - inside.lowerBound {
                row[x] = Float(source[width - 1 - x]) * scale + offset
            }
        } else {
            for x in inside { row[x] = Float(source[x]) * scale + offset }
        }
        guard inside.count < width else { return }
        for column in 0..<width where !inside.contains(column) {
            let pixel = place(draw.left + column, in: storedShape[2]).map { line[$0] } ?? 0
            row[draw.mirrored ? width - 1 - column : column] = Float(pixel) * scale + offset
        }
    }

    /// The row or column of `extent` that stands at `place`, which may lie beyond them; nil where that is padded with zeros.
    private func place(_ place: Int, in extent: Int) -> Int? {
        if place >= 0 && place < extent { return place }
        switch padMode {
        case .zeros: return nil
        case .reflect: return place < 0 ? -place : 2 * (extent - 1) - place
        }
    }

    private func cutOut(_ draw: AugmentationDraw, of plane: UnsafeMutablePointer<Float>) {
        for y in draw.cutoutRows {
            (plane + y * windowShape[2] + draw.cutoutColumns.lowerBound).update(repeating: 0, count: draw.cutoutColumns.count)
        }
    }
}
