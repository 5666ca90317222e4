import Networks

extension Initializer {
    /// He's normal distribution by the number of outputs that one input has a part in, K·R·S for a convolution, which keeps the variance of
    /// gradients. Source: K. He et al., "Delving Deep into Rectifiers", ICCV 2015, eq. 14.
    static func heNormal(fanOut: Int) -> Initializer { .heNormal(fanIn: fanOut) }
}
