import Networks
import Tensors
import Testing

/// Networks of sizes beyond what can be counted are refused, not computed with.
@Suite struct ExtremeSizesTests {
    private static let extremes = [0, -1, 1, 1 << 20, 1 << 44, .max, .min]

    @Test(arguments: extremes)
    func aLayersSizeIsTakenOrRefused(size: Int) {
        let networks = [
            Network("n", input: [3, 8, 8]) { Dense(size) },
            Network("n", input: [3, 8, 8]) {
                Dense(size)
                Dense(size)
            },
            Network("n", input: [3, 8, 8]) { Conv2D(size, kernel: 3) },
            Network("n", input: [3, 8, 8]) { Conv2D(4, kernel: size) },
            Network("n", input: [3, 8, 8]) { Conv2D(4, kernel: 3, stride: size) },
            Network("n", input: [3, 8, 8]) { Conv2D(4, kernel: 3, padding: size) },
            Network("n", input: [3, 8, 8]) { Conv2D(4, kernel: 3, dilation: size) },
            Network("n", input: [3, 8, 8]) { MaxPool2D(2, stride: size) },
            Network("n", input: [3, max(0, size), max(0, size)]) { Conv2D(4, kernel: 3) },
        ]
        for network in networks {
            for batch in Self.extremes {
                do {
                    let graph = try network.graph(batchSize: batch, purpose: .inference)
                    #expect(NetworkSummary(of: graph).forwardOperations >= 0)
                } catch {
                    #expect("\(error)".count > 15)
                }
            }
        }
    }

    @Test func theNetworkIsToldWhatIsTooLarge() {
        let network = Network("n", input: [3, 8, 8]) { Dense(.max, name: "head") }
        #expect {
            _ = try network.graph(batchSize: 1, purpose: .training)
        } throws: {
            "\($0)".contains("layer head") && "\($0)".contains("fewer classes")
        }
    }
}
