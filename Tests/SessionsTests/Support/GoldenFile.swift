import Foundation
import ModelZoo
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
        /// After all steps, by the running statistics.
        let scoresAfter: GoldenTensor?

        var description: String { "\(form) form, biases \(decaysBiases ? "decay" : "do not decay")" }
    }

    struct FirstStep: Decodable {
        let input: [Float]
        let labels: [Int32]
        let parameters: [[Float]]
    }

    /// What the program calls it.
    let network: String
    /// [C, H, W]
    let input: [Int]
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
    /// What the running statistics are called. Where they are named, parameters and states are matched by name and not by order.
    let stateNames: [String]?
    /// Whether auxiliary heads take part.
    let hasHeads: Bool?

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

    /// The network that ships, at the file's input.
    func shippedNetwork() throws -> Network {
        let shipped = try ModelZoo.network(named: network, classes: classes)
        return shipped.inputShape == Shape(input) && hasHeads != false
            ? shipped : shipped.taking(Shape(input), withHeads: hasHeads != false)
    }

    /// Where each of the file's parameters stands among the network's; nil where the two are not the same parameters.
    func places(in own: [Networks.Parameter]) -> [Int]? {
        let trained = own.indices.filter { own[$0].isTrainable }
        guard trained.count == parameters.count else { return nil }
        return stateNames == nil ? trained : Self.places(of: parameters.map(\.name), in: own)
    }

    /// Where each of the file's running statistics stands among the network's parameters; nil where the two do not have the same.
    func statePlaces(in own: [Networks.Parameter]) -> [Int]? {
        let states = own.indices.filter { own[$0].kind == .state && !own[$0].name.hasSuffix("num_batches_tracked") }
        guard states.count == rules.first?.states?.count ?? 0 else { return nil }
        return stateNames.map { Self.places(of: $0, in: own) } ?? states
    }

    private static func places(of names: [String], in own: [Networks.Parameter]) -> [Int]? {
        let places = names.compactMap { name in own.firstIndex { $0.name == name } }
        return places.count == names.count ? places : nil
    }

    /// The first values of what learns, as `notes` in the file has them; of the rest as the network has them.
    ///
    /// - Parameter places: of the file's parameters among the network's.
    func initialValues(_ own: [Networks.Parameter], at places: [Int]) async -> [HostTensor] {
        let streams = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1, $0) })
        var tensors: [HostTensor] = []
        for (number, parameter) in own.enumerated() {
            guard let stream = streams[number] else {
                tensors.append(await InitialParameters.values(of: parameter, number: number, seed: seed))
                continue
            }
            let drawn = parameters[stream]
            var parameter = parameter
            parameter.initializer = .normal(standardDeviation: drawn.standardDeviation)
            var tensor = await InitialParameters.values(of: parameter, number: stream, seed: seed)
            if let mean = drawn.mean, mean != 0 { for index in tensor.values.indices { tensor.values[index] += mean } }
            tensors.append(tensor)
        }
        return tensors
    }
}
