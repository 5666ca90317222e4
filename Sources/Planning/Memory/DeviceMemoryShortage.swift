import TextLayout

/// A device that would need more memory than each may take.
public struct DeviceMemoryShortage: Sendable, Hashable {
    public let device: Int
    /// What it would need.
    public let need: MemoryByKind
    /// Bytes.
    public let limit: Int

    /// The device that needs most, if that is more than `limit`.
    public init?(_ devices: [MemoryByKind], limit: Int) {
        guard let most = devices.indices.max(by: { devices[$0].total < devices[$1].total }), devices[most].total > limit else {
            return nil
        }
        device = most
        need = devices[most]
        self.limit = limit
    }
}

extension DeviceMemoryShortage: CustomStringConvertible {
    /// `device 0 would need 1.4 GiB (weights 233.0 MiB, …), and may take 1.0 GiB`
    public var description: String {
        let kinds = need.kinds.map { "\($0.name) \(ByteCount($0.bytes).rounded)" }.joined(separator: ", ")
        return "device \(device) would need \(ByteCount(need.total).rounded) (\(kinds)), and may take \(ByteCount(limit).rounded)"
    }
}
