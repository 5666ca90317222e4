extension TrainingConfiguration {
    /// The names of all settings, in kebab case, in the order in which they are shown.
    public static var settingNames: [String] { Setting.all.map(\.name) }

    /// Takes over settings given as flags, over what was there before.
    ///
    /// Throws `TrainingError` where a value is not possible, or where epochs and steps are both given.
    public mutating func apply(flags: [(name: String, value: String)]) throws(TrainingError) {
        try Self.refuseTwoDurations(flags.map(\.name), place: "")
        for (name, value) in flags {
            try set(name, to: value, place: "--\(name)")
        }
    }

    /// Sets one value, of whose origin `place` tells.
    mutating func set(_ name: String, to text: String, place: String) throws(TrainingError) {
        guard let setting = Setting.named(name) else { preconditionFailure("there is no setting \(name)") }
        guard setting.read(text, &self) else {
            throw .setting(place: place, value: text, expectation: setting.expectation)
        }
    }

    static func refuseTwoDurations(_ names: [String], place: String) throws(TrainingError) {
        guard names.contains("epochs") && names.contains("steps") else { return }
        throw .contradiction("\(place)epochs and steps are both given; give one of them, as one decides the other")
    }
}
