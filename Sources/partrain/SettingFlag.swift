import ArgumentParser
import Configuration

// A flag that is a setting takes its names and its help from the setting's declaration, so that neither is said twice. A command that
// means something else by the setting gives a help of its own.

extension Option where Value == String? {
    init(setting name: String, help: ArgumentHelp? = nil) {
        let setting = Setting.declared(name)
        self.init(name: setting.flagNames, help: help ?? setting.flagHelp)
    }
}

extension Flag where Value == Bool? {
    /// A flag that is also there with `no-` before its name, and that may be missing.
    init(setting name: String, help: ArgumentHelp? = nil) {
        let setting = Setting.declared(name)
        self.init(name: setting.flagNames, inversion: .prefixedNo, help: help ?? setting.flagHelp)
    }
}

extension Flag where Value == Bool {
    /// A flag that is given or not.
    init(wrappedValue: Bool, setting name: String, help: ArgumentHelp? = nil) {
        let setting = Setting.declared(name)
        self.init(wrappedValue: wrappedValue, name: setting.flagNames, help: help ?? setting.flagHelp)
    }
}

extension Setting {
    /// - Precondition: there is such a setting, by today's name.
    fileprivate static func declared(_ name: String) -> Setting {
        guard let setting = named(name), setting.name == name else { preconditionFailure("there is no setting \(name)") }
        return setting
    }

    fileprivate var flagNames: NameSpecification {
        NameSpecification(([name] + earlierNames).map { .customLong($0) })
    }

    fileprivate var flagHelp: ArgumentHelp {
        ArgumentHelp(help.text, discussion: help.discussion, valueName: help.valueName)
    }
}
