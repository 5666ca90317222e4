import Configuration
import Foundation
import Testing

/// What people write in files of settings: taken in its obvious sense, or refused with file, line and remedy.
@Suite struct HandwrittenFileTests {
    private func read(_ bytes: [UInt8]) throws -> TrainingConfiguration {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("partrain-" + UUID().uuidString + ".yaml").path
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        var configuration = TrainingConfiguration()
        try ConfigurationFile(path: path).apply(to: &configuration)
        return configuration
    }

    @Test(arguments: [
        "\u{FEFF}seed: 3\nlearning-rate: 0.01\n", "\u{FEFF}# mine\nseed: 3\nlearning-rate: 0.01\n",
        "\u{FEFF}seed: 3\r\nlearning-rate: 0.01\r\n", "seed: 3\r\nlearning-rate: 1e-2\r\n",
        "---\nseed: \"3\"\nlearning-rate: '0.01'\n...\n",
        "{\"seed\": 3, \"learning-rate\": 0.01}", "seed:\t3\nlearning-rate: !!float 1.0E-2 # a comment\n",
        "seed: &anchor 3\nlearning-rate: +0.01\n", "seed: |\n  3\nlearning-rate: 0.01\n",
    ]) func theObviousMeaningIsTaken(text: String) throws {
        let configuration = try read(Array(text.utf8))
        #expect(configuration.seed == 3)
        #expect(configuration.learningRate == 0.01)
    }

    @Test(arguments: [
        ("yes", true), ("Yes", true), ("on", true), ("True", true), ("TRUE", true), ("no", false), ("off", false),
        ("False", false),
    ]) func truthHasTheWordsOfYAML(word: String, value: Bool) throws {
        #expect(try read(Array("crop: \(word)\n".utf8)).crop == value)
    }

    @Test func theHomeFolderIsPutInPlaceOfItsSign() throws {
        let home = try #require(ProcessInfo.processInfo.environment["HOME"])
        #expect(try read(Array("data: ~/photos\n".utf8)).data == home + "/photos")
        var configuration = TrainingConfiguration()
        try configuration.apply(flags: [("runs", "~/runs")])
        #expect(configuration.runs == home + "/runs")
    }

    @Test(arguments: [
        ("data: ~someone/photos\n", "line 1: data: ~someone/photos", "the path written out"),
        ("seed: 1\ndata: ~\n", "line 2: data:", "leave the line out"), ("classes:\n", "line 1: classes:", "leave the line out"),
        ("seed: null\n", "line 1: seed:", "leave the line out"), ("\tseed: 1\n", "line 1", "in place of the tab"),
        ("seed: 1\nmode: data\nseed: 2\n", "line 3", "leave one of them"),
        ("learning_rate: 1\n", "line 1", "did you mean learning-rate?"),
        ("batchSize: 1\n", "line 1", "did you mean batch-size?"), ("BATCH-SIZE: 1\n", "line 1", "did you mean batch-size?"),
        ("seed: [1]\n", "line 1: seed: a list", "a whole number"), ("learning-rate: 0,01\n", "line 1", "such as 0.01"),
        ("learning-rate: .nan\n", "line 1", "such as 0.01"), ("batch-size: 1e3\n", "line 1", "a whole number"),
        ("seed: 18446744073709551616\n", "line 1", "from 0 to 18446744073709551615"), ("seed: -1\n", "line 1", "from 0 to"),
        ("seed: 1\n---\nseed: 2\n", "line 2", "leave the line --- out"),
        ("mode: data\nseed: 1: 2\n", "line 2", "write lines like batch-size: 64"),
    ]) func thereIsAWordForWhatIsRefused(text: String, place: String, remedy: String) {
        let error = #expect(throws: ConfigurationError.self) { try read(Array(text.utf8)) }
        #expect(
            error?.description.contains(place) == true && error?.description.contains(remedy) == true,
            "\(error?.description ?? "")")
    }

    @Test func otherEncodingsAreNamed() {
        let wide = #expect(throws: ConfigurationError.self) { try read([0xFF, 0xFE, 0x73, 0]) }
        #expect(wide?.description.contains("byte 0: this is text in UTF-16; save it as UTF-8") == true)
        let latin = #expect(throws: ConfigurationError.self) { try read(Array("data: caf".utf8) + [0xE9, 0x0A]) }
        #expect(latin?.description.contains("save it as UTF-8") == true)
    }

    @Test func aFolderNamedLikeNothingSurvivesYAML() throws {
        var configuration = TrainingConfiguration()
        try configuration.apply(flags: [("data", "null"), ("init-from", "no")])
        var again = TrainingConfiguration()
        try ConfigurationFile(path: "printed", text: configuration.yaml).apply(to: &again)
        #expect(again == configuration)
    }
}
