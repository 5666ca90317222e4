package import KernelChoices

/// A worker's arena between two commands, when nothing in it is needed any more: tensors go in and out of the devices through it,
/// so that the host needs no memory for them.
package struct StagingBuffer: Sendable {
    /// Nothing; everything then takes memory of its own.
    package static let none = StagingBuffer(bits: 0, byteCount: 0)

    private let bits: UInt
    private let byteCount: Int

    private init(bits: UInt, byteCount: Int) {
        self.bits = bits
        self.byteCount = byteCount
    }

    package init(_ arena: Arena) {
        self.init(bits: UInt(bitPattern: arena.base), byteCount: arena.byteCount)
    }

    /// What has been handed out stays; the rest, for more.
    package func after(_ room: Room) -> StagingBuffer { room.isLent ? after(room.byteCount) : self }

    /// All but the first `byteCount` bytes.
    package func after(_ byteCount: Int) -> StagingBuffer {
        let used = MemoryPlan.aligned(byteCount)
        return StagingBuffer(bits: bits + UInt(used), byteCount: max(0, self.byteCount - used))
    }

    /// Room for `byteCount` bytes: here if they fit, otherwise in memory of its own.
    package func room(_ byteCount: Int) throws(ExecutionError) -> Room {
        guard byteCount <= self.byteCount, let base = UnsafeMutableRawPointer(bitPattern: bits) else {
            return Room(own: try Arena(byteCount: byteCount), byteCount: byteCount)
        }
        return Room(lent: base, byteCount: byteCount)
    }

    /// Bytes that rooms of these sizes take beside an idle arena of `arenaBytes`, which they are given in turn.
    package static func excess(of rooms: [Int], beside arenaBytes: Int) -> Int {
        var left = arenaBytes
        var excess = 0
        for room in rooms {
            if room <= left {
                left = max(0, left - MemoryPlan.aligned(room))
            } else {
                excess += Arena.mappedBytes(room)
            }
        }
        return excess
    }
}

/// Memory for a while.
package final class Room {
    package let base: UnsafeMutableRawPointer
    package let byteCount: Int
    private let own: Arena?

    package var isLent: Bool { own == nil }

    fileprivate init(lent base: UnsafeMutableRawPointer, byteCount: Int) {
        self.base = base
        self.byteCount = byteCount
        own = nil
    }

    fileprivate init(own: Arena, byteCount: Int) {
        base = own.base
        self.byteCount = byteCount
        self.own = own
    }
}
