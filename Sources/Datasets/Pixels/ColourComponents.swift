/// The principal components of a set's colours: the directions in which its pixels vary, and how much.
package struct ColourComponents: Sendable, Equatable {
    /// Variance along each component, of pixels in [0, 1], largest first.
    package let eigenvalues: [Double]
    /// `eigenvectors[i]` is component i: unit length, its largest entry positive.
    package let eigenvectors: [[Double]]

    /// The standard deviation of the random factor of each component (the paper's α).
    static let factorDeviation: Float = 0.1

    /// What `normals`, one per component, add to each channel of an image in [0, 1]: Σ pᵢ αᵢ λᵢ.
    ///
    /// Source: Krizhevsky, Sutskever, Hinton 2012, section 4.1.
    func shift(_ normals: SIMD3<Float>) -> SIMD3<Float> {
        var shift = SIMD3<Float>.zero
        for (component, vector) in eigenvectors.enumerated() {
            let amount = Self.factorDeviation * normals[component] * Float(eigenvalues[component])
            for (channel, entry) in vector.enumerated() {
                shift[channel] += Float(entry) * amount
            }
        }
        return shift
    }

    /// The components of pixels whose sums `moments` holds.
    package init(of moments: ColourMoments) {
        let (values, vectors) = symmetricEigensystem(moments.covariance)
        let order = values.indices.sorted { values[$0] > values[$1] }
        eigenvalues = order.map { max(values[$0], 0) }
        eigenvectors = order.map { component in
            let vector = vectors.map { $0[component] }
            let largest = vector.max { abs($0) < abs($1) }!
            return largest < 0 ? vector.map { -$0 } : vector
        }
    }
}

/// Sums over pixels, in integers: exact, and the same in whatever order images are added.
package struct ColourMoments: Sendable, Equatable {
    private let channels: Int
    private var count: UInt64 = 0
    private var sums: [UInt64]
    /// Sums of products of channels, row-major [C, C].
    private var products: [UInt64]

    package init(channels: Int) {
        self.channels = channels
        sums = [UInt64](repeating: 0, count: channels)
        products = [UInt64](repeating: 0, count: channels * channels)
    }

    /// Adds an image, row-major [C, H, W]. Cost: C (C + 1) / 2 products per pixel.
    package mutating func add(_ image: UnsafeBufferPointer<UInt8>) {
        let plane = image.count / channels
        count += UInt64(plane)
        for a in 0..<channels {
            for b in 0...a {
                let product = Self.product(image.baseAddress! + a * plane, image.baseAddress! + b * plane, plane)
                products[a * channels + b] += product
                if a != b { products[b * channels + a] += product }
            }
            var sum: UInt64 = 0
            for i in a * plane..<(a + 1) * plane { sum &+= UInt64(image[i]) }
            sums[a] += sum
        }
    }

    /// Adds the pixels that `other` has seen.
    package mutating func add(_ other: ColourMoments) {
        count += other.count
        for i in sums.indices { sums[i] += other.sums[i] }
        for i in products.indices { products[i] += other.products[i] }
    }

    /// The covariance of the channels, of pixels in [0, 1].
    var covariance: [[Double]] {
        let n = Double(max(count, 1))
        return (0..<channels).map { a in
            (0..<channels).map { b in
                (Double(products[a * channels + b]) / n - Double(sums[a]) / n * (Double(sums[b]) / n)) / (255 * 255)
            }
        }
    }

    private static func product(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        var total: UInt64 = 0
        var start = 0
        // 2¹⁶ products of bytes fill 32 bits at most, and 32-bit sums vectorise.
        while start < count {
            let end = min(start + 65_536, count)
            var sum: UInt32 = 0
            for i in start..<end { sum &+= UInt32(a[i]) &* UInt32(b[i]) }
            total += UInt64(sum)
            start = end
        }
        return total
    }
}

/// Eigenvalues and eigenvectors (as columns) of a small symmetric matrix, by cyclic Jacobi rotations.
///
/// Source: G. Golub, C. Van Loan, "Matrix Computations", section 8.5.
func symmetricEigensystem(_ matrix: [[Double]]) -> (values: [Double], vectors: [[Double]]) {
    let n = matrix.count
    var a = matrix
    var v = (0..<n).map { row in (0..<n).map { $0 == row ? 1.0 : 0.0 } }
    // Convergence is quadratic: a 3 × 3 matrix is diagonal to double precision after about six sweeps.
    for _ in 0..<32 {
        for p in 0..<n {
            for q in p + 1..<max(n, p + 1) where a[p][q] != 0 {
                let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
                let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
                let c = 1 / (t * t + 1).squareRoot()
                let s = t * c
                for k in 0..<n {
                    (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q])
                }
                for k in 0..<n {
                    (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k])
                    (v[k][p], v[k][q]) = (c * v[k][p] - s * v[k][q], s * v[k][p] + c * v[k][q])
                }
            }
        }
    }
    return ((0..<n).map { a[$0][$0] }, v)
}
