import ArgumentParser
import ModelZoo
import TextLayout

/// `partrain models`: the networks that ship.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "models", abstract: "List the networks that ship.")

    func run() throws {
        let width = ModelZoo.names.map(\.count).max() ?? 0
        let lines = ModelZoo.entries.map { $0.name.padded(to: width + 2) + $0.summary }
        try TextStream.output.show(lines.joined(separator: "\n"), hanging: width + 2)
    }
}
