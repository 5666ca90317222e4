import JSONText

extension TrainingConfiguration {
    /// The settings of a run that goes on: those of `saved`, and over them what is `given` now.
    ///
    /// `saved` has every gap filled, as a checkpoint's does. Throws `ConfigurationError.differs` where a setting that decides
    /// what is learnt is given otherwise than `saved` has it, `ConfigurationError.setting` where a value is not possible.
    /// - Parameter origin: where `saved` comes from, for messages.
    public init(resuming saved: TrainingConfiguration, from origin: String, given: [GivenSetting]) throws(ConfigurationError) {
        self = saved
        // What belongs to one call does not come from another.
        (run, runs, runFolder, resume, allowChangedData) = (nil, TrainingConfiguration().runs, true, nil, false)
        if given.contains(where: { $0.name == "mode" }) { devices = nil }
        try apply(given)
        for setting in given {
            guard let known = Setting.named(setting.name), known.role == .learning else { continue }
            let (before, now) = (known.form.write(saved), known.form.write(self))
            guard before != now else { continue }
            throw .differs(
                place: setting.place, value: setting.value, saved: before.map(\.description) ?? "nothing", origin: origin)
        }
    }
}
