/// A setting as someone gave it.
public struct GivenSetting: Sendable, Hashable {
    /// In kebab case.
    public let name: String
    public let value: String
    /// Where it stands, as messages have it before the value: `--seed`, or `run.yaml, line 3: seed:`.
    public let place: String

    package init(name: String, value: String, place: String) {
        self.name = name
        self.value = value
        self.place = place
    }

    /// A flag of the command line.
    public init(flag name: String, _ value: String) {
        self.init(name: name, value: value, place: "--\(name)")
    }

    /// Flags of the command line. Throws `ConfigurationError.contradiction` where epochs and steps are both among them.
    public static func flags(_ flags: [(name: String, value: String)]) throws(ConfigurationError) -> [GivenSetting] {
        try TrainingConfiguration.refuseTwoDurations(flags.map(\.name), place: "")
        return flags.map { GivenSetting(flag: $0.name, $0.value) }
    }
}
