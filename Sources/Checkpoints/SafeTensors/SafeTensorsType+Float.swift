extension SafeTensorsType {
    /// Whether partrain reads elements of this type as f32.
    var isReadable: Bool {
        switch self {
        case .float32, .float64, .float16, .bfloat16, .signed64: true
        default: false
        }
    }

    /// Turns little-endian elements into f32: exactly from f16, bf16 and f32, rounded to nearest from f64 and i64, as which PyTorch
    /// saves what it counts.
    func convert(_ bytes: UnsafeRawBufferPointer, to values: UnsafeMutableBufferPointer<Float>) {
        switch self {
        case .float32:
            for index in values.indices { values[index] = Float(bitPattern: bytes.word(index, as: UInt32.self)) }
        case .float64:
            for index in values.indices { values[index] = Float(Double(bitPattern: bytes.word(index, as: UInt64.self))) }
        case .float16:
            for index in values.indices { values[index] = Float(half: bytes.word(index, as: UInt16.self)) }
        case .signed64:
            for index in values.indices { values[index] = Float(Int64(bitPattern: bytes.word(index, as: UInt64.self))) }
        case .bfloat16:
            // The upper half of an f32.
            for index in values.indices { values[index] = Float(bitPattern: UInt32(bytes.word(index, as: UInt16.self)) << 16) }
        default:
            preconditionFailure("\(rawValue) is not read as f32")
        }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func word<Word: FixedWidthInteger & BitwiseCopyable>(_ index: Int, as type: Word.Type) -> Word {
        Word(littleEndian: loadUnaligned(fromByteOffset: index * MemoryLayout<Word>.size, as: type))
    }
}

extension Float {
    /// The value of IEEE half precision bits: sign, 5 bits of exponent, 10 of fraction.
    fileprivate init(half: UInt16) {
        let sign = UInt32(half & 0x8000) << 16
        let exponent = UInt32(half >> 10 & 0x1F)
        let fraction = UInt32(half & 0x3FF)
        switch exponent {
        case 0:
            let magnitude = Float(fraction) * 0x1p-24
            self.init(bitPattern: magnitude.bitPattern | sign)
        case 0x1F:
            self.init(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default:
            self.init(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
