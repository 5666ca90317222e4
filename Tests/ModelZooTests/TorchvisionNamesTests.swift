import ModelZoo
import Networks
import Testing

/// Parameters are called as in `state_dict()` of torchvision's network, in its order, so that its files are read as they are.
@Suite struct TorchvisionNamesTests {
    private func names(_ network: String) throws -> [String] {
        try ModelZoo.network(named: network).graph(batchSize: 1, purpose: .inference).parameters.filter(\.isTrainable).map(\.name)
    }

    @Test(
        arguments: [
            ("vgg11", [0, 3, 6, 8, 11, 13, 16, 18]), ("vgg13", [0, 2, 5, 7, 10, 12, 15, 17, 20, 22]),
            ("vgg16", [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28]),
            ("vgg19", [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34]),
        ])
    func vgg(name: String, convolutions: [Int]) throws {
        let layers = convolutions.map { "features.\($0)" } + [0, 3, 6].map { "classifier.\($0)" }
        #expect(try names(name) == layers.flatMap { ["\($0).weight", "\($0).bias"] })
    }
}
