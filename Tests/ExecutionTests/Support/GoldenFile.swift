import Foundation
import Networks
import Tensors

/// What PyTorch computed for a network: see Golden/README.md.
struct GoldenFile: Decodable {
    /// Where a tensor's stored elements lie, and PyTorch's own distance from itself in double precision.
    struct Stored: Decodable {
        let offset: Int
        let count: Int
        let stride: Int
        let largest: Double
        let float32Difference: Double
    }

    struct Parameter: Decodable {
        let name: String
        let shape: [Int]
        let standardDeviation: Float
        let gradient: Stored
    }

    struct FirstStep: Decodable {
        let input: [Float]
        let labels: [Int32]
        let parameters: [[Float]]
    }

    let network: String
    let batch: Int
    let classes: Int
    let seed: UInt64
    let steps: Int
    let learningRate: Float
    let momentum: Float
    let weightDecay: Float
    let losses: [Double]
    let lossesFloat64: [Double]
    let parameters: [Parameter]
    let firstStep: FirstStep

    static func named(_ name: String) throws -> (file: GoldenFile, samples: [Float]) {
        let folder = Bundle.module.resourceURL?.appendingPathComponent("Golden") ?? URL(fileURLWithPath: "Golden")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let file = try decoder.decode(
            GoldenFile.self, from: try Data(contentsOf: folder.appendingPathComponent("\(name).json")))
        let data = try Data(contentsOf: folder.appendingPathComponent("\(name).bin"))
        let samples = stride(from: 0, to: data.count, by: 4).map { start in
            Float(bitPattern: data[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
        }
        return (file, samples)
    }

    /// Parameter p's first values, as `notes` in the file has them; constants as the network has them.
    func initialValues(_ own: [Networks.Parameter]) -> [HostTensor] {
        own.enumerated().map { stream, parameter in
            var tensor = HostTensor(zeros: parameter.shape)
            let initializer =
                parameter.isTrainable ? .normal(standardDeviation: parameters[stream].standardDeviation) : parameter.initializer
            tensor.values.withUnsafeMutableBufferPointer {
                initializer.fill(seed: seed, stream: stream, range: 0..<parameter.shape.elementCount, into: $0)
            }
            return tensor
        }
    }
}
