import Configuration

extension Subject {
    private static let configurationWords = [
        ": ", "- ", "? ", "[", "]", "{", "}", ",", "\n", "\n  ", "\"", "'", "&a ", "*a", "*a,", "!!str ", "!", "|\n  ", ">\n  ",
        "%YAML 1.2\n",
        "---\n", "...\n", "<<: ", "~", "\t", "#", "\u{FEFF}", "\u{0}", "\\ud800", "\"\\x41\"", "batch-size", "epochs: 1\n",
    ]
    private static let configurationCorpus = [
        """
        # A small run.
        model: alexnet-small
        mode: data
        batch-size: 64
        epochs: 3
        learning-rate: 0.025
        milestones: [10, 20, 30]
        learning-rate-schedule: step
        crop: true
        seed: 18446744073709551615

        """,
        "{model: lenet5, \"batch-size\": 32, steps: 10}\n",
        "milestones:\n- 1\n- 2\ndata: >\n  a folder\n  of images\n",
        "a: &a [x, x]\nb: &b [*a, *a]\n? *b\n: 1\n",
    ].map { Array($0.utf8) }

    /// Files of settings, read from memory.
    package static let configuration = Subject(
        "configuration", corpus: configurationCorpus, words: configurationWords
    ) { bytes, path in
        var settings = TrainingConfiguration()
        try ConfigurationFile(path: path, bytes: bytes).apply(to: &settings)
    }

    /// The same from real files.
    package static let configurationFiles = Subject(
        "configuration-files", corpus: configurationCorpus, words: configurationWords, needsFile: true
    ) { _, path in
        var settings = TrainingConfiguration()
        try ConfigurationFile(path: path).apply(to: &settings)
    }
}
