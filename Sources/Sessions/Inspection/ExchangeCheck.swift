import KernelChoices
import Layouts

/// Does an exchange again, in plain code that shares nothing with its kernel but, in an update, the rule that is applied.
protocol ExchangeCheck: AnyObject {
    /// The runs of memory that the exchange writes.
    var results: [ExchangeResult] { get }
    /// Bytes that a check compares.
    var byteCount: Int { get }

    /// Called before the exchange: keeps what it will overwrite.
    func prepare()
    /// Called right after it: calls `report` for each element that is wrong, by its place in the results one after the other.
    func compare(_ step: StepArguments, report: (ExchangeError) -> Void)
}

/// A wrong element: the number of the result, the element in it, and the two values.
struct ExchangeError {
    let result: Int
    let element: Int
    var isState = false
    let expected: Float
    let found: Float
}

/// A run of memory that an exchange writes, and which elements of the whole tensor lie there.
struct ExchangeResult {
    let address: UnsafeMutablePointer<Float>
    let count: Int
    /// How the worker's block of the tensor lies in memory.
    let layout: Layout
    /// Elements from the block's beginning to the run's.
    let offset: Int
    /// The global index of the block's first element.
    let origin: [Int]

    /// Whether there is anything but padding.
    var holdsElements: Bool { (0..<count).contains { index(of: $0) != nil } }

    /// The index in the whole tensor; nil for padding.
    func index(of element: Int) -> [Int]? {
        layout.index(ofElement: offset + element).map { zip($0, origin).map(+) }
    }
}

/// Equal bits; any two that are not a number count as the same.
func isSame(_ a: Float, _ b: Float) -> Bool {
    a.bitPattern == b.bitPattern || a.isNaN && b.isNaN
}
