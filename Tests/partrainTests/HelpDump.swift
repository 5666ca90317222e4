import Foundation

/// What a command says of its flags to other programs.
struct HelpDump: Decodable {
    struct Name: Decodable {
        let name: String
    }

    struct Argument: Decodable {
        let names: [Name]?
        let abstract: String?
        let discussion: String?
        let valueName: String?

        var texts: [String] { names?.map(\.name) ?? [] }
    }

    struct Command: Decodable {
        let arguments: [Argument]
    }

    let command: Command

    init(of command: String) async throws {
        let run = try await CommandRun([command, "--experimental-dump-help"])
        self = try JSONDecoder().decode(Self.self, from: Data(run.output.utf8))
    }
}
