import ArgumentParser
import ModelZoo

/// `partrain models`: the networks that ship.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "models", abstract: "List the networks that ship.")

    func run() {
        let width = ModelZoo.names.map(\.count).max() ?? 0
        for entry in ModelZoo.entries {
            print(entry.name.padded(to: width + 2) + entry.summary)
        }
    }
}
