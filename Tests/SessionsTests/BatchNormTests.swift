import Networks
import Parallelism
import Sessions
import Tensors
import TestSupport
import Testing

/// Batch normalisation by the statistics of each micro-batch: the same on any number of devices, and no exchange in mid-network.
@Suite(.serialized) struct BatchNormTests {
    static let network = Network("normal", input: [3, 8, 8]) {
        Conv2D(8, kernel: 3, padding: 1, bias: false, name: "conv1")
        BatchNorm(name: "bn1")
        ReLU()
        Add {
            Sequential {
                Conv2D(24, kernel: 3, stride: 2, padding: 1, bias: false, name: "conv2")
                BatchNorm(initialScale: 0.5, name: "bn2")
            }
            Sequential {
                Conv2D(24, kernel: 1, stride: 2, bias: false, name: "down")
                BatchNorm(name: "bn3")
            }
        }
        ReLU()
        Dense(24, bias: false, name: "fc1")
        BatchNorm(momentum: 0.3, name: "bn4")
        ReLU()
        Dense(5, name: "fc2")
    }

    private func harness(
        _ mode: ParallelMode, devices: Int, lanes: Int = 1, microBatches: Int = 8, batch: Int = 24, network: Network = network
    ) -> SessionHarness {
        SessionHarness(
            network: network, mode: mode, devices: devices, lanes: lanes, microBatches: microBatches, batch: batch, classes: 5,
            learningRate: 0.05)
    }

    /// Micro-batches of three and of two and three examples.
    @Test(arguments: [24, 20]) func dataModeComputesTheSameBits(batch: Int) async throws {
        let one = try await harness(.single, devices: 1, batch: batch).run(steps: 4)
        for (devices, lanes) in [(2, 1), (3, 1), (4, 1), (8, 1), (2, 2), (1, 3)] {
            let found = try await harness(.data, devices: devices, lanes: lanes, batch: batch).run(steps: 4)
            #expect(found.parameters == one.parameters && found.losses == one.losses, "\(devices) devices of \(lanes)")
        }
        let other = try await harness(.single, devices: 1, microBatches: 4, batch: batch).run(steps: 4)
        #expect(other.parameters != one.parameters, "statistics of larger micro-batches are others")
    }

    @Test(arguments: [(ParallelMode.model, 2), (.model, 4), (.hybrid, 2), (.hybrid, 4)])
    func otherModesAgree(spread: (mode: ParallelMode, devices: Int)) async throws {
        let one = try await harness(.single, devices: 1).run(steps: 4)
        let begun = await InitialParameters.values(
            of: try Self.network.graph(batchSize: 24, purpose: .training), seed: harness(.single, devices: 1).seed)
        let found = try await harness(spread.mode, devices: spread.devices).run(steps: 4)
        let agreement = Agreement(steps: 4, batchSize: 24, nearTies: 0)
        for index in one.names.indices {
            let change = zip(one.parameters[index].values, begun[index].values).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
            Tolerance(agreement.shareOfChange * Double(change), relative: agreement.rounding).expect(
                found.parameters[index].values, one.parameters[index].values, "\(spread): \(one.names[index])")
        }
    }

    /// Steps are counted, also where the shares of the micro-batches do not add up to one exactly; statistics move.
    @Test(arguments: [(ParallelMode.single, 1), (.data, 3), (.model, 2)])
    func statisticsAreKept(spread: (mode: ParallelMode, devices: Int)) async throws {
        let run = try await harness(spread.mode, devices: spread.devices, microBatches: 7, batch: 23).run(steps: 5)
        for index in run.names.indices where run.names[index].hasSuffix("num_batches_tracked") {
            #expect(run.parameters[index].values == [5])
        }
        for index in run.names.indices where run.names[index].hasSuffix("running_mean") {
            #expect(run.parameters[index].values.contains { abs($0) > 0.01 })
        }
    }

    /// Normalisation divided by channels needs nothing of other devices: as many exchanges and bytes as without it, but for the updates.
    @Test func modelModeExchangesNothingForIt() throws {
        func exchanges(_ layers: @escaping () -> [any Layer]) throws -> [String] {
            let network = Network("exchanges", input: [4, 6, 6]) {
                Conv2D(8, kernel: 3, padding: 1, name: "conv1")
                Sequential { for layer in layers() { layer } }
                ReLU()
                Dense(6, name: "fc")
            }
            let training = try TrainingGraph(
                of: network.graph(batchSize: 8, purpose: .training).fusingNormalizations())
            let placed = try Partitioner.place(training, strategy: ParallelMode.model, devices: 2)
            return Program(of: placed, worker: 0).instructions.compactMap {
                if case .exchange(let kind) = $0.kind { "\(kind) \($0.received.bytes)" } else { nil }
            }
        }
        let without = try exchanges { [] }
        #expect(!without.isEmpty)
        #expect(try exchanges { [BatchNorm(name: "bn")] } == without)
    }

    /// Frozen statistics are those that the network was given, and stay.
    @Test func frozenStatisticsStay() async throws {
        let frozen = Self.network.normalizing(by: .frozen)
        let run = try await harness(.data, devices: 2, network: frozen).run(steps: 3)
        for index in run.names.indices {
            if run.names[index].hasSuffix("running_var") { #expect(run.parameters[index].values.allSatisfy { $0 == 1 }) }
            if run.names[index].hasSuffix("running_mean") { #expect(run.parameters[index].values.allSatisfy { $0 == 0 }) }
        }
    }

    /// A micro-batch of one value: an error that names the layer and the remedy.
    @Test func oneValueInAMicroBatchIsAnError() async throws {
        let error = try await #require(throws: (any Error).self) {
            _ = try await harness(.data, devices: 2, microBatches: 24).run(steps: 1)
        }
        #expect("\(error)".contains("bn4") && "\(error)".contains("take fewer micro-batches"))
    }
}
