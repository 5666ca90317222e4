import Configuration
import Sessions
import Tensors
import Training

/// Where an error is to be made: in which case, and once its exchanges are known, in which of them.
struct PlannedInjection {
    let test: VerificationCase
    private let request: VerificationRequest.Injection
    private let steps: Int
    private let random: RandomSource

    /// Chooses a case among those whose devices exchange anything.
    ///
    /// - Parameter layers: the layers that are exchanged in each case.
    /// Throws `ConfigurationError.contradiction` where what is asked for does not exist, with what does.
    init(
        _ request: VerificationRequest.Injection, steps: Int, seed: UInt64, layers: [(test: VerificationCase, layers: [String])]
    ) throws(ConfigurationError) {
        self.request = request
        self.steps = steps
        random = RandomSource(seed: seed, purpose: .synthesis, stream: 8)
        let exchanging = layers.filter { !$0.layers.isEmpty }
        guard !exchanging.isEmpty else {
            throw .contradiction(
                "there is no exchange to make an error in; give --devices 2 or more, with a mode that can use them")
        }
        switch request {
        case .anywhere:
            test = exchanging[random.integer(index: 0, below: exchanging.count)].test
        case .at(_, let device, let layer):
            guard let found = exchanging.first(where: { device < $0.test.devices && $0.layers.contains(layer) }) else {
                let known = exchanging.map {
                    "\($0.test): devices 0 to \($0.test.devices - 1), layers \($0.layers.joined(separator: ", "))"
                }
                throw .contradiction(
                    "there is no exchange of layer \(layer) on device \(device); there are, in "
                        + known.joined(separator: "; in "))
            }
            test = found.test
        }
    }

    /// Chooses an exchange, a step and an element.
    func fault(among sites: [ExchangeSite]) throws(ConfigurationError) -> ExchangeFault {
        let step: Int
        let sites = sites.filter(\.isExchange)
        var candidates = sites
        switch request {
        case .anywhere:
            step = random.integer(index: 1, below: steps)
        case .at(let wanted, let device, let layer):
            step = wanted - 1
            candidates = sites.filter { $0.device == device && $0.layer == layer }
        }
        guard !candidates.isEmpty else {
            let known = Set(sites.map { "\($0.device):\($0.layer)" }).sorted().joined(separator: ", ")
            throw .contradiction("there is no such exchange in \(test); there are, as DEVICE:LAYER, \(known)")
        }
        let site = candidates[random.integer(index: 2, below: candidates.count)]
        return ExchangeFault(step: step, site: site, element: UInt64(random.word(index: 3)))
    }
}
