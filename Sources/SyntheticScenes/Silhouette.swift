#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The outlines that tell classes apart. Each fits the square around the unit circle, to a hundredth; none is another one turned or
/// mirrored.
package enum Silhouette: String, CaseIterable, Sendable {
    case disc, ring, triangle, square, star, cross, heart, crescent, arrow, drop
    case flower, bowtie, lens
    case halfDisc = "half disc"
    case angle, tee, wye, zed, key, gear

    /// The pattern this outline wears more often than others.
    var habit: FillPattern {
        FillPattern.allCases[Self.allCases.firstIndex(of: self)! * 3 % FillPattern.allCases.count]
    }

    /// The signed distance of (x, y) from the outline, negative inside; exact near the outline, where coverage needs it.
    ///
    /// Source for heart and drop: I. Quilez, "2D distance functions".
    package func distance(_ x: Float, _ y: Float) -> Float {
        let ax = abs(x)
        switch self {
        case .disc: return length(x, y) - 0.85
        case .ring: return abs(length(x, y) - 0.7) - 0.2
        case .triangle: return regularPolygon(x, y, sides: 3, apothem: 0.5)
        case .square: return max(ax, abs(y)) - 0.7
        case .star: return starDistance(x, y)
        case .cross: return min(box(x, y, 0.95, 0.28), box(x, y, 0.28, 0.95))
        case .heart: return heartDistance(ax * 0.6, y * 0.6 + 0.52) / 0.6
        case .crescent: return max(length(x, y) - 0.92, 0.72 - length(x - 0.45, y))
        case .arrow:
            let head = max(0.1 - y, 0.794 * ax + 0.607 * y - 0.577)
            return min(head, box(x, y + 0.4, 0.2, 0.55))
        case .drop: return dropDistance(ax, y + 0.42)
        case .flower: return (length(x, y) - 0.68 - 0.25 * cos(5 * atan2(x, y))) * 0.7
        case .bowtie: return max(ax - 0.88, (abs(y) - 0.8 * ax - 0.08) / 1.28)
        case .lens: return max(length(x - 0.55, y), length(x + 0.55, y)) - 1.08
        case .halfDisc: return max(length(x, y + 0.4) - 0.92, -(y + 0.4))
        case .angle: return min(box(x + 0.45, y, 0.22, 0.8), box(x - 0.05, y + 0.58, 0.72, 0.22))
        case .tee: return min(box(x, y - 0.6, 0.75, 0.22), box(x, y + 0.15, 0.22, 0.75))
        case .wye: return wyeDistance(x, y)
        case .zed: return min(box(x - 0.27, y - 0.62, 0.45, 0.18), box(x + 0.27, y + 0.62, 0.45, 0.18), box(x, y, 0.18, 0.8))
        case .key:
            let bow = abs(length(x, y - 0.5) - 0.33) - 0.14
            return min(bow, box(x, y + 0.4, 0.12, 0.55), box(x - 0.25, y + 0.75, 0.25, 0.11))
        case .gear:
            let tooth = min(max(3 * cos(8 * atan2(x, y)), -1), 1)
            return max((length(x, y) - 0.78 - 0.13 * tooth) * 0.8, 0.3 - length(x, y))
        }
    }
}

private func length(_ x: Float, _ y: Float) -> Float { (x * x + y * y).squareRoot() }

/// Distance from a rectangle with the given half extents; beyond corners a lower bound, which only cuts their tips.
private func box(_ x: Float, _ y: Float, _ halfWidth: Float, _ halfHeight: Float) -> Float {
    max(abs(x) - halfWidth, abs(y) - halfHeight)
}

private func regularPolygon(_ x: Float, _ y: Float, sides: Float, apothem: Float) -> Float {
    let wedge = 2 * Float.pi / sides
    let angle = atan2(x, y)
    return cos((angle / wedge).rounded() * wedge - angle) * length(x, y) - apothem
}

/// Five points at radius 1, five notches at 0.45: the distance from the one edge of a tenth of it.
private func starDistance(_ x: Float, _ y: Float) -> Float {
    let wedge = 2 * Float.pi / 5
    let angle = atan2(x, y)
    let folded = abs(angle - (angle / wedge).rounded() * wedge)
    let radius = length(x, y)
    // From the tip (0, 1) to the notch at 36°: (0.2645, 0.3641); the normal of that edge, pointing outwards.
    return 0.9233 * radius * sin(folded) + 0.3841 * (radius * cos(folded) - 1)
}

private func heartDistance(_ x: Float, _ y: Float) -> Float {
    if y + x > 1 { return length(x - 0.25, y - 0.75) - 0.353_55 }
    let foot = 0.5 * max(x + y, 0)
    let nearest = min(length(x, y - 1), length(x - foot, y - foot))
    return x < y ? -nearest : nearest
}

/// A disc of radius 0.55 drawn out to a point at height 1.38.
private func dropDistance(_ x: Float, _ y: Float) -> Float {
    let slope: Float = 0.55 / 1.38
    let run = (1 - slope * slope).squareRoot()
    let along = -slope * x + run * y
    if along < 0 { return length(x, y) - 0.55 }
    if along > run * 1.38 { return length(x, y - 1.38) }
    return run * x + slope * y - 0.55
}

/// Three rounded arms, a third of a turn apart.
private func wyeDistance(_ x: Float, _ y: Float) -> Float {
    let wedge = 2 * Float.pi / 3
    let angle = atan2(x, y)
    let folded = angle - (angle / wedge).rounded() * wedge
    let radius = length(x, y)
    let along = min(max(radius * cos(folded), 0), 0.75)
    return length(radius * sin(folded), radius * cos(folded) - along) - 0.2
}
