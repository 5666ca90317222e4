extension TrainingConfiguration {
    /// The names of all settings, in kebab case, in the order in which they are shown.
    public static var settingNames: [String] { Setting.all.map(\.name) }

    /// Takes over settings given as flags, over what was there before.
    ///
    /// Throws `TrainingError` where a value is not possible, or where epochs and steps are both given.
    public mutating func apply(flags: [(name: String, value: String)]) throws(TrainingError) {
        try apply(GivenSetting.flags(flags))
    }

    /// Takes over settings in their order. Throws `TrainingError.setting` where a value is not possible.
    public mutating func apply(_ given: [GivenSetting]) throws(TrainingError) {
        for given in given {
            guard let setting = Setting.named(given.name) else { preconditionFailure("there is no setting \(given.name)") }
            guard setting.read(given.value, &self) else {
                throw .setting(place: given.place, value: given.value, expectation: setting.expectation)
            }
        }
    }

    static func refuseTwoDurations(_ names: [String], place: String) throws(TrainingError) {
        guard names.contains("epochs") && names.contains("steps") else { return }
        throw .contradiction("\(place)epochs and steps are both given; give one of them, as one decides the other")
    }
}
