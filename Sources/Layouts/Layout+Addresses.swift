/// One digit of the mixed-radix number that counts a tensor's elements: `count` values, `stride` elements apart.
struct AddressDigit: Equatable {
    var count: Int
    var stride: Int
}

extension Layout {
    /// How each dimension's index turns into a distance in memory, most significant digit first; nil when only the library knows.
    var digitsByDimension: [[AddressDigit]]? {
        guard format == .blocked else { return nil }
        var digits = [[AddressDigit]](repeating: [], count: dims.count)
        var blockOfDimension = [Int](repeating: 1, count: dims.count)
        var stride = 1
        for block in innerBlocks.reversed() {
            digits[block.dim].insert(AddressDigit(count: block.size, stride: stride), at: 0)
            blockOfDimension[block.dim] *= block.size
            stride *= block.size
        }
        for dim in dims.indices {
            let outerCount = paddedDims[dim] / blockOfDimension[dim]
            digits[dim].insert(AddressDigit(count: outerCount, stride: elementStrides[dim]), at: 0)
        }
        return digits
    }

    /// Elements from the start of memory to the element at `index`; nil when only the library knows.
    package func elementOffset(of index: [Int]) -> Int? {
        precondition(index.count == dims.count, "index \(index) does not fit \(self)")
        guard let digits = digitsByDimension else { return nil }
        var offset = firstElement
        for dim in dims.indices {
            precondition((0..<dims[dim]).contains(index[dim]), "index \(index) is outside \(self)")
            var rest = index[dim]
            for digit in digits[dim].reversed() {
                offset += rest % digit.count * digit.stride
                rest /= digit.count
            }
        }
        return offset
    }

    /// Same elements at the same places, however the two describe it: dimensions of size 1 have no order.
    package func isInterchangeable(with other: Layout) -> Bool {
        if self == other { return true }
        guard dims == other.dims, type == other.type, paddedDims == other.paddedDims,
            firstElement == other.firstElement,
            let digits = digitsByDimension, let others = other.digitsByDimension
        else { return false }
        return zip(digits, others).allSatisfy { Layout.merged($0) == Layout.merged($1) }
    }

    /// The shortest description of the same distances: digits of one value dropped, neighbours that count on joined.
    static func merged(_ digits: [AddressDigit]) -> [AddressDigit] {
        var result: [AddressDigit] = []
        for digit in digits where digit.count != 1 {
            if let last = result.last, last.stride == digit.count * digit.stride {
                result[result.count - 1] = AddressDigit(count: last.count * digit.count, stride: digit.stride)
            } else {
                result.append(digit)
            }
        }
        return result
    }
}
