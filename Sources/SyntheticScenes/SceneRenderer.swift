package import Tensors

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Paints scenes, row by row, with smooth edges.
package struct SceneRenderer: Sendable {
    let height: Int
    let width: Int

    package init(height: Int, width: Int) {
        (self.height, self.width) = (height, width)
    }

    /// Writes `scene` to `pixels`, row-major [3, H, W]; `noise` gives the grain of `example`.
    ///
    /// Cost: the background over every pixel, each figure over the square around it; one row of scratch.
    package func render(_ scene: Scene, noise: RandomSource, example: Int, into pixels: UnsafeMutableBufferPointer<UInt8>) {
        precondition(pixels.count == 3 * height * width, "\(pixels.count) bytes are not 3 × \(height) × \(width)")
        withUnsafeTemporaryAllocation(of: SIMD3<Float>.self, capacity: width) { row in
            for y in 0..<height {
                paintBackground(of: scene, y, row)
                for figure in scene.figures { paint(figure, y, row) }
                finish(scene, y, row, noise: noise, example: example, into: pixels)
            }
        }
    }

    /// Both colours of the gradient, with the texture's lattice interpolated between them.
    private func paintBackground(of scene: Scene, _ y: Int, _ row: UnsafeMutableBufferPointer<SIMD3<Float>>) {
        let side = Scene.textureSide
        let (cellRow, downShare) = Self.cell(y, of: height)
        let step = scene.gradient.x / Float(width)
        let rowShare = 0.5 + 0.5 * (-scene.gradient.x + scene.gradient.y * (2 * Float(y) / Float(height) - 1))
        let change = scene.background.1 - scene.background.0
        scene.texture.withUnsafeBufferPointer { lattice in
            let upper = lattice.baseAddress! + cellRow * side
            let lower = upper + side
            for x in 0..<width {
                let (cell, share) = Self.cell(x, of: width)
                let left = upper[cell] + (lower[cell] - upper[cell]) * downShare
                let right = upper[cell + 1] + (lower[cell + 1] - upper[cell + 1]) * downShare
                let texture = scene.textureAmplitude * (left + (right - left) * share)
                row[x] = scene.background.0 + change * (rowShare + step * Float(x)) + texture
            }
        }
    }

    /// The lattice cell that pixel `place` of `extent` lies in, and where in it, eased so that cells do not show.
    private static func cell(_ place: Int, of extent: Int) -> (Int, Float) {
        let position = Float(place) / Float(extent) * Float(Scene.textureSide - 1)
        let cell = min(Int(position), Scene.textureSide - 2)
        let share = position - Float(cell)
        return (cell, share * share * (3 - 2 * share))
    }

    private func paint(_ figure: Figure, _ y: Int, _ row: UnsafeMutableBufferPointer<SIMD3<Float>>) {
        let reach = figure.radius * 1.05 + 1
        let down = Float(y) - figure.centre.y
        guard abs(down) <= reach else { return }
        let first = max(Int((figure.centre.x - reach).rounded(.down)), 0)
        let last = min(Int((figure.centre.x + reach).rounded(.up)), width - 1)
        guard first <= last else { return }
        let (cosine, sine) = (cos(figure.rotation) / figure.radius, sin(figure.rotation) / figure.radius)
        let change = figure.secondPaint - figure.paint
        for x in first...last {
            let across = Float(x) - figure.centre.x
            let localX = across * cosine + down * sine
            // Outlines have their y axis upwards, rows run downwards.
            let localY = across * sine - down * cosine
            // A pixel is covered as far as the outline is away from its centre, up to half a pixel.
            let coverage = min(0.5 - distance(figure.outline, localX, localY) * figure.radius, 1)
            guard coverage > 0 else { continue }
            let paint = figure.paint + change * figure.pattern.share(localX, localY)
            row[x] += (paint - row[x]) * (coverage * figure.opacity)
        }
    }

    private func distance(_ outline: Figure.Outline, _ x: Float, _ y: Float) -> Float {
        switch outline {
        case .object(let silhouette): silhouette.distance(x, y)
        case .strip(let halfWidth): max(abs(x) - 1, abs(y) - halfWidth)
        case .speck: (x * x + y * y).squareRoot() - 1
        }
    }

    private func finish(
        _ scene: Scene, _ y: Int, _ row: UnsafeMutableBufferPointer<SIMD3<Float>>, noise: RandomSource, example: Int,
        into pixels: UnsafeMutableBufferPointer<UInt8>
    ) {
        let plane = height * width
        let grain = scene.noise * 255 / 127.5
        let offset = 0.5 - scene.noise * 255
        let scale = scene.brightness * 255
        var words = SIMD4<UInt32>.zero
        for x in 0..<width {
            let pixel = y * width + x
            if x == 0 || pixel & 3 == 0 { words = noise.words(step: example, block: pixel >> 2) }
            let word = words[pixel & 3]
            let bytes = SIMD3<Float>(Float(word & 255), Float(word >> 8 & 255), Float(word >> 16 & 255))
            let value = (row[x] * scale + bytes * grain + offset).clamped(lowerBound: .zero, upperBound: .init(repeating: 255))
            for channel in 0..<3 {
                pixels[channel * plane + pixel] = UInt8(value[channel])
            }
        }
    }
}
