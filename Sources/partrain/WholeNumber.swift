import ArgumentParser
import Configuration

/// Whole numbers of options that are no settings: read within bounds, which the message names.
enum WholeNumber {
    static func reader(_ bounds: NumberBounds) -> @Sendable (String) throws -> Int {
        { text in
            guard let number = bounds.number(text) else { throw ValidationError("give \(bounds.expectation)") }
            return number
        }
    }
}
