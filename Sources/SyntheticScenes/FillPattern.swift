#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How an object's inside is painted with its two colours.
package enum FillPattern: String, CaseIterable, Sendable {
    case plain, striped, checked, dotted, ringed, gridded, wavy, pinwheel, shaded, scaly

    /// The share of the second colour at (x, y), in the object's own coordinates: it turns and grows with the object.
    func share(_ x: Float, _ y: Float) -> Float {
        // Two and a half periods across an object: enough to be seen as a pattern, few enough for twenty pixels.
        let period: Float = 7.5
        switch self {
        case .plain: return 0
        case .striped: return edge(sin(period * 1.3 * x))
        case .checked: return edge(sin(period * x) * sin(period * y) * 2)
        case .dotted: return edge((cos(period * x) + cos(period * y) - 0.7) * 1.5)
        case .ringed: return edge(sin(period * 1.4 * (x * x + y * y).squareRoot()))
        case .gridded: return edge((max(cos(period * x), cos(period * y)) - 0.65) * 2)
        case .wavy: return edge(sin(period * 1.3 * (x + 0.16 * sin(7 * y))))
        case .pinwheel: return edge(sin(6 * atan2(x, y)) * 2)
        case .shaded: return min(max(0.5 + 0.6 * y, 0), 1)
        case .scaly: return edge((abs(sin(period * 0.7 * x)) - y * 2 + (y * 2).rounded() - 0.5) * 1.5)
        }
    }

    private func edge(_ wave: Float) -> Float { min(max(0.5 + 1.5 * wave, 0), 1) }
}
