import Foundation
import Networks
import Sessions
import Tensors

/// What PyTorch computed for a network: see Golden/README.md.
struct GoldenFile: Decodable {
    struct Parameter: Decodable {
        let name: String
        let shape: [Int]
        let standardDeviation: Float
        /// Of the first values; 0 where it is not said.
        let mean: Float?
        /// What the files of a published program call it, where one is in use.
        let publishedName: String?
        let gradient: GoldenTensor
    }

    struct Scores: Decodable {
        let shape: [Int]
        let values: GoldenTensor
    }

    /// A run by one rule of updating.
    struct Rule: Decodable, CustomStringConvertible {
        let form: String
        let decaysBiases: Bool
        let momentum: Float
        let weightDecay: Float
        let losses: [Double]
        let lossesNoise: Double
        /// Of each parameter, by all steps.
        let changes: [GoldenTensor]
        /// Running means and variances after all steps; none in files that are older than normalisation.
        let states: [GoldenTensor]?

        var description: String { "\(form) form, biases \(decaysBiases ? "decay" : "do not decay")" }
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
    /// Of each step.
    let learningRates: [Float]
    /// How many times its noise a number may be from the stored one.
    let noiseFactor: Double
    let scores: Scores
    let parameters: [Parameter]
    let rules: [Rule]
    let firstStep: FirstStep

    /// - Returns: the file, and the signed sums of its tensors.
    static func named(_ name: String) throws -> (file: GoldenFile, sums: [Float]) {
        let folder = Bundle.module.resourceURL?.appendingPathComponent("Golden") ?? URL(fileURLWithPath: "Golden")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let file = try decoder.decode(
            GoldenFile.self, from: try Data(contentsOf: folder.appendingPathComponent("\(name).json")))
        let data = try Data(contentsOf: folder.appendingPathComponent("\(name).bin"))
        let sums = stride(from: 0, to: data.count, by: 4).map { start in
            Float(bitPattern: data[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
        }
        return (file, sums)
    }

    /// The first values of what learns, as `notes` in the file has them; of the rest as the network has them.
    func initialValues(_ own: [Networks.Parameter]) async -> [HostTensor] {
        var tensors: [HostTensor] = []
        var given = parameters.enumerated().makeIterator()
        for (number, parameter) in own.enumerated() {
            guard parameter.isTrainable, let (stream, drawn) = given.next() else {
                tensors.append(await InitialParameters.values(of: parameter, number: number, seed: seed))
                continue
            }
            var parameter = parameter
            parameter.initializer = .normal(standardDeviation: drawn.standardDeviation)
            var tensor = await InitialParameters.values(of: parameter, number: stream, seed: seed)
            if let mean = drawn.mean, mean != 0 { for index in tensor.values.indices { tensor.values[index] += mean } }
            tensors.append(tensor)
        }
        return tensors
    }
}
