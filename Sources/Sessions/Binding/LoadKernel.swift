import Networks
import Parallelism
import Planning
import Tensors

/// Where the parts of the host's batch lie, each whole and row-major, in the order of the graph's inputs. They stay until the step is over.
struct BatchAddress: Sendable {
    let inputs: [UInt]

    /// Of a command that needs no batch.
    static let none = BatchAddress(inputs: [])

    func words(ofInput number: Int) -> UnsafePointer<UInt32>? {
        number < inputs.count ? UnsafePointer(bitPattern: inputs[number]) : nil
    }
}

/// Copies a worker's block of a part of the batch into its memory: its examples, and where they are divided so, its channels.
final class LoadKernel {
    private let input: Int
    private let runs: [ExchangeBlock.Run]
    /// Whole numbers are as wide as others.
    private let destination: UnsafeMutablePointer<UInt32>

    init(_ part: InputPart, destination: UnsafeMutableRawPointer) {
        input = part.input
        self.destination = destination.assumingMemoryBound(to: UInt32.self)
        runs = part.block.runs(in: part.whole)
    }

    func run(_ batch: BatchAddress) {
        guard let batch = batch.words(ofInput: input) else { return }
        for run in runs {
            for row in 0..<run.rows {
                (destination + run.offset + row * run.stride).update(
                    from: batch + run.otherOffset + row * run.otherStride, count: run.length)
            }
        }
    }
}

/// A worker's block of a part of the batch.
struct InputPart {
    /// Its place among the graph's inputs.
    let input: Int
    let block: ExchangeBlock
    /// All of it, as the host has it.
    let whole: ExchangeBlock
}

extension PlacedGraph {
    /// What a worker loads by an instruction.
    func input(_ id: PlacedID, worker: Int, _ instruction: Instruction) -> InputPart {
        guard case .input(let input) = graph.value(self[id].value).source else {
            preconditionFailure("\(self[id].name) is no part of the batch")
        }
        return InputPart(
            input: input,
            block: ExchangeBlock(ranges: ranges(of: id, worker: worker, microStep: instruction.microStep ?? 0)),
            whole: ExchangeBlock(ranges: self[id].type.shape.dimensions.map { 0..<$0 }))
    }
}
