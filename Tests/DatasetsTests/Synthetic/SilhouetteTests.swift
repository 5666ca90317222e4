import Datasets
import Glibc
import SyntheticScenes
import Testing

@Suite struct SilhouetteTests {
    /// Places in the unit circle's square and a little around it, none of them on an axis.
    private static let places = (0..<41 * 41).map { number -> (Float, Float) in
        let (row, column) = (Float(number / 41 - 20), Float(number % 41 - 20))
        return (column / 16 + 0.01, row / 16 + 0.02)
    }

    /// What is farther out is not painted.
    @Test(arguments: Silhouette.allCases) func everyOutlineLiesWithinItsSquare(silhouette: Silhouette) {
        let places = Self.places
        #expect(places.contains { silhouette.distance($0.0, $0.1) < 0 })
        for (x, y) in places where max(abs(x), abs(y)) > 1.02 {
            #expect(silhouette.distance(x, y) > 0, "\(x), \(y)")
        }
    }

    /// Those that look the same after a part of a turn, and how many such parts a turn has.
    private static let turns: [(Silhouette, Int)] = [
        (.disc, 7), (.ring, 7), (.triangle, 3), (.square, 4), (.star, 5), (.cross, 4), (.flower, 5), (.bowtie, 2), (.lens, 2),
        (.wye, 3), (.zed, 2), (.gear, 8),
    ]

    @Test(arguments: turns) func aRegularOutlineIsTheSameWhenTurned(silhouette: Silhouette, parts: Int) {
        let angle = 2 * Float.pi / Float(parts)
        let (cosine, sine) = (cos(angle), sin(angle))
        for (x, y) in Self.places {
            let (here, there) = (
                silhouette.distance(x, y), silhouette.distance(x * cosine - y * sine, x * sine + y * cosine)
            )
            // A place that is turned is off by roundings of numbers about 1.
            #expect(abs(here - there) < 1e-5, "\(x), \(y)")
        }
    }

    /// Three strokes of 0.75 from the middle, the first upwards, each 0.2 wide to either side.
    @Test func wyeIsThreeStrokes() {
        for (x, y) in Self.places {
            let strokes = (0..<3).map { number in
                let angle = 2 * Float.pi / 3 * Float(number)
                let along = min(max(x * sin(angle) + y * cos(angle), 0), 0.75)
                return hypot(x - along * sin(angle), y - along * cos(angle))
            }
            #expect(abs(Silhouette.wye.distance(x, y) - (strokes.min()! - 0.2)) < 1e-5, "\(x), \(y)")
        }
    }
}
