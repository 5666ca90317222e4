extension HostTensor {
    /// The values one unit in the last place away, up or down by a random bit: what rounding alone might have made of them.
    package func nudged(seed: UInt64) -> HostTensor {
        let random = RandomSource(seed: seed, purpose: .synthesis, stream: 7)
        var result = self
        for index in result.values.indices {
            let value = result.values[index]
            result.values[index] = random.word(index: index) & 1 == 0 ? value.nextUp : value.nextDown
        }
        return result
    }
}
