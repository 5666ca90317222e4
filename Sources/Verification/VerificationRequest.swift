public import Configuration
import Parallelism
import Training

/// What is to be verified: settings, and the modes, numbers of devices and of cores that are held to one device.
public struct VerificationRequest: Sendable {
    /// An error that is to be made, so that it can be seen to be found.
    public enum Injection: Sendable, Hashable {
        /// Anywhere, by the seed.
        case anywhere
        /// After step `step`, counted from 1, on a device, in an exchange of a layer.
        case at(step: Int, device: Int, layer: String)
    }

    /// The network, its data and how it learns. Mode and devices are those of the cases.
    public let settings: TrainingConfiguration
    public let cases: [VerificationCase]
    public let steps: Int
    public let injection: Injection?

    /// Steps taken unless told otherwise: enough that state carried from step to step counts.
    public static let defaultSteps = 5
    /// Into how many micro-batches the batch is cut unless told otherwise.
    public static let defaultMicroBatches = 8
    /// What a network's own learning rate is divided by unless a rate is given: at that rate itself five steps of a deep network carry
    /// the differences of rounding, which tell nothing, into most of what changes.
    public static let rateDivisor = 10.0

    /// Every mode with every number of devices and of cores per device.
    ///
    /// - Parameters:
    ///   - modes, devices, coresPerDevice: values with commas between them.
    ///   - injection: empty for anywhere, or `step:device:layer`.
    ///
    /// Throws `ConfigurationError.setting` with the flag and the value that is none.
    public init(
        _ settings: TrainingConfiguration, modes: String, devices: String, coresPerDevice: String, injection: String? = nil
    ) throws(ConfigurationError) {
        let modes = try Self.values(of: "mode", in: modes, flag: "--modes") { $0.mode }
        let devices = try Self.values(of: "devices", in: devices, flag: "--devices") { $0.devices ?? 1 }
        let cores = try Self.values(of: "cores-per-device", in: coresPerDevice, flag: "--cores-per-device") { $0.coresPerDevice }
        cases = modes.flatMap { mode in
            devices.flatMap { devices in
                cores.map { VerificationCase(mode: mode, devices: devices, coresPerDevice: $0) }
            }
        }
        switch settings.duration {
        case .epochs:
            throw .contradiction("verify takes a few steps, not epochs; give --steps instead of --epochs")
        case .steps(let given):
            guard NumberBounds.verifiedSteps.range.contains(given) else {
                throw .setting(place: "--steps", value: "\(given)", expectation: NumberBounds.verifiedSteps.expectation)
            }
            steps = given
        case nil: steps = Self.defaultSteps
        }
        let steps = steps
        var settings = settings
        (settings.mode, settings.devices, settings.coresPerDevice) = (.data, 1, 1)
        settings.duration = .steps(steps)
        settings.learningRate = settings.learningRate ?? ModelRecipe(model: settings.model).learningRate / Self.rateDivisor
        settings.evaluateEvery = 0
        self.settings = settings
        self.injection = try injection.map { text throws(ConfigurationError) in try Self.injection(text, steps: steps) }
    }

    /// The values of a list, each read as the setting of that name is.
    private static func values<Value: Equatable>(
        of setting: String, in list: String, flag: String, _ value: (TrainingConfiguration) -> Value
    ) throws(ConfigurationError) -> [Value] {
        var found: [Value] = []
        for item in list.split(separator: ",", omittingEmptySubsequences: false) {
            var configuration = TrainingConfiguration()
            try configuration.apply([
                GivenSetting(name: setting, value: String(item.filter { $0 != " " }), place: flag)
            ])
            let next = value(configuration)
            if !found.contains(next) { found.append(next) }
        }
        return found
    }

    private static func injection(_ text: String, steps: Int) throws(ConfigurationError) -> Injection {
        guard !text.isEmpty else { return .anywhere }
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let step = Int(parts[0]), (1...steps).contains(step), let device = Int(parts[1]), device >= 0,
            !parts[2].isEmpty
        else {
            throw .setting(
                place: "--inject-error-at", value: text,
                expectation: "STEP:DEVICE:LAYER, such as 2:1:conv2, with a step from 1 to \(steps)")
        }
        return .at(step: step, device: device, layer: parts[2])
    }
}
