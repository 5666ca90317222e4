import Measurement

/// A drawing, mark by mark. Lengths are pixels, y grows downwards.
struct SVG {
    let width: Double
    let height: Double
    private var marks: [String] = []

    init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    /// How a line is drawn.
    struct Stroke {
        var colour: String
        var width = 1.0
        var dashes = ""
    }

    enum Anchor: String {
        case start, middle, end
    }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ stroke: Stroke) {
        marks.append(
            "<line x1=\"\(x1.fixed(1))\" y1=\"\(y1.fixed(1))\" x2=\"\(x2.fixed(1))\" y2=\"\(y2.fixed(1))\" \(attributes(stroke))/>"
        )
    }

    mutating func path(_ points: [(x: Double, y: Double)], _ stroke: Stroke) {
        let places = points.map { "\($0.x.fixed(1)),\($0.y.fixed(1))" }.joined(separator: " ")
        marks.append("<polyline points=\"\(places)\" fill=\"none\" \(attributes(stroke))/>")
    }

    mutating func dot(_ x: Double, _ y: Double, radius: Double, colour: String) {
        marks.append("<circle cx=\"\(x.fixed(1))\" cy=\"\(y.fixed(1))\" r=\"\(radius.fixed(1))\" fill=\"\(colour)\"/>")
    }

    mutating func text(
        _ words: String, _ x: Double, _ y: Double, size: Double = 12, anchor: Anchor = .start, isBold: Bool = false,
        isUpright: Bool = false
    ) {
        let turn = isUpright ? " transform=\"rotate(-90 \(x.fixed(1)) \(y.fixed(1)))\"" : ""
        let weight = isBold ? " font-weight=\"bold\"" : ""
        marks.append(
            "<text x=\"\(x.fixed(1))\" y=\"\(y.fixed(1))\" font-size=\"\(size.fixed(0))\" text-anchor=\"\(anchor.rawValue)\"\(weight)\(turn)>"
                + "\(Self.escaped(words))</text>")
    }

    private func attributes(_ stroke: Stroke) -> String {
        let dashes = stroke.dashes.isEmpty ? "" : " stroke-dasharray=\"\(stroke.dashes)\""
        return "stroke=\"\(stroke.colour)\" stroke-width=\"\(stroke.width.fixed(1))\"\(dashes)"
    }

    private static func escaped(_ words: String) -> String {
        words.reduce(into: "") { text, character in
            switch character {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            default: text.append(character)
            }
        }
    }
}

extension SVG: CustomStringConvertible {
    var description: String {
        let (width, height) = (width.fixed(0), height.fixed(0))
        let open =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\""
            + " font-family=\"Helvetica, Arial, sans-serif\" fill=\"#222\">"
        let unbound = "<rect width=\"\(width)\" height=\"\(height)\" fill=\"white\"/>"
        return ([open, unbound] + marks + ["</svg>"]).joined(separator: "\n") + "\n"
    }
}
