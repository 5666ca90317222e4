import Networks
import Tensors

extension ModelZoo {
    static let highwayEntries = [(10, "85,660"), (20, "136,660"), (50, "289,660"), (100, "544,660")].map { depth, parameters in
        Entry(
            name: "highway-\(depth)", summary: "highway network, \(depth) dense layers; 1 × 28 × 28; \(parameters) parameters",
            defaultClasses: 10, make: { highwayNetwork(depth: depth, classes: $0) })
    }

    /// A highway network of dense layers as the paper trains them on digits: a plain layer, `depth` − 1 of highway with 50 units, the scores.
    /// Input [1, 28, 28].
    ///
    /// A gate's bias starts at −2, so that at first a layer hands on what it is given. The paper finds the function of the units and that
    /// bias, between −1 and −10, by search; here they are tanh and −2.
    ///
    /// Source: R. K. Srivastava, K. Greff, J. Schmidhuber, "Highway Networks", arXiv:1505.00387, sections 2 and 3.1.
    static func highwayNetwork(depth: Int, classes: Int) -> Network {
        Network("highway-\(depth)", input: [1, 28, 28], source: "Srivastava et al., arXiv:1505.00387") {
            Dense(50, name: "layer1")
            Tanh()
            for number in 2...depth {
                Highway("layer\(number)") {
                    Dense(50, name: "transform")
                    Tanh()
                } gate: {
                    Dense(50, biasInitializer: .constant(-2), name: "gate")
                    Sigmoid()
                }
            }
            Dense(classes, name: "scores")
        }
    }
}
