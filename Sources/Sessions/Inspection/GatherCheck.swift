import KernelChoices

/// Compares the slices of a parameter that a device took over with where they came from.
final class GatherCheck: ExchangeCheck {
    let results: [ExchangeResult]
    private let sources: [UnsafePointer<Float>]

    init(results: [ExchangeResult], sources: [UnsafePointer<Float>]) {
        self.results = results
        self.sources = sources
    }

    var byteCount: Int { results.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride }

    func prepare() {}

    func compare(_ step: StepArguments, report: (ExchangeError) -> Void) {
        for (number, (result, source)) in zip(results, sources).enumerated() {
            for element in 0..<result.count where !isSame(source[element], result.address[element]) {
                report(
                    ExchangeError(
                        result: number, element: element, expected: source[element], found: result.address[element]))
            }
        }
    }
}
