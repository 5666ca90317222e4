#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One thing in a scene: an outline at a place, turned, scaled and painted.
struct Figure: Sendable {
    enum Outline: Sendable {
        case object(Silhouette)
        /// A strip of clutter, half as wide as `halfWidth` says, in units of its radius.
        case strip(halfWidth: Float)
        /// A round piece of clutter.
        case speck
    }

    var outline: Outline
    var pattern: FillPattern
    /// The two colours, 0 to 1.
    var paint: SIMD3<Float>
    var secondPaint: SIMD3<Float>
    var opacity: Float
    /// In pixels.
    var centre: SIMD2<Float>
    var radius: Float
    /// In radians.
    var rotation: Float
}

/// Everything a synthetic image shows, in the order it is painted.
package struct Scene: Sendable {
    /// The background runs from one colour to the other along `gradient`, a direction.
    var background: (SIMD3<Float>, SIMD3<Float>)
    var gradient: SIMD2<Float>
    /// How much cloudy texture the background has, 0 to 1, and its lattice values.
    var textureAmplitude: Float
    var texture: [Float]
    var figures: [Figure]
    var brightness: Float
    /// The largest deviation of a pixel, 0 to 1.
    var noise: Float

    /// Lattice points along each edge of the background's texture.
    static let textureSide = 9
}

/// What the classes of a synthetic set have in common, and how hard they are to see.
package struct SceneComposer: Sendable {
    let height: Int
    let width: Int
    let difficulty: SyntheticDifficulty

    package init(height: Int, width: Int, difficulty: SyntheticDifficulty) {
        (self.height, self.width, self.difficulty) = (height, width, difficulty)
    }

    /// Draws a scene with `count` objects of one outline; without `pattern` each image has any.
    package func scene(of silhouette: Silhouette, pattern: FillPattern?, count: Int, _ draws: inout Draws) -> Scene {
        let side = Float(min(height, width))
        let base = draws.colour() * (1 - difficulty.spotlight)
        let direction = draws.angle()
        var scene = Scene(
            background: (base, base + (draws.colour() - 0.5) * 0.5), gradient: [cos(direction), sin(direction)],
            textureAmplitude: draws.uniform(0.05...0.35) * difficulty.clutter, texture: [], figures: [],
            brightness: draws.uniform(0.75...1.15), noise: draws.uniform(0.02...0.1) * difficulty.clutter)
        scene.texture = (0..<Scene.textureSide * Scene.textureSide).map { _ in draws.uniform(-1...1) }

        let pieces = Int((Float(draws.integer(3...8)) * difficulty.clutter).rounded())
        for _ in 0..<pieces { scene.figures.append(clutter(side, &draws)) }
        scene.figures += objects(silhouette, pattern, count, away: base, side, &draws)
        if draws.chance(difficulty.occlusion) { scene.figures.append(occluder(over: scene.figures.last!, side, &draws)) }
        return scene
    }

    private func objects(
        _ silhouette: Silhouette, _ pattern: FillPattern?, _ count: Int, away background: SIMD3<Float>, _ side: Float,
        _ draws: inout Draws
    ) -> [Figure] {
        let paint = lit(draws.colour(awayFrom: background, by: difficulty.contrast))
        let secondPaint = (paint + lit(draws.colour(awayFrom: paint, by: 0.6))) * 0.5
        let anyPattern = FillPattern.allCases[draws.integer(0...FillPattern.allCases.count - 1)]
        let worn = draws.chance(difficulty.habit) ? silhouette.habit : anyPattern
        let pattern = pattern ?? worn
        let start = draws.angle()
        let radius = side * (count == 1 ? draws.uniform(difficulty.smallest...0.44) : draws.uniform(0.17...0.23))
        let middle: SIMD2<Float> = [Float(width), Float(height)] * 0.5
        return (0..<count).map { number in
            var centre = middle
            if count == 1 {
                // The object may lie anywhere that keeps nine tenths of its circle in the image.
                let room = max(side * 0.5 - 0.9 * radius, 0)
                centre += [draws.uniform(-room...room), draws.uniform(-room...room)]
            } else {
                let angle = start + 2 * .pi * Float(number) / Float(count)
                centre += SIMD2(cos(angle), sin(angle)) * side * draws.uniform(0.26...0.3)
            }
            return Figure(
                outline: .object(silhouette), pattern: pattern, paint: paint, secondPaint: secondPaint, opacity: 1,
                centre: centre,
                radius: radius, rotation: draws.uniform(-difficulty.turn...difficulty.turn))
        }
    }

    private func lit(_ colour: SIMD3<Float>) -> SIMD3<Float> {
        colour * (1 - difficulty.spotlight) + difficulty.spotlight
    }

    private func clutter(_ side: Float, _ draws: inout Draws) -> Figure {
        let isStrip = draws.chance(0.5)
        return Figure(
            outline: isStrip ? .strip(halfWidth: draws.uniform(0.08...0.25)) : .speck,
            pattern: FillPattern.allCases[draws.integer(0...FillPattern.allCases.count - 1)], paint: draws.colour(),
            secondPaint: draws.colour(), opacity: draws.uniform(0.4...1),
            centre: [draws.uniform(0...Float(width)), draws.uniform(0...Float(height))],
            radius: side * (isStrip ? draws.uniform(0.1...0.3) : draws.uniform(0.04...0.12)), rotation: draws.angle())
    }

    /// A strip across the edge of `figure`, hiding a part of what tells its class.
    private func occluder(over figure: Figure, _ side: Float, _ draws: inout Draws) -> Figure {
        let direction = draws.angle()
        let paint = draws.colour()
        return Figure(
            outline: .strip(halfWidth: draws.uniform(0.08...0.16)), pattern: .plain, paint: paint, secondPaint: paint, opacity: 1,
            centre: figure.centre + SIMD2(cos(direction), sin(direction)) * figure.radius * draws.uniform(0.3...0.8),
            radius: side * draws.uniform(0.3...0.6), rotation: draws.angle())
    }
}
