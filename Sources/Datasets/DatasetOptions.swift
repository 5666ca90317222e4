/// How a data set is opened.
public struct DatasetOptions: Sendable, Hashable {
    /// Whether images are turned and mirrored as their files' orientation tags say.
    public var exifOrientation = true
    /// Rows and columns that images are brought to before any crop, for networks whose images are square; of others, the shorter extent.
    /// Nil: `DatasetSource.usualExtent(forWindow:)` for photos and for images that the program renders at no size of their own; other sets
    /// stay as they are.
    public var resize: Int?
    /// How many classes somebody has said there are: then labels need not use all of them.
    public var classes: Int?
    /// Whether the coarser of two labels counts, where a set has two.
    public var coarseLabels = false
    /// Whether images that cannot be read are left out, and named, rather than refused. Each image is decoded once to find out.
    public var skipsUnreadable = false
    /// Threads that find it out.
    public var threads = 1
    /// What the message on an image that cannot be read advises beside mending and removing it.
    public var adviceForUnreadable: String?

    public init() {}
}
