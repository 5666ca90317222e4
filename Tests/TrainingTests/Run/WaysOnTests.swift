import Configuration
import Datasets
import ImageFiles
import Testing
import Training

/// What a run that an error ended is advised to do next, by the error.
@Suite struct WaysOnTests {
    @Test func onlyWhatCanHelpIsAdvised() throws {
        let fixture = try RunFixture()
        let record = try #require(try fixture.prepare(RunFixture.small).record)
        let resume = "partrain --resume \(record.path)"
        // A file that can be mended, removed or skipped; wrong settings are none.
        for error in [
            DatasetError.bad(path: "a.png", problem: "damaged", remedy: "again"),
            .unreadable(path: "a.png", reason: "permission denied", remedy: "allow it"),
        ] {
            let ways = record.waysOn(after: error)
            #expect(
                ways == [
                    "once it is mended, go on with: \(resume)", "once it is removed, go on with: \(resume) --allow-changed-data",
                    "or leave out what cannot be read: \(resume) --skip-unreadable",
                ])
        }
        #expect(record.waysOn(after: DatasetError.unsuitable(problem: "too small", remedy: "more")) == ["go on with: \(resume)"])
        #expect(record.waysOn(after: ConfigurationError.contradiction("two at once")) == ["go on with: \(resume)"])
    }
}
