package import JSONText

extension JSONString {
    /// Reads what `array` writes; nil for anything else, and for more than `limit` texts.
    package static func texts(ofArray json: String, atMost limit: Int) -> [String]? {
        var scanner = HeaderScanner(Array(json.utf8), path: "")
        guard let texts = try? scanner.texts(atMost: limit) else { return nil }
        scanner.skipSpace()
        return scanner.isAtEnd ? texts : nil
    }
}
