/// A name of layers as somebody writes it: a layer, a scope with all layers in it, or either with stars that stand for any characters.
package struct LayerPattern: Sendable, Hashable {
    package let text: String

    package init(_ text: String) { self.text = text }

    /// Whether the layer is one of them. Cost: the product of both lengths, at most.
    package func matches(_ layer: String) -> Bool {
        var scope = Substring(layer)
        while true {
            if Self.matches(Array(scope.utf8), Array(text.utf8)) { return true }
            guard let dot = scope.lastIndex(of: ".") else { return false }
            scope = scope[..<dot]
        }
    }

    /// With the star that was met last taking as few characters as it can, and one more wherever that leads nowhere.
    private static func matches(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
        let star = UInt8(ascii: "*")
        var (place, next) = (0, 0)
        var last: (star: Int, place: Int)?
        while place < name.count {
            if next < pattern.count, pattern[next] == star {
                last = (next, place)
                next += 1
            } else if next < pattern.count, pattern[next] == name[place] {
                (place, next) = (place + 1, next + 1)
            } else if let (star, taken) = last {
                last = (star, taken + 1)
                (place, next) = (taken + 1, star + 1)
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == star }
    }
}
