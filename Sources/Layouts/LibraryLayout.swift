/// The kernel library's own descriptor of a layout. It alone knows what an opaque one is like.
package protocol LibraryLayout: AnyObject, Sendable {
    /// Whether both describe the same.
    func isEqual(to other: any LibraryLayout) -> Bool
}
