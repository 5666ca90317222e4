/// A product that stays at the largest number where it would be larger: what is too much to do is refused by `GraphBuilder`, which
/// has to be able to ask.
package func saturatingProduct(_ factors: Int...) -> Int {
    factors.reduce(1) { product, factor in
        let (next, isBeyond) = product.multipliedReportingOverflow(by: factor)
        return isBeyond ? .max : next
    }
}
