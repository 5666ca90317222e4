/// Where the slots of a slice lie: one behind the other, each beginning with a cache line.
package struct SlotMemory {
    package let address: UnsafeMutablePointer<Float>
    /// Elements from one slot to the next.
    package let stride: Int
    package let slotCount: Int

    package init(address: UnsafeMutablePointer<Float>, stride: Int, slotCount: Int) {
        self.address = address
        self.stride = stride
        self.slotCount = slotCount
    }

    package static func stride(of count: Int) -> Int { (count + 15) / 16 * 16 }

    /// What so many slots of so many elements take.
    package static func byteCount(slots: Int, count: Int) -> Int {
        slots > 0 ? ((slots - 1) * stride(of: count) + count) * MemoryLayout<Float>.stride : 0
    }
}
