import JSONText

extension TrainingConfiguration {
    /// The names of all settings, in kebab case, in the order in which they are shown.
    public static var settingNames: [String] { Setting.all.map(\.name) }

    /// Of these, those that decide what is learnt, so that a run keeps them to its end.
    package static var learningSettingNames: [String] { Setting.all.filter { $0.role == .learning }.map(\.name) }

    /// Takes over settings given as flags, over what was there before.
    ///
    /// Throws `ConfigurationError` where a value is not possible, or where epochs and steps are both given.
    public mutating func apply(flags: [(name: String, value: String)]) throws(ConfigurationError) {
        try apply(GivenSetting.flags(flags))
    }

    /// Takes over settings in their order. Throws `ConfigurationError.setting` where a value is not possible.
    public mutating func apply(_ given: [GivenSetting]) throws(ConfigurationError) {
        for given in given {
            guard let setting = Setting.named(given.name) else { preconditionFailure("there is no setting \(given.name)") }
            let value = try setting.form.kind == .path ? HomeFolder.expanded(given) : given.value
            guard setting.form.read(value, &self) else {
                throw .setting(place: given.place, value: given.value, expectation: setting.form.expectation)
            }
        }
    }

    /// Throws `ConfigurationError.setting` where a number is one that no flag could give: it was set by a program.
    func checkNumbers() throws(ConfigurationError) {
        for setting in Setting.all {
            guard let text = setting.form.write(self).flatMap(Self.text(ofNumber:)) else { continue }
            var copy = self
            guard setting.form.read(text, &copy) else {
                throw .setting(place: "--\(setting.name)", value: text, expectation: setting.form.expectation)
            }
        }
    }

    /// A number, or a list of them, as a flag has it; nil for other values.
    private static func text(ofNumber value: JSONValue) -> String? {
        switch value {
        case .integer(let number): "\(number)"
        case .natural(let number): "\(number)"
        case .number(let number): "\(number)"
        case .array(let values):
            values.contains { text(ofNumber: $0) == nil } ? nil : values.compactMap(text(ofNumber:)).joined(separator: ",")
        default: nil
        }
    }

    static func refuseTwoDurations(_ names: [String], place: String) throws(ConfigurationError) {
        guard names.contains("epochs") && names.contains("steps") else { return }
        throw .contradiction("\(place)epochs and steps are both given; give one of them, as one decides the other")
    }
}
