import ArgumentParser

/// Several values in one argument, by commas.
struct Listed<Value: ExpressibleByArgument & Sendable>: ExpressibleByArgument, Sendable {
    let values: [Value]

    init(_ values: [Value]) { self.values = values }

    init?(argument: String) {
        let parsed = argument.split(separator: ",").map { Value(argument: String($0)) }
        let values = parsed.compactMap { $0 }
        guard !values.isEmpty, values.count == parsed.count else { return nil }
        self.values = values
    }

    var defaultValueDescription: String { values.map(\.defaultValueDescription).joined(separator: ",") }
}
