/// A safetensors file put together by hand, so that it can be wrong.
func safeTensorsBytes(header: String, length: UInt64? = nil, data: [UInt8] = []) -> [UInt8] {
    let json = Array(header.utf8)
    let length = length ?? UInt64(json.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + json + data
}
