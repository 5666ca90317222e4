package import ImageFiles
package import Testing

/// Expects `body` to fail with a message that holds every one of `parts`: the file, the place, the remedy.
package func expectError(
    _ category: DatasetError.Category, naming parts: String..., sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) {
    do {
        try body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let error as DatasetError {
        #expect(error.category == category, "\(error)", sourceLocation: sourceLocation)
        for part in parts {
            #expect(error.description.contains(part), "\(error)", sourceLocation: sourceLocation)
        }
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
}
