/// One setting of a configuration, declared once: its name as a flag and in files, its value, and what a flag's help says of it.
///
/// Its default is what the property that it reads and writes begins with. In which part of the help its flag stands, the command line says.
package struct Setting: Sendable {
    /// What a setting is to a run that goes on after an interruption.
    package enum Role: Sendable {
        /// Decides what is learnt, so that a run keeps it to its end.
        case learning
        /// Decides where, how long and with what care; a run may go on with another.
        case conduct
        /// Belongs to one call of the program, and to no configuration that is fed back.
        case call
    }

    /// What a flag's help says of a setting.
    package struct Help: Sendable, Hashable {
        /// One or two sentences.
        package let text: String
        /// What is said besides; empty where nothing is.
        package let discussion: String
        /// What stands for a value: `n`; nil where that is the setting's name.
        package let valueName: String?
    }

    /// In kebab case, without dashes before it.
    package let name: String
    /// What it was called in earlier releases, whose files and commands still hold.
    package let earlierNames: [String]
    package let form: SettingForm
    package let role: Role
    package let help: Help

    /// A setting whose role is not stated decides what is learnt: nothing that is forgotten can change a run unseen.
    package init(
        _ name: String, onceCalled earlierNames: [String] = [], _ form: SettingForm, role: Role = .learning, help: String,
        discussion: String = "", valueName: String? = nil
    ) {
        self.name = name
        self.earlierNames = earlierNames
        self.form = form
        self.role = role
        self.help = Help(text: help, discussion: discussion, valueName: valueName)
    }

    /// Every setting, in the order in which they are shown.
    package static let all = placement + task + learning + images + record

    /// The setting of that name, today's or an earlier one.
    package static func named(_ name: String) -> Setting? {
        all.first { $0.name == name || $0.earlierNames.contains(name) }
    }

    /// The setting that is called, in kebab case, as a property is in Swift: `coresPerDevice`.
    package static func named(byProperty property: String) -> Setting? {
        let name = ConfigurationText.kebabCase(property)
        return all.first { $0.name == name }
    }
}
